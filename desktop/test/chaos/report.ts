/** Where a scenario prints: its counts, and the proof that its fault fired. */
export type Say = (line: string) => void;

export interface Ran {
  /** What did not hold, in sentences. Empty: everything held. */
  readonly wrong: readonly string[];
  /** What was counted and measured. */
  readonly figures: Readonly<Record<string, number>>;
}

export const sayAloud: Say = (line) => void process.stdout.write(`${line}\n`);

/** One line of figures: `kills: 5 killed, 1,234 answered`. */
export function figuresText(figures: Ran['figures']): string {
  return Object.entries(figures)
    .map(([name, value]) => `${name} ${(Math.round(value * 10) / 10).toLocaleString('en')}`)
    .join(', ');
}

export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}
