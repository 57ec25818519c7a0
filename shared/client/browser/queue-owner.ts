import { v7 as newId } from 'uuid';
import type { Database } from './database.ts';

type Note =
  | { readonly say: 'are-you-there' | 'let-go'; readonly to: string; readonly from: string }
  | { readonly say: 'here' | 'let-go-done'; readonly to: string };

const answerWithinMs = 300;
const letGoWithinMs = 3_000;

/**
 * Which of several tabs of one screen owns its queue.
 *
 * The owner stands in the database beside the queue, so that a write can check it in its own
 * transaction. A tab that finds another owner asks it over a BroadcastChannel; one that does not
 * answer is closed or frozen, and is replaced. Web Locks would do the asking, but browsers have
 * them on HTTPS only, and a phone joins its hub over plain HTTP on the LAN.
 */
export class QueueOwner {
  readonly tab = newId();
  /** Resolves when another tab asked for the queue or has it: close the client to let go. */
  readonly taken: Promise<void>;
  readonly #db: Database;
  readonly #channel: BroadcastChannel;
  readonly #letGo: () => void;
  readonly #waiting = new Map<Note['say'], () => void>();
  #isOwner = false;
  #whoWaits: string | undefined;

  constructor(db: Database, app: string) {
    const taken = Promise.withResolvers<void>();
    this.taken = taken.promise;
    this.#letGo = taken.resolve;
    this.#db = db;
    this.#channel = new BroadcastChannel(`fynlo-${app}`);
    this.#channel.addEventListener('message', ({ data }) => this.#onNote(data as Note));
  }

  /** @returns false when another tab has the queue and was not asked to let go. */
  async claim({ takeOver }: { takeOver: boolean }): Promise<boolean> {
    const owner = await this.#claimFrom(undefined);
    if (owner === this.tab) return true;
    const alive = await this.#ask({ say: 'are-you-there', to: owner, from: this.tab }, 'here');
    if (alive && !takeOver) return false;
    if (alive) await this.#ask({ say: 'let-go', to: owner, from: this.tab }, 'let-go-done');
    return (await this.#claimFrom(owner)) === this.tab;
  }

  /** Frees the queue, if it is still this tab's, and tells who waits for it. */
  async release(): Promise<void> {
    const tx = this.#db.transaction('meta', 'readwrite');
    if ((await tx.store.get('owner')) === this.tab) await tx.store.delete('owner');
    await tx.done;
    if (this.#whoWaits) this.#post({ say: 'let-go-done', to: this.#whoWaits });
    this.stop();
  }

  /** A write found that another tab has the queue: this one froze and was replaced. */
  lost(): void {
    this.#letGo();
  }

  /** The page goes away for good: the next one need not ask whether anybody is here. */
  releaseOnPageHide(): void {
    globalThis.addEventListener?.('pagehide', this.#onPageHide);
  }

  stop(): void {
    this.#isOwner = false;
    this.#channel.close();
    globalThis.removeEventListener?.('pagehide', this.#onPageHide);
  }

  /** Takes the queue when nobody has it, or `from` does. @returns who has it now. */
  async #claimFrom(from: string | undefined): Promise<string> {
    const tx = this.#db.transaction('meta', 'readwrite', { durability: 'strict' });
    const owner = (await tx.store.get('owner')) as string | undefined;
    const mine = owner === undefined || owner === from;
    if (mine) await tx.store.put(this.tab, 'owner');
    await tx.done;
    this.#isOwner = mine;
    return mine ? this.tab : owner;
  }

  #ask(question: Note, answer: Note['say']): Promise<boolean> {
    const within = question.say === 'let-go' ? letGoWithinMs : answerWithinMs;
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), within);
      this.#waiting.set(answer, () => {
        clearTimeout(timer);
        resolve(true);
      });
      this.#post(question);
    });
  }

  #onNote(note: Note): void {
    if (note.to !== this.tab) return;
    if (note.say === 'are-you-there' && this.#isOwner) {
      this.#post({ say: 'here', to: note.from });
    } else if (note.say === 'let-go' && this.#isOwner) {
      this.#whoWaits = note.from;
      this.#letGo();
    } else {
      this.#waiting.get(note.say)?.();
    }
  }

  readonly #onPageHide = ({ persisted }: PageTransitionEvent): void => {
    if (this.#isOwner && !persisted) void this.release().catch(() => undefined);
  };

  #post(note: Note): void {
    // A channel is of one origin by its nature; only a window asks for it.
    // oxlint-disable-next-line unicorn/require-post-message-target-origin
    this.#channel.postMessage(note);
  }
}
