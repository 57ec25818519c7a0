import type { EventType } from '../event.ts';

/** Makes a payload of one version out of one of the version before. Pure, and never changed again. */
export type Upcaster = (payload: unknown) => unknown;

export interface EventShape {
  /** The version written now. */
  readonly version: number;
  /** By the version they start from: `{ 1: … }` makes 2 out of 1. */
  readonly upcasters?: Readonly<Record<number, Upcaster>>;
}

export type EventShapes = Readonly<Record<string, EventShape>>;

/**
 * Every type of event that was ever written, and the version of its payload today. Types are never
 * removed. A payload that must change gets a higher version here, and an upcaster for the one
 * before; what stands in the log, is hashed and travels stays as it was written.
 */
export const eventShapes = {
  'order.opened': { version: 1 },
  'order.placed': { version: 1 },
  'order.lines-added': { version: 1 },
  'order.quantity-changed': { version: 1 },
  'order.line-noted': { version: 1 },
  'order.line-removed': { version: 1 },
  'order.sent': { version: 1 },
  'order.lines-shown': { version: 1 },
  'order.lines-started': { version: 1 },
  'order.lines-bumped': { version: 1 },
  'order.lines-recalled': { version: 1 },
  'order.lines-served': { version: 1 },
  'order.line-voided': { version: 1 },
  'order.details-changed': { version: 1 },
  'order.moved': { version: 1 },
  'order.completed': { version: 1 },
  'order.cancelled': { version: 1 },
  'table.seated': { version: 1 },
  'table.vacated': { version: 1 },
  'table.cleaned': { version: 1 },
  'menu.imported': { version: 1 },
  'menu.product-sold-out': { version: 1 },
  'menu.product-back': { version: 1 },
  'floor.imported': { version: 1 },
  'settings.changed': { version: 1 },
  'device.joined': { version: 1 },
  'history.restored': { version: 1 },
} satisfies Record<EventType, EventShape>;
