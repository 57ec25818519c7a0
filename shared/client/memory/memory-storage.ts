import type { ClientId } from '@fynlo/domain';
import { v7 as newId } from 'uuid';
import type { ClientStorage, QueuedCommand, StoredView } from '../connection/index.ts';

/**
 * Keeps nothing beyond the process: for tools, tests, and browsers that keep nothing. The same
 * instance may serve one client after another, as a reload would.
 */
export class MemoryStorage implements ClientStorage {
  readonly problem: string | null;
  #clientId = newId() as ClientId;
  #queue: QueuedCommand[] = [];
  #nextNo = 1;
  #view: StoredView | null = null;

  constructor(problem: string | null = null) {
    this.problem = problem;
  }

  clientId(): Promise<ClientId> {
    return Promise.resolve(this.#clientId);
  }

  loadQueue() {
    return Promise.resolve({ queue: [...this.#queue], nextNo: this.#nextNo });
  }

  addToQueue(commands: readonly QueuedCommand[]): Promise<void> {
    this.#queue.push(...commands);
    this.#nextNo = (commands.at(-1)?.no ?? this.#nextNo - 1) + 1;
    return Promise.resolve();
  }

  removeFromQueue(upTo: number): Promise<void> {
    this.#queue = this.#queue.filter(({ no }) => no > upTo);
    return Promise.resolve();
  }

  takeNewClientId(queue: readonly QueuedCommand[]): Promise<ClientId> {
    this.#clientId = newId() as ClientId;
    this.#queue = [...queue];
    this.#nextNo = queue.length + 1;
    return Promise.resolve(this.#clientId);
  }

  loadView(): Promise<StoredView | null> {
    return Promise.resolve(this.#view);
  }

  saveView(view: StoredView, answeredUpTo: number): Promise<void> {
    this.#view = view;
    return this.removeFromQueue(answeredUpTo);
  }

  dropView(): Promise<void> {
    this.#view = null;
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
