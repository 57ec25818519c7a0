import type { ClientId, Command, HistoryId, RecordedEvent, Refusal } from '@fynlo/domain';
import type { RestaurantParts } from '@fynlo/domain/restaurant';
import type { WireError } from './error-codes.ts';

/** A place in one restaurant's history. `hash` is the chain's at `seq`, in hex; empty at 0. */
export interface Position {
  readonly historyId: HistoryId;
  readonly epoch: number;
  readonly seq: number;
  readonly hash: string;
}

/** What a device may ask the hub to decide; the rest of `Command` has its own door. */
export type WireCommand = Exclude<
  Command,
  { type: 'menu.import' | 'floor.import' | 'settings.change' | 'device.join' }
>;

// From client to hub

/** The first message on every socket, within `authTimeoutMs`. */
export interface Hello {
  readonly type: 'hello';
  readonly protocol: number;
  readonly token: string;
  readonly clientId: ClientId;
  /** The build of the screen, for the device list. */
  readonly build: string;
  /** The last position this client has stored, or null for everything. */
  readonly position: Position | null;
  /** `*`, `order.*`, `menu.*`, …, or `station:<id>` for one kitchen station's orders. */
  readonly subscribe: readonly string[];
}

export interface CommandMessage {
  readonly type: 'command';
  /** Contiguous from 1 for each client id. */
  readonly no: number;
  readonly command: WireCommand;
  /** The device's own clock when the person tapped: a claim, never trusted for order. */
  readonly at: number;
}

/** Replaces the patterns. The hub answers with a snapshot. */
export interface Subscribe {
  readonly type: 'subscribe';
  readonly patterns: readonly string[];
}

export interface Ping {
  readonly type: 'ping';
  readonly n: number;
}
export interface Pong {
  readonly type: 'pong';
  readonly n: number;
}

export type ClientMessage = Hello | CommandMessage | Subscribe | Ping | Pong;

// From hub to client

export interface Welcome {
  readonly type: 'welcome';
  readonly protocol: number;
  /** The hub's last answered command number for this client: the next must be one higher. */
  readonly lastCommandNo: number;
  /** How the client becomes current. `reset`: what it stored is of another history; drop it. */
  readonly catchUp: 'tail' | 'snapshot' | 'reset';
  readonly position: Position;
  /** The hub's clock, ms since 1970. */
  readonly serverTime: number;
  readonly heartbeatIntervalMs: number;
}

/**
 * The whole state in one or more pieces; apply them together once `more` is false.
 * Only orders that are open, and only what the subscription lets through.
 */
export interface Snapshot {
  readonly type: 'snapshot';
  readonly position: Position;
  readonly parts: RestaurantParts;
  /** Counts the pieces of one snapshot from 0. */
  readonly piece: number;
  readonly more: boolean;
}

/** Whole hub transactions in order. `position` is where the client is once it has applied them. */
export interface Events {
  readonly type: 'events';
  readonly events: readonly RecordedEvent[];
  /**
   * What this subscription was sent before ends at this seq. A client that is not there yet has
   * missed a frame: it reconnects and asks for what it lacks.
   */
  readonly after: number;
  readonly position: Position;
  /** More of the tail follows at once. */
  readonly more: boolean;
}

/** The command is on the hub's disk. Its events, if any, end at `seq`. */
export interface Ack {
  readonly type: 'ack';
  readonly no: number;
  readonly seq: number;
}

/** A rule said no. Final: the same number gets the same answer for at least 30 days. */
export interface Refused extends Refusal {
  readonly type: 'refused';
  readonly no: number;
}

/** Not decided and not counted: send the same command again after `retryAfterMs`. */
export interface CannotNow extends WireError {
  readonly type: 'cannot-now';
  readonly no: number;
  readonly retryAfterMs: number;
}

/** A number was skipped. The client goes on from `last + 1`. */
export interface Resync {
  readonly type: 'resync';
  readonly last: number;
}

/** Everything up to `position` that this socket may see has been sent before. */
export interface Reached {
  /** As in `events`: who is not there yet has missed a frame. */
  readonly after: number;
  readonly position: Position;
}
export type HubPing = Ping & Reached;
export type HubPong = Pong & Reached;

export interface ErrorMessage extends WireError {
  readonly type: 'error';
}

export type HubMessage =
  | Welcome
  | Snapshot
  | Events
  | Ack
  | Refused
  | CannotNow
  | Resync
  | HubPing
  | HubPong
  | ErrorMessage;
