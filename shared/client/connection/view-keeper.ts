import { partsOf } from '@fynlo/domain/restaurant';
import type { Outbox } from './outbox.ts';
import type { ClientStorage, Surroundings } from './ports.ts';
import type { Replica } from './replica.ts';

const saveAfterMs = 1_000;

interface Given {
  readonly storage: ClientStorage;
  readonly surroundings: Surroundings;
  readonly replica: Replica;
  readonly outbox: Outbox;
  readonly scope: string;
}

/**
 * Stores the confirmed view now and then, position and data together, and with it lets go of the
 * commands it shows. What happened since is in the hub's log, so nothing hurries.
 */
export class ViewKeeper {
  readonly #given: Given;
  #cancelTimer: (() => void) | undefined;
  #isDue = false;

  constructor(given: Given) {
    this.#given = given;
  }

  /** Something changed: store it within a second. */
  saveSoon(): void {
    this.#isDue = true;
    this.#cancelTimer ??= this.#given.surroundings.setTimer(() => {
      this.#cancelTimer = undefined;
      void this.saveNow();
    }, saveAfterMs);
  }

  saveNow(): Promise<void> {
    const { outbox } = this.#given;
    return outbox.inTurn(() => this.#save());
  }

  /** Drops what is stored: it is of a history that is no more. Never touches the queue. */
  drop(): Promise<void> {
    const { outbox, storage } = this.#given;
    return outbox.inTurn(() => storage.dropView());
  }

  stop(): void {
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  async #save(): Promise<void> {
    const { storage, replica, outbox, scope } = this.#given;
    const { position, state, notUnderstood } = replica;
    if (!this.#isDue || !position) return;
    this.#isDue = false;
    const answeredUpTo = outbox.answeredUpTo(position.seq);
    try {
      const view = { position, parts: partsOf(state), scope };
      const unknown = notUnderstood.size > 0 && { notUnderstood: [...notUnderstood] };
      await storage.saveView({ ...view, ...unknown }, answeredUpTo);
    } catch {
      // Without a stored view the next start asks for a snapshot; the queue must still end.
      await storage.removeFromQueue(answeredUpTo).catch(() => undefined);
    }
    outbox.forgetUpTo(answeredUpTo);
  }
}
