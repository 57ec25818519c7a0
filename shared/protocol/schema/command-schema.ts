import type {
  ClientId,
  DeviceId,
  LineId,
  ModifierGroupId,
  OptionId,
  OrderId,
  ProductId,
  TableId,
  VariantId,
} from '@fynlo/domain';
import { z } from 'zod';
import { limits, type WireCommand } from '../wire/index.ts';

/** An id of one kind: checked by its pattern, then trusted to be what its field says. */
function id<Kind extends string>(pattern: RegExp, description: string) {
  return z.string().regex(pattern).meta({ description }) as unknown as z.ZodType<Kind, Kind>;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const word = /^[\p{L}\p{N}-]{1,80}$/u;

export const clientId = id<ClientId>(uuid, 'UUID, made once per install');
export const deviceId = id<DeviceId>(uuid, 'UUID, given by the hub');
const orderId = id<OrderId>(uuid, 'UUIDv7, made by the client');
const lineId = id<LineId>(uuid, 'UUIDv7, made by the client');
const tableId = id<TableId>(word, 'from the floor plan');
const productId = id<ProductId>(word, 'from the menu');
const variantId = id<VariantId>(word, 'from the menu');
const groupId = id<ModifierGroupId>(word, 'from the menu');
const optionId = id<OptionId>(word, 'from the menu');

const quantity = z.int().min(1).max(limits.quantityMax);
const covers = z.int().min(1).max(99);
const note = z.string().max(limits.noteLengthMax);
const name = z.string().min(1).max(limits.nameLengthMax);
const reason = z.string().max(limits.noteLengthMax);
const channel = z.enum(['dine-in', 'takeaway', 'collection', 'delivery']);
const lineIds = z
  .array(lineId)
  .min(1)
  .max(limits.linesPerCommandMax * 3);

const wantedLine = z.strictObject({
  lineId,
  productId,
  variantId: z.exactOptional(variantId),
  quantity,
  options: z.array(z.strictObject({ groupId, optionId })).max(50),
  note: z.exactOptional(note),
});
const lines = z.array(wantedLine).min(1).max(limits.linesPerCommandMax);

const opening = {
  orderId,
  channel,
  tableId: z.exactOptional(tableId),
  covers: z.exactOptional(covers),
  name: z.exactOptional(name),
};

/** Every command a device may send, by type. Objects are strict: a price has no field to sit in. */
export const commandSchemas = {
  'order.open': z.strictObject({ type: z.literal('order.open'), ...opening }),
  'order.place': z.strictObject({ type: z.literal('order.place'), ...opening, lines }),
  'order.add-lines': z.strictObject({ type: z.literal('order.add-lines'), orderId, lines }),
  'order.change-quantity': z.strictObject({
    type: z.literal('order.change-quantity'),
    orderId,
    lineId,
    quantity,
    lineVersion: z.int().min(1),
  }),
  'order.note-line': z.strictObject({ type: z.literal('order.note-line'), orderId, lineId, note }),
  'order.remove-line': z.strictObject({ type: z.literal('order.remove-line'), orderId, lineId }),
  'order.send': z.strictObject({ type: z.literal('order.send'), orderId }),
  'order.serve': z.strictObject({ type: z.literal('order.serve'), orderId, lineIds }),
  'order.void-line': z.strictObject({
    type: z.literal('order.void-line'),
    orderId,
    lineId,
    reason,
  }),
  'order.change-details': z.strictObject({
    type: z.literal('order.change-details'),
    orderId,
    covers: z.exactOptional(covers.nullable()),
    name: z.exactOptional(name.nullable()),
    note: z.exactOptional(note.nullable()),
  }),
  'order.move': z.strictObject({ type: z.literal('order.move'), orderId, tableId }),
  'order.complete': z.strictObject({ type: z.literal('order.complete'), orderId }),
  'order.cancel': z.strictObject({ type: z.literal('order.cancel'), orderId, reason }),
  'kitchen.show': z.strictObject({ type: z.literal('kitchen.show'), orderId, lineIds }),
  'kitchen.start': z.strictObject({ type: z.literal('kitchen.start'), orderId, lineIds }),
  'kitchen.bump': z.strictObject({ type: z.literal('kitchen.bump'), orderId, lineIds }),
  'kitchen.recall': z.strictObject({ type: z.literal('kitchen.recall'), orderId, lineIds }),
  'table.seat': z.strictObject({
    type: z.literal('table.seat'),
    tableId,
    covers: z.exactOptional(covers),
  }),
  'table.vacate': z.strictObject({ type: z.literal('table.vacate'), tableId }),
  'table.clean': z.strictObject({ type: z.literal('table.clean'), tableId }),
  'menu.eighty-six': z.strictObject({
    type: z.literal('menu.eighty-six'),
    productId,
    soldOut: z.boolean(),
  }),
} satisfies {
  [Type in WireCommand['type']]: z.ZodType<Extract<WireCommand, { type: Type }>>;
};

export const commandTypes = Object.keys(commandSchemas) as WireCommand['type'][];
