/** Seconds between tries: quick after a hiccup, gentle on a hub that forty devices want back. */
const stepsMs = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000] as const;
/** So that the devices do not all knock at the same moment. */
const jitter = 0.2;

/** How long to wait before the next try; each wait is its step ± 20 %. */
export class BackOff {
  readonly #random: () => number;
  #tries = 0;

  constructor(random: () => number) {
    this.#random = random;
  }

  nextMs(): number {
    const step = stepsMs[Math.min(this.#tries, stepsMs.length - 1)] ?? 30_000;
    this.#tries++;
    return Math.round(step * (1 - jitter + 2 * jitter * this.#random()));
  }

  /** The longest wait, for what only a person or an update can mend. */
  longestMs(): number {
    this.#tries = stepsMs.length;
    return this.nextMs();
  }

  reset(): void {
    this.#tries = 0;
  }
}
