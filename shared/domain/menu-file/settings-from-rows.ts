import type { BillTerms } from '../bill/index.ts';
import type { Currency } from '../money/index.ts';
import type { Settings } from '../settings/index.ts';
import { didYouMean } from './did-you-mean.ts';
import { Problems, type FileResult, type FileRow } from './file-problem.ts';
import { readTable, type NamedRow } from './file-table.ts';
import { readPercent } from './number-cells.ts';
import { readName, readWhole } from './text-cells.ts';

const settingNames = [
  'name',
  'currency',
  'currencyDecimals',
  'locale',
  'timeZone',
  'dayEndsAt',
  'vatBasis',
  'service',
  'serviceRate',
] as const;
type SettingName = (typeof settingNames)[number];

const columns = ['setting', 'value'] as const;
const vatBases = ['inside', 'on-top'] as const satisfies readonly BillTerms['vatBasis'][];
const serviceModes = [
  'none',
  'optional',
  'mandatory',
] as const satisfies readonly BillTerms['service']['mode'][];

/** A restaurant's settings from rows of `setting,value`, or everything that is wrong with them. */
export function settingsFromRows(rows: readonly FileRow[]): FileResult<Settings> {
  const problems = new Problems();
  const table = readTable(rows, { columns, required: columns }, problems);
  if (problems.any) return problems.result(neverRead);
  const given = byName(table);
  const row = (name: SettingName): NamedRow => given.get(name) ?? missingRow(name, problems);

  const name = readName(row('name'), 'value', 'The restaurant');
  const currency = readMatching(row('currency'), isCurrency, 'A currency code like GBP or EUR.');
  const currencyDecimals = readWhole(row('currencyDecimals'), 'value', { min: 0, max: 3 });
  const locale = readMatching(row('locale'), isLocale, 'A language and country like en-GB.');
  const timeZone = readMatching(row('timeZone'), isTimeZone, 'A time zone like Europe/London.');
  const dayEndsAtMinute = readClock(row('dayEndsAt'));
  const vatBasis = readOneOf(row('vatBasis'), vatBases);
  const mode = readOneOf(row('service'), serviceModes);
  const rateBps = readPercent(row('serviceRate'), 'value');
  return problems.result(() => ({
    name: must(name),
    currency: must(currency) as Currency,
    currencyDecimals: must(currencyDecimals),
    locale: must(locale),
    timeZone: must(timeZone),
    dayEndsAtMinute: must(dayEndsAtMinute),
    terms: { vatBasis: must(vatBasis), service: { mode: must(mode), rateBps: must(rateBps) } },
  }));
}

function byName(table: readonly NamedRow[]): Map<string, NamedRow> {
  const given = new Map<string, NamedRow>();
  for (const row of table) {
    const name = settingNames.find((known) => known === row.get('setting'));
    if (!name) row.wrong('setting', `A setting. ${didYouMean(row.get('setting'), settingNames)}`);
    else if (given.has(name)) row.wrong('setting', 'Each setting once.');
    else given.set(name, row);
  }
  return given;
}

/** Reads as empty, and every complaint about it says which setting is not there. */
function missingRow(name: SettingName, problems: Problems): NamedRow {
  return {
    line: 1,
    get: () => '',
    wrong: () =>
      problems.add(1, 'setting', '', `The setting “${name}” is missing. Add a line for it.`),
  };
}

function readMatching(
  row: NamedRow,
  isRight: (value: string) => boolean,
  expected: string,
): string | undefined {
  const value = row.get('value');
  return isRight(value) ? value : row.wrong('value', expected);
}

function readOneOf<Word extends string>(row: NamedRow, words: readonly Word[]): Word | undefined {
  const value = row.get('value').toLowerCase();
  return words.find((word) => word === value) ?? row.wrong('value', `One of ${words.join(', ')}.`);
}

/** A spreadsheet may write 04:00 as 4:00 or 04:00:00. */
function readClock(row: NamedRow): number | undefined {
  const match = /^(\d{1,2}):(\d{2})(?::00)?$/.exec(row.get('value'));
  const [hours, minutes] = [Number(match?.[1]), Number(match?.[2])];
  return hours < 24 && minutes < 60
    ? hours * 60 + minutes
    : row.wrong('value', 'The time a business day ends, for example 04:00.');
}

function isCurrency(value: string): boolean {
  return Intl.supportedValuesOf('currency').includes(value);
}

function isLocale(value: string): boolean {
  try {
    return value !== '' && Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

function isTimeZone(value: string): boolean {
  try {
    const { timeZone } = new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions();
    return timeZone !== '';
  } catch {
    return false;
  }
}

/** Without a problem every setting was read. */
function must<Value>(value: Value | undefined): Value {
  return value ?? neverRead();
}

function neverRead(): never {
  throw new Error('A setting was neither read nor refused.');
}
