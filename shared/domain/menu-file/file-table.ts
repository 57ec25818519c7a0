import { didYouMean } from './did-you-mean.ts';
import type { FileRow, Problems } from './file-problem.ts';

/** A row read by column name. */
export interface NamedRow {
  readonly line: number;
  /** The cell without blanks around it; empty when there is none. */
  get(column: string): string;
  /** Says what is expected in a cell. `found` is the cell unless a part of it is meant. */
  wrong(column: string, expected: string | (() => string), found?: string): undefined;
}

/** Far more than a menu needs; a longer file is something else. */
export const rowsMax = 50_000;

/**
 * Reads the header and hands out the rows below it that are not blank. Unknown, repeated and
 * missing columns are problems; with a required one missing no row is handed out, because every
 * row would say the same.
 */
export function readTable(
  rows: readonly FileRow[],
  { columns, required }: { columns: readonly string[]; required: readonly string[] },
  problems: Problems,
): readonly NamedRow[] {
  const [header, ...body] = rows.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  if (!header) {
    const names = columns.join(',');
    problems.add(1, '', '', `The file is empty. Its first line names the columns: ${names}`);
    return [];
  }
  if (rows.length > rowsMax) {
    problems.add(
      rowsMax,
      '',
      '',
      `A file has at most ${rowsMax} lines. Split it or check that it is the right one.`,
    );
    return [];
  }
  const names = header.cells.map((cell) => cell.trim().toLowerCase());
  checkNames(names, columns, header.line, problems);
  const missing = required.filter((column) => !names.includes(column));
  for (const column of missing) {
    problems.add(
      header.line,
      column,
      '',
      `The column “${column}” is missing. Add it to the first line.`,
    );
  }
  if (missing.length > 0) return [];
  return body.map((row) => nameCells(row, names, problems));
}

function checkNames(
  names: readonly string[],
  columns: readonly string[],
  line: number,
  problems: Problems,
): void {
  const absent = columns.filter((column) => !names.includes(column));
  for (const [place, name] of names.entries()) {
    if (name === '') continue;
    if (!columns.includes(name)) {
      problems.add(line, name, name, `There is no such column. ${didYouMean(name, absent)}`);
    } else if (names.indexOf(name) !== place) {
      problems.add(line, name, name, 'This column stands twice. Keep one of them.');
    }
  }
}

function nameCells(
  { line, cells }: FileRow,
  names: readonly string[],
  problems: Problems,
): NamedRow {
  const outside = cells.find((cell, i) => cell.trim() !== '' && !names[i]);
  if (outside !== undefined) {
    const expected =
      'Nothing: no column of the first line stands above this cell. A name with a comma needs quotation marks around it.';
    problems.add(line, '', outside, expected);
  }
  const get = (column: string) => {
    const place = names.indexOf(column);
    return (cells[place] ?? '').replace(/\r\n?/g, '\n').trim();
  };
  return {
    line,
    get,
    wrong: (column, expected, found = get(column)) => problems.add(line, column, found, expected),
  };
}
