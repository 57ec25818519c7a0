/** One thing wrong with a file. Lines and columns are counted as a spreadsheet shows them. */
export interface FileProblem {
  /** From 1; the header is line 1. */
  readonly line: number;
  /** The column's name. */
  readonly column: string;
  readonly found: string;
  /** What is expected there, as a sentence. */
  readonly expected: string;
}

export interface FileRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export type FileResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

export const problemsMax = 200;

/** Collects what is wrong with a file, so that a person mends it all at once. */
export class Problems {
  readonly #found: FileProblem[] = [];

  add(line: number, column: string, found: string, expected: string): undefined {
    if (this.#found.length < problemsMax) {
      this.#found.push({ line, column, found: found.slice(0, 80), expected });
    }
    return undefined;
  }

  result<Value>(value: Value): FileResult<Value> {
    if (this.#found.length === 0) return { ok: true, value };
    return { ok: false, problems: this.#found.toSorted((a, b) => a.line - b.line) };
  }
}

/** A row read by column name. Cells come back trimmed; a missing one is empty. */
export interface NamedRow {
  readonly line: number;
  get(column: string): string;
}

/** Reads the header and hands out the rows below it. Unknown and missing columns are problems. */
export function readTable(
  rows: readonly FileRow[],
  columns: readonly string[],
  required: readonly string[],
  problems: Problems,
): readonly NamedRow[] {
  const [header, ...body] = rows;
  if (!header) {
    problems.add(1, columns[0] ?? '', '', `The file is empty. Its first line names the columns: ${columns.join(',')}.`);
    return [];
  }
  const names = header.cells.map((cell) => cell.trim().toLowerCase());
  names.forEach((name, i) => {
    if (name === '' || columns.includes(name)) {
      if (name !== '' && names.indexOf(name) !== i) {
        problems.add(header.line, name, name, 'This column stands twice. Keep one of them.');
      }
      return;
    }
    problems.add(header.line, name, name, `There is no such column. ${didYouMean(name, columns)}`);
  });
  for (const column of required) {
    if (!names.includes(column)) {
      problems.add(header.line, column, '', `The column “${column}” is missing.`);
    }
  }
  const places = new Map(names.map((name, i) => [name, i]));
  return body
    .filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
    .map(({ line, cells }) => {
      const beyond = cells.slice(names.length).find((cell) => cell.trim() !== '');
      if (beyond !== undefined) {
        problems.add(line, '', beyond, 'This line has more cells than the header. Is a comma inside a name without quotes?');
      }
      return { line, get: (column) => cells[places.get(column) ?? -1]?.trim() ?? '' };
    });
}

/** `Did you mean “price”?` when something is near, else all there is. */
export function didYouMean(found: string, known: readonly string[]): string {
  const wanted = found.toLowerCase();
  const near = known
    .map((word) => ({ word, distance: distance(wanted, word.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  if (near && near.distance <= Math.max(2, found.length / 3)) return `Did you mean “${near.word}”?`;
  const listed = known.slice(0, 12).join(', ');
  return known.length === 0 ? '' : `There ${known.length === 1 ? 'is' : 'are'}: ${listed}${known.length > 12 ? ', …' : ''}.`;
}

/** Levenshtein's edit distance of two short words. */
function distance(a: string, b: string): number {
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const current = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      current.push(Math.min(swap, (previous[j] ?? 0) + 1, (current[j - 1] ?? 0) + 1));
    }
    previous = current;
  }
  return previous[b.length] ?? 0;
}
