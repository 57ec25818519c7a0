import type { ClientId, DeviceId, Refusal } from '@fynlo/domain';
import type { RestaurantReader } from '@fynlo/domain/restaurant';
import type { Position, WireCommand, WireError } from '@fynlo/protocol/wire';

/** The states of requirement H12. */
export type ConnectionState =
  'DISCONNECTED' | 'CONNECTING' | 'AUTHENTICATING' | 'CONNECTED' | 'RECONNECTING';

export interface ClientStatus {
  readonly connection: ConnectionState;
  /** Since when the connection has been in this state; ms since 1970. */
  readonly since: number;
  /**
   * When the hub was last heard; null before the first time. Screens count “away” from here. It is
   * exact once the connection is lost; while CONNECTED it is as old as the last other change.
   */
  readonly lastHeardAt: number | null;
  /** Up to the hub's head: false while catching up. */
  readonly current: boolean;
  /** Commands kept on this device that the hub has not answered. */
  readonly unsent: number;
  /** The next try, while RECONNECTING; ms since 1970. */
  readonly retryAt: number | null;
  /** Why the hub turned this device away, when only a person can mend it: join again, update. */
  readonly problem: WireError | null;
  /** Set when this browser cannot keep a queue (private mode, no space). Say so on screen. */
  readonly storageProblem: string | null;
  /** Add to this device's clock to get the hub's, whose times orders carry. */
  readonly clockOffsetMs: number;
}

/** What became of a command. `refused` is final and says why. */
export type Outcome =
  { readonly accepted: true; readonly seq: number } | ({ readonly accepted: false } & Refusal);

export interface Dispatched {
  /**
   * Resolves once the command is durable: on this device, or on the hub when this device cannot
   * keep anything. From here on it is never lost. Never rejects.
   */
  readonly kept: Promise<void>;
  /**
   * Resolves with the hub's answer, however much later. Never rejects. After a reload the command
   * goes on without this promise; `onRollBack` tells of its refusal.
   */
  readonly outcome: Promise<Outcome>;
}

/** A refusal of something a person did on this device, also before the last reload. */
export interface RollBack {
  readonly command: WireCommand;
  readonly refusal: Refusal;
  readonly at: number;
}

/**
 * A device's side of the wire: connection, durable queue, stored view, forecast.
 * Everything a person does goes through `dispatch`; everything they see is read from `view`.
 */
export interface Client {
  /** Changes only when the hub and this device disagree on its numbers; see `outbox.ts`. */
  readonly clientId: ClientId;
  readonly deviceId: DeviceId;
  /** The confirmed state with this device's unanswered commands applied on top by the same rules. */
  view(): RestaurantReader;
  /** The state as the hub has confirmed it. */
  confirmed(): RestaurantReader;
  position(): Position | null;
  status(): ClientStatus;
  /** Rises whenever `view()` or `status()` changed. */
  revision(): number;
  /** Called after every change, at most once per turn. Returns the way to stop. */
  onChange(listener: () => void): () => void;
  onRollBack(listener: (rolledBack: RollBack) => void): () => void;
  /** Orders with commands of this device that the hub has not answered yet. */
  pendingOrders(): ReadonlySet<string>;
  dispatch(command: WireCommand): Dispatched;
  /** Tries to connect at once instead of waiting for the back-off, also after a `problem`. */
  reconnectNow(): void;
  /** After the device has joined again: the queue stays and goes out under the new token. */
  renewToken(joined: { readonly token: string; readonly deviceId: DeviceId }): void;
  /** Stores what is not stored yet and lets go of every timer, listener and socket. */
  close(): Promise<void>;
}
