import type { DeviceEvent } from './device/index.ts';
import type { FloorEvent } from './floor/index.ts';
import type { HistoryEvent } from './history/index.ts';
import type { ClientId, DeviceId, EventId } from './ids.ts';
import type { MenuEvent } from './menu/index.ts';
import type { OrderEvent } from './order/index.ts';
import type { SettingsEvent } from './settings/index.ts';
import type { TableEvent } from './table/index.ts';

/** Everything that can have happened in a restaurant. Types are never removed. */
export type FynloEvent =
  OrderEvent | TableEvent | MenuEvent | FloorEvent | SettingsEvent | DeviceEvent | HistoryEvent;

export type EventType = FynloEvent['type'];

/** `order:<id>`, `table:<id>`, `device:<id>`, or `menu`, `floor`, …, of which there is one. */
export type StreamId =
  `${'order' | 'table' | 'device'}:${string}` | 'menu' | 'floor' | 'settings' | 'history';

/** An event that a rule asked for, before it has its place in the log. */
export interface NewEvent {
  readonly stream: StreamId;
  readonly event: FynloEvent;
}

interface Envelope {
  /** Place in the restaurant's one total order, from 1, without gaps. */
  readonly seq: number;
  /** Rises with every take-over. */
  readonly epoch: number;
  readonly eventId: EventId;
  readonly stream: StreamId;
  /** Place within its stream, from 1. */
  readonly streamVersion: number;
  /** Version of the payload's shape. */
  readonly version: number;
  /** Milliseconds since 1970 by the hub's clock when the command arrived. */
  readonly occurredAt: number;
  /** The person who did it; until people sign in, the device. */
  readonly actor: string;
  readonly device: DeviceId;
  /** Ties together what one wish set off, when that is more than one command. */
  readonly correlationId?: string;
  readonly clientId: ClientId;
  readonly commandNo: number;
}

/** An event as it stands in the log and travels to every screen. Its payload belongs to its type. */
export type RecordedEvent = { [E in FynloEvent as E['type']]: Envelope & E }[EventType];
