import { seededRandom } from '@fynlo/testing/surroundings';

interface Task {
  at: number;
  order: number;
  run: () => void;
}

/** Thrown inside a step to end the process that runs it, at that very place. */
export class PowerCut extends Error {
  override readonly name = 'PowerCut';
}

/**
 * The only source of time, order and chance in a simulated restaurant: what is due next runs, then
 * every promise that it settled, then what is due after it. The same seed gives the same evening.
 */
export class Scheduler {
  readonly random: () => number;
  /** Milliseconds since the beginning. */
  elapsed = 0;
  steps = 0;
  #heap: Task[] = [];
  #made = 0;

  constructor(seed: number) {
    this.random = seededRandom(seed);
  }

  /** Returns the way to call it off. */
  after(ms: number, run: () => void): () => void {
    const task: Task = { at: this.elapsed + Math.max(0, ms), order: this.#made++, run };
    this.#push(task);
    return () => {
      task.run = nothing;
    };
  }

  /** A whole number from 0 up to but without `below`. */
  below(below: number): number {
    return Math.floor(this.random() * below);
  }

  chance(share: number): boolean {
    return this.random() < share;
  }

  pick<T>(from: readonly T[]): T | undefined {
    return from[this.below(from.length)];
  }

  /** Lets time pass. `afterStep` looks at the world after each step. */
  async pass(ms: number, afterStep: () => void): Promise<void> {
    const end = this.elapsed + ms;
    await settle();
    for (let next = this.#heap[0]; next && next.at <= end; next = this.#heap[0]) {
      this.#pop();
      if (next.run === nothing) continue;
      this.elapsed = Math.max(this.elapsed, next.at);
      this.steps++;
      next.run();
      await settle();
      afterStep();
    }
    this.elapsed = end;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let i = heap.push(task) - 1;
    while (i > 0) {
      const parent = (i - 1) >> 1;
      if (!isBefore(task, heap[parent] as Task)) break;
      heap[i] = heap[parent] as Task;
      i = parent;
    }
    heap[i] = task;
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (!last || heap.length === 0) return;
    let i = 0;
    for (;;) {
      let child = 2 * i + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Task, heap[child] as Task))
        child++;
      if (!isBefore(heap[child] as Task, last)) break;
      heap[i] = heap[child] as Task;
      i = child;
    }
    heap[i] = last;
  }
}

function nothing(): void {
  // Called off.
}

function isBefore(a: Task, b: Task): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/** Longer than any chain of promises in the code under test. */
async function settle(): Promise<void> {
  for (let i = 0; i < 12; i++) await Promise.resolve();
}
