import type { ClientId, StreamId } from '@fynlo/domain';
import type { RestaurantParts } from '@fynlo/domain/restaurant';
import type { Position, WireCommand } from '@fynlo/protocol/wire';

export interface QueuedCommand {
  readonly no: number;
  readonly command: WireCommand;
  /** The device's clock when the person tapped. */
  readonly at: number;
}

/** The view as it was stored last: its cursor and its data are one thing. */
export interface StoredView {
  readonly position: Position;
  readonly parts: RestaurantParts;
  /** What was subscribed to. A view of less, or of more, is no start for another subscription. */
  readonly scope: string;
  /** What this view cannot tell rightly, because a newer hub said what this build cannot read. */
  readonly notUnderstood?: readonly StreamId[];
}

/** Another tab has taken this device's queue over. Nothing was written. */
export class QueueTakenError extends Error {
  override readonly name = 'QueueTakenError';
  constructor() {
    super('Fynlo is open in another tab. Go on there, or reload this one to use it here.');
  }
}

/**
 * Where a device keeps what must survive a reload: IndexedDB in a browser, memory in a tool.
 * The client never has two writes under way at once.
 */
export interface ClientStorage {
  /** Why nothing is kept beyond this page, as a sentence for the screen; null when all is well. */
  readonly problem: string | null;
  /** Made on the first call and the same until `takeNewClientId`. */
  clientId(): Promise<ClientId>;
  /** The queue in order, and the number the next command gets. */
  loadQueue(): Promise<{ readonly queue: readonly QueuedCommand[]; readonly nextNo: number }>;
  /**
   * Keeps these commands and the number that comes after them, in one transaction. Resolves once
   * they are durable.
   * @throws QueueTakenError
   */
  addToQueue(commands: readonly QueuedCommand[]): Promise<void>;
  /** Drops answered commands up to and including `no`. */
  removeFromQueue(no: number): Promise<void>;
  /**
   * One transaction: a fresh client id, and `queue`, numbered from 1, in place of the old queue.
   * @throws QueueTakenError
   */
  takeNewClientId(queue: readonly QueuedCommand[]): Promise<ClientId>;
  loadView(): Promise<StoredView | null>;
  /**
   * One transaction: the changed parts, the position they bring the view to, and the end of the
   * commands up to `answeredUpTo`, whose effects the view now shows.
   */
  saveView(view: StoredView, answeredUpTo: number): Promise<void>;
  dropView(): Promise<void>;
  close(): Promise<void>;
}

/** The part of the browser's WebSocket that the client uses; `ws` has it too. */
export interface Socket {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(code?: number, reason?: string): void;
  onopen: (() => void) | null;
  onmessage: ((message: { readonly data: unknown }) => void) | null;
  onclose: ((event: { readonly code: number; readonly reason: string }) => void) | null;
  onerror: ((event: unknown) => void) | null;
}

export type OpenSocket = (url: string) => Socket;

/** Time and chance, so that a test or a simulation can own them. */
export interface Surroundings {
  /** The wall clock, ms since 1970. A person may set it: nothing waits by it. */
  now(): number;
  /** Milliseconds that only ever rise: for everything that waits. */
  elapsed(): number;
  random(): number;
  /** Returns the way to call it off. */
  setTimer(run: () => void, ms: number): () => void;
  /**
   * Calls `listener` when the network or the person is back, so that nobody waits for a timer.
   * Returns the way to stop.
   */
  onNudge?(listener: () => void): () => void;
  /** Asks, without a socket, whether the hub answers at all. Never rejects. */
  knock?(): Promise<boolean>;
}
