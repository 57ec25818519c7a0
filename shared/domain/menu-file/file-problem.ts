/** One thing wrong with a file. Lines and columns are counted as a spreadsheet shows them. */
export interface FileProblem {
  /** From 1; the header is line 1, and a cell with line breaks in it is still one line. */
  readonly line: number;
  /** The column's name; empty when the whole line is meant. */
  readonly column: string;
  readonly found: string;
  /** What is expected there, as a sentence. */
  readonly expected: string;
}

/** One line of a file, cut into cells. */
export interface FileRow {
  readonly line: number;
  readonly cells: readonly string[];
}

export type FileResult<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly FileProblem[] };

/** More are not listed: a person mends these first and imports again. */
const problemsMax = 200;
const foundLengthMax = 80;

/** Collects what is wrong with a file, so that a person mends it all at once. */
export class Problems {
  readonly #found: FileProblem[] = [];

  /** `expected` may be given as a function where finding the words costs time. */
  add(line: number, column: string, found: string, expected: string | (() => string)): undefined {
    if (this.#found.length >= problemsMax) return;
    const sentence = typeof expected === 'string' ? expected : expected();
    this.#found.push({ line, column, found: found.slice(0, foundLengthMax), expected: sentence });
  }

  get any(): boolean {
    return this.#found.length > 0;
  }

  result<Value>(value: () => Value): FileResult<Value> {
    if (!this.any) return { ok: true, value: value() };
    return { ok: false, problems: this.#found.toSorted((a, b) => a.line - b.line) };
  }
}
