/** Times in ms, summed up by rank. */
export class Samples {
  readonly #values: number[] = [];

  add(ms: number): void {
    this.#values.push(ms);
  }

  count(): number {
    return this.#values.length;
  }

  summary(): Summary {
    const sorted = Float64Array.from(this.#values).toSorted();
    const rank = (share: number) =>
      sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
    return { p50: rank(0.5), p95: rank(0.95), p99: rank(0.99), max: rank(1), count: sorted.length };
  }
}

export interface Summary {
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
  readonly count: number;
}
