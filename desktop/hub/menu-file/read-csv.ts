import { rowsMax, type FileProblem, type FileRow } from '@fynlo/domain/menu-file';
import { CsvError, parse } from 'csv-parse/sync';

/**
 * The rows of a CSV file as a spreadsheet writes it: with or without a byte order mark, any line
 * ends, quotation marks, line breaks inside a cell, and semicolons or tabs where the country or the
 * program prefers them. Lines are counted as the spreadsheet numbers its rows.
 */
export function readCsv(text: string): readonly FileRow[] | FileProblem {
  const plain = text.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n');
  const [header = ''] = plain.trimStart().split('\n', 1);
  const delimiter = delimiterOf(header);
  try {
    const rows: string[][] = parse(plain, {
      delimiter,
      recordDelimiter: '\n',
      relaxColumnCount: true,
      // One more than is taken, so that a longer file is noticed and not cut.
      to: rowsMax + 1,
    });
    return rows.map((cells, index) => ({ line: index + 1, cells }));
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return describe(error, header.split(delimiter));
  }
}

/** The mark that the header has most of: the names of columns hold none of them. */
function delimiterOf(header: string): string {
  const count = (mark: string) => header.split(mark).length;
  return [',', ';', '\t'].toSorted((a, b) => count(b) - count(a))[0] ?? ',';
}

function describe(error: CsvError, columns: readonly string[]): FileProblem {
  const before: unknown = error['records'];
  const place: unknown = error['column'];
  return {
    line: typeof before === 'number' ? before + 1 : 1,
    column: typeof place === 'number' ? (columns[place]?.trim() ?? '') : '',
    found: '"',
    expected:
      'Quotation marks in pairs: one before and one after the cell, and two for each one inside it.',
  };
}
