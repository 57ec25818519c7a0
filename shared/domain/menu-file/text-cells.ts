import { slug } from '../ids.ts';
import type { NamedRow } from './file-table.ts';

/** Each reads one cell, or says what is expected there and gives `undefined`. */

const nameLengthMax = 80;
/** What the wire allows an id to have. */
const idLengthMax = 80;

/** A name people see, with single blanks. Its slug is its id, so it needs a letter or a digit. */
export function readName(row: NamedRow, column: string, whose: string): string | undefined {
  const name = row.get(column).replace(/\s+/gu, ' ');
  if (name === '') return row.wrong(column, `${whose} needs a name here.`);
  const why = whyNotText(name, nameLengthMax) ?? whyNoId(slug(name));
  return why === undefined ? name : row.wrong(column, why);
}

/** Text that may be left out. Empty when it is, or when it is wrong. */
export function readText(row: NamedRow, column: string, lengthMax: number): string {
  const text = row.get(column);
  const why = whyNotText(text, lengthMax);
  if (why !== undefined) row.wrong(column, why);
  return why === undefined ? text : '';
}

export function readYesNo(row: NamedRow, column: string): boolean {
  const text = row.get(column).toLowerCase();
  if (text !== '' && text !== 'yes' && text !== 'no') {
    row.wrong(column, 'Either yes or no; empty means yes.');
  }
  return text !== 'no';
}

export function readWhole(
  row: NamedRow,
  column: string,
  { min, max }: { readonly min: number; readonly max: number },
): number | undefined {
  const text = row.get(column);
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  return value >= min && value <= max
    ? value
    : row.wrong(column, `A whole number from ${min} to ${max}.`);
}

/** Parts between semicolons, because names may have commas. */
export function splitList(text: string): string[] {
  return text
    .split(';')
    .map((part) => part.replace(/\s+/gu, ' ').trim())
    .filter((part) => part !== '');
}

function whyNotText(text: string, lengthMax: number): string | undefined {
  // Refused rather than escaped: the name then reads the same here, in the file and on a ticket.
  if (/^[=+\-@＝＋－＠]/u.test(text)) {
    return 'Begin with a letter or a digit. A spreadsheet takes = + - and @ at the start for a formula.';
  }
  if (/[\p{Cs}\uFFFD]/u.test(text)) {
    return 'Some letters were damaged when the file was saved. Save it as “CSV UTF-8” and import it again.';
  }
  if (/[^\P{Cc}\n]/u.test(text))
    return 'There is a character here that cannot be seen. Type it again.';
  if (text.length > lengthMax) return `At most ${lengthMax} characters; these are ${text.length}.`;
  return undefined;
}

function whyNoId(id: string): string | undefined {
  if (id === '') return 'A name needs a letter or a digit.';
  return id.length > idLengthMax ? 'A shorter name.' : undefined;
}
