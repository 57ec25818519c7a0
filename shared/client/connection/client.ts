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
  /** When the hub was last heard; null before the first time. Screens count “away” from here. */
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
}

/** What became of a command. `refused` is final and says why. */
export type Outcome =
  { readonly accepted: true; readonly seq: number } | ({ readonly accepted: false } & Refusal);

export interface Dispatched {
  /** Resolves once the command is durably kept on this device. From here on it is never lost. */
  readonly kept: Promise<void>;
  /** Resolves with the hub's answer, however much later. Never rejects. */
  readonly outcome: Promise<Outcome>;
}

/** A refusal the hub gave to something this device had shown as done. */
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
  /** Tries to connect at once instead of waiting for the back-off. */
  reconnectNow(): void;
  close(): Promise<void>;
}
