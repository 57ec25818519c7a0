import { stringify } from 'csv-stringify/sync';

/**
 * Rows as a CSV file: commas, line feeds, quotation marks only where needed, a line feed at the end.
 * Text that a spreadsheet would run as a formula is refused on the way in, so what was imported
 * comes out byte for byte. Should such a name ever come from elsewhere, it is written with a `'`
 * before it: better a changed name than a formula run on the manager's laptop.
 */
export function writeCsv(rows: readonly (readonly string[])[]): string {
  return stringify(
    rows.map((row) => [...row]),
    { escape_formulas: true },
  );
}
