import type { FileProblem, FileRow } from '@fynlo/domain/menu-file';
import { CsvError, parse } from 'csv-parse/sync';

interface ParsedRow {
  readonly record: string[];
  readonly info: { readonly lines: number };
}

/**
 * The rows of a CSV file as a spreadsheet writes it: with or without a byte order mark, any line
 * ends, quotes, and semicolons where a country writes its decimals with commas.
 */
export function readCsv(text: string): readonly FileRow[] | FileProblem {
  const header = text.slice(0, text.search(/\r|\n|$/));
  const delimiter = count(header, ';') > count(header, ',') ? ';' : ',';
  try {
    const rows = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relaxColumnCount: true,
      skipEmptyLines: true,
    }) as unknown as ParsedRow[];
    return rows.map(({ record, info }) => ({ line: lineOf(record, info.lines), cells: record }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    return {
      line,
      column: '',
      found: '',
      expected: 'Every quotation mark must be closed; write a mark inside a cell twice ("").',
    };
  }
}

/** Counted from where a row begins: a cell may hold line breaks. */
function lineOf(record: readonly string[], endsAt: number): number {
  const breaks = record.reduce((sum, cell) => sum + count(cell, '\n'), 0);
  return endsAt - breaks;
}

function count(text: string, character: string): number {
  return text.split(character).length - 1;
}
