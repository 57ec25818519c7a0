import type { ClientId } from '@fynlo/domain';
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
}

/** Where a device keeps what must survive a reload: IndexedDB in a browser, memory in a tool. */
export interface ClientStorage {
  /** Made on the first call and the same ever after. */
  clientId(): Promise<ClientId>;
  /** The queue in order, and the number the next command gets. */
  loadQueue(): Promise<{ readonly queue: readonly QueuedCommand[]; readonly nextNo: number }>;
  /** Resolves once it is durable. */
  addToQueue(command: QueuedCommand): Promise<void>;
  /** Drops answered commands up to and including `no`. */
  removeFromQueue(no: number): Promise<void>;
  loadView(): Promise<StoredView | null>;
  /** One transaction: the changed parts and the position they bring the view to. */
  saveView(view: StoredView): Promise<void>;
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
  now(): number;
  random(): number;
  setTimer(run: () => void, ms: number): () => void;
}
