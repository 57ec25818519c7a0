declare const brand: unique symbol;

/** A string that only its own kind may be used as: an `OrderId` is never a `TableId` by mistake. */
export type Id<Name extends string> = string & { readonly [brand]: Name };

/** UUIDv7 made by the device that opened the order, so an offline order already has its identity. */
export type OrderId = Id<'OrderId'>;
/** UUIDv7 made by the device that added the line. */
export type LineId = Id<'LineId'>;
/** Readable ids from the restaurant's own files: lower-case words joined by hyphens. */
export type TableId = Id<'TableId'>;
export type AreaId = Id<'AreaId'>;
export type CategoryId = Id<'CategoryId'>;
export type ProductId = Id<'ProductId'>;
export type VariantId = Id<'VariantId'>;
export type ModifierGroupId = Id<'ModifierGroupId'>;
export type OptionId = Id<'OptionId'>;
export type StationId = Id<'StationId'>;
/** A joined till, phone or kitchen screen. UUIDv7 given by the hub. */
export type DeviceId = Id<'DeviceId'>;
/** One install of a client; its commands are numbered from 1 without gaps. UUIDv7. */
export type ClientId = Id<'ClientId'>;
/** UUIDv7 given by the hub. */
export type EventId = Id<'EventId'>;
/** Changes on any restore, so that positions of two histories are never compared. */
export type HistoryId = Id<'HistoryId'>;

/**
 * Makes the readable id of a named thing: `Sticky Toffee Pudding` becomes `sticky-toffee-pudding`.
 * Returns an empty string when the name has no letter or digit.
 */
export function slug(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/&/g, ' and ')
    .replace(/['’]/g, '')
    .replace(/[^\p{L}\p{N}]+/gu, '-')
    .replace(/^-+|-+$/g, '');
}
