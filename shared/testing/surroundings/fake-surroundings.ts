import type { Surroundings } from '@fynlo/client/connection';
import { seededRandom } from './seeded-random.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
}

/** A Friday evening, 19:00 in London. */
export const fridayEvening = Date.UTC(2026, 10, 20, 19, 0);

/** A clock that a test moves, timers that fire only then, and chance from a seed. */
export class FakeSurroundings implements Surroundings {
  readonly #random: () => number;
  readonly #nudged = new Set<() => void>();
  #wall: number;
  #elapsed = 0;
  #timers: Timer[] = [];
  #made = 0;

  constructor({ seed = 1, now = fridayEvening }: { seed?: number; now?: number } = {}) {
    this.#random = seededRandom(seed);
    this.#wall = now;
  }

  now(): number {
    return this.#wall + this.#elapsed;
  }

  elapsed(): number {
    return this.#elapsed;
  }

  random(): number {
    return this.#random();
  }

  setTimer(run: () => void, ms: number): () => void {
    const timer = { at: this.#elapsed + Math.max(0, ms), order: this.#made++, run };
    this.#timers.push(timer);
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Somebody sets the clock; what waits goes on waiting as before. */
  setClock(byMs: number): void {
    this.#wall += byMs;
  }

  onNudge(listener: () => void): () => void {
    this.#nudged.add(listener);
    return () => this.#nudged.delete(listener);
  }

  /** The network or the person is back. */
  nudge(): void {
    for (const listener of this.#nudged) listener();
  }

  get timersWaiting(): number {
    return this.#timers.length;
  }
  get nudgeListeners(): number {
    return this.#nudged.size;
  }

  /** Lets `ms` pass: fires what falls due in its order, and lets promises settle in between. */
  async pass(ms: number): Promise<void> {
    const end = this.#elapsed + ms;
    await settle();
    for (let next = this.#next(end); next; next = this.#next(end)) {
      this.#elapsed = Math.max(this.#elapsed, next.at);
      this.#timers = this.#timers.filter((other) => other !== next);
      next.run();
      await settle();
    }
    this.#elapsed = end;
  }

  /** A machine that slept: the clock moves, and what was due fires late, all at once. */
  async sleep(ms: number): Promise<void> {
    this.#elapsed += ms;
    await this.pass(0);
  }

  #next(end: number): Timer | undefined {
    return this.#timers
      .filter(({ at }) => at <= end)
      .toSorted((a, b) => a.at - b.at || a.order - b.order)[0];
  }
}

/** Longer than any chain of promises in the code under test. */
async function settle(): Promise<void> {
  for (let i = 0; i < 24; i++) await Promise.resolve();
}
