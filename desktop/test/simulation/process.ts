import { PowerCut, type Scheduler } from './scheduler.ts';

/**
 * One program on one machine: everything it does runs through here, so that it can be ended at any
 * step, or stopped for a while with nothing of it running.
 */
export class Process {
  isAlive = true;
  readonly #scheduler: Scheduler;
  readonly #onEnd: () => void;
  #pausedUntil = 0;

  constructor(scheduler: Scheduler, onEnd: () => void) {
    this.#scheduler = scheduler;
    this.#onEnd = onEnd;
  }

  /** SIGSTOP: what falls due meanwhile happens afterwards, in its order. */
  pause(ms: number): void {
    this.#pausedUntil = this.#scheduler.elapsed + ms;
  }

  get isPaused(): boolean {
    return this.#pausedUntil > this.#scheduler.elapsed;
  }

  /** Runs now; a power cut inside ends the process. */
  run(work: () => void): void {
    if (!this.isAlive) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      this.end();
    }
  }

  after(ms: number, work: () => void): () => void {
    let cancel = this.#scheduler.after(ms, () => {
      const wait = this.#pausedUntil - this.#scheduler.elapsed;
      if (wait <= 0) return this.run(work);
      cancel = this.#scheduler.after(wait, () => this.run(work));
    });
    return () => cancel();
  }

  end(): void {
    if (!this.isAlive) return;
    this.isAlive = false;
    this.#onEnd();
  }
}
