import {
  allergens as allergenKinds,
  type Allergen,
  type AllergenStatement,
  type AvailabilityWindow,
} from '../menu/index.ts';
import { formatAmount, parseAmount, type Bps, type Minor } from '../money/index.ts';
import { didYouMean, type NamedRow, type Problems } from './file-table.ts';

/** Each reads one cell, or says what is expected there and gives `undefined`. */

export function readPrice(
  row: NamedRow,
  decimals: number,
  problems: Problems,
  column = 'price',
): Minor | undefined {
  const text = row.get(column);
  const example = formatAmount(1250, decimals);
  const amount = parseAmount(text, decimals);
  if (amount !== undefined && amount >= 0) return amount;
  const why =
    text === ''
      ? `A price is needed here, for example ${example}.`
      : /[£€$]/.test(text)
        ? `Write the price without a currency sign, for example ${example}.`
        : text.includes(',')
          ? `Write the price with a point and without thousands marks, for example ${example}.`
          : `A price is a number with at most ${decimals} decimals, for example ${example}.`;
  return problems.add(row.line, column, text, why);
}

export function readPercent(row: NamedRow, column: string, problems: Problems): Bps | undefined {
  const text = row.get(column);
  const bps = parseAmount(text.replace(/\s*%$/, ''), 2);
  if (bps !== undefined && bps >= 0 && bps <= 10_000) return bps;
  return problems.add(row.line, column, text, 'A percentage from 0 to 100, for example 20 or 12.5.');
}

export function formatPercent(bps: Bps): string {
  return formatAmount(bps, 2).replace(/\.?0+$/, '');
}

export function readWhole(
  row: NamedRow,
  column: string,
  { min, max }: { min: number; max: number },
  problems: Problems,
): number | undefined {
  const text = row.get(column);
  const value = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  return problems.add(row.line, column, text, `A whole number from ${min} to ${max}.`);
}

export function readYesNo(row: NamedRow, column: string, problems: Problems): boolean {
  const text = row.get(column).toLowerCase();
  if (text === '' || text === 'yes') return true;
  if (text !== 'no') problems.add(row.line, column, text, 'Either yes or no; empty means yes.');
  return false;
}

/** A name people see. A leading sign that a spreadsheet takes for a formula is refused. */
export function readName(
  row: NamedRow,
  column: string,
  problems: Problems,
  what: string,
): string | undefined {
  const text = row.get(column);
  if (text === '') return problems.add(row.line, column, text, `${what} needs a name here.`);
  if (/^[=+\-@\t]/.test(text)) {
    return problems.add(row.line, column, text, 'A name cannot begin with = + - or @, which spreadsheets take for a formula.');
  }
  if (text.length > 80) {
    return problems.add(row.line, column, text, 'A name has at most 80 characters.');
  }
  return text;
}

export function readList(text: string): string[] {
  return text
    .split(';')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const withKind: readonly string[] = ['gluten', 'nuts'];
const allergenExample = 'milk; gluten:wheat; nuts:almond';

export function readAllergens(row: NamedRow, problems: Problems): AllergenStatement {
  const column = 'allergens';
  const text = row.get(column).toLowerCase();
  if (text === '' || text === 'unknown') return 'unknown';
  if (text === 'none') return [];
  return readList(text).flatMap((part): Allergen[] => {
    const [kind = '', which = ''] = part.split(':').map((word) => word.trim());
    if (!(allergenKinds as readonly string[]).includes(kind)) {
      problems.add(row.line, column, part, `Not one of the fourteen allergens. ${didYouMean(kind, allergenKinds)} Write “none” for none and “unknown” when nobody knows.`);
      return [];
    }
    if (withKind.includes(kind) !== (which !== '') || !/^[\p{L} -]*$/u.test(which)) {
      const rule = withKind.includes(kind)
        ? `Say which ${kind === 'nuts' ? 'nut' : 'cereal'}, for example ${kind === 'nuts' ? 'nuts:almond' : 'gluten:wheat'}.`
        : `Only gluten and nuts name a kind, for example ${allergenExample}.`;
      problems.add(row.line, column, part, rule);
      return [];
    }
    return [(which === '' ? kind : `${kind}:${which}`) as Allergen];
  });
}

export function formatAllergens(statement: AllergenStatement): string {
  if (statement === 'unknown') return 'unknown';
  return statement.length === 0 ? 'none' : statement.join('; ');
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const windowExample = 'Mon-Fri 12:00-15:00; Sat,Sun 10:00-16:00';

export function readAvailability(row: NamedRow, problems: Problems): AvailabilityWindow[] {
  const column = 'availability';
  return readList(row.get(column)).flatMap((part) => {
    const window = parseWindow(part);
    if (window) return [window];
    problems.add(row.line, column, part, `Days and hours, for example ${windowExample}; empty means always.`);
    return [];
  });
}

function parseWindow(text: string): AvailabilityWindow | undefined {
  const match = /^(\S+) (\d{1,2}):(\d{2})-(\d{1,2}):(\d{2})$/.exec(text.replace(/\s+/g, ' '));
  if (!match) return undefined;
  const [, days = '', fromHour, fromMin, toHour, toMin] = match;
  const fromMinute = minuteOfDay(Number(fromHour), Number(fromMin));
  const toMinute = minuteOfDay(Number(toHour), Number(toMin));
  const weekdays = parseDays(days);
  if (!weekdays || fromMinute === undefined || toMinute === undefined) return undefined;
  if (fromMinute === 1440 || fromMinute === toMinute) return undefined;
  return { weekdays, fromMinute, toMinute };
}

function minuteOfDay(hour: number, minute: number): number | undefined {
  const total = hour * 60 + minute;
  return minute < 60 && total <= 1440 ? total : undefined;
}

function parseDays(text: string): number[] | undefined {
  if (text.toLowerCase() === 'daily') return [1, 2, 3, 4, 5, 6, 7];
  const days = new Set<number>();
  for (const part of text.split(',')) {
    const [first = '', last = first] = part.split('-');
    const from = dayNumber(first);
    const to = dayNumber(last);
    if (!from || !to) return undefined;
    for (let day = from; ; day = (day % 7) + 1) {
      days.add(day);
      if (day === to) break;
    }
  }
  return [...days].toSorted((a, b) => a - b);
}

function dayNumber(name: string): number {
  return dayNames.findIndex((day) => day.toLowerCase() === name.toLowerCase()) + 1;
}

export function formatAvailability(windows: readonly AvailabilityWindow[]): string {
  return windows
    .map((w) => `${formatDays(w.weekdays)} ${clock(w.fromMinute)}-${clock(w.toMinute)}`)
    .join('; ');
}

function formatDays(weekdays: readonly number[]): string {
  if (weekdays.length === 7) return 'daily';
  const runs: number[][] = [];
  for (const day of weekdays) {
    const run = runs.at(-1);
    if (run && run.at(-1) === day - 1) run.push(day);
    else runs.push([day]);
  }
  const name = (day: number) => dayNames[day - 1] ?? '';
  return runs
    .flatMap(([first = 1, ...rest]) => {
      const last = rest.at(-1);
      if (last === undefined) return [name(first)];
      return rest.length === 1 ? [name(first), name(last)] : [`${name(first)}-${name(last)}`];
    })
    .join(',');
}

function clock(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
}
