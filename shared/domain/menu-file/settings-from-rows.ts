import type { Currency } from '../money/index.ts';
import type { Settings } from '../settings/index.ts';
import { readPercent, readWhole } from './cells.ts';
import { Problems, readTable, type FileResult, type FileRow, type NamedRow } from './file-table.ts';

const keys = [
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
type Key = (typeof keys)[number];

/** A restaurant's settings from rows of `setting,value`, or everything that is wrong with them. */
export function settingsFromRows(rows: readonly FileRow[]): FileResult<Settings> {
  const problems = new Problems();
  const values = new Map<string, NamedRow>();
  for (const row of readTable(rows, ['setting', 'value'], ['setting', 'value'], problems)) {
    const key = row.get('setting');
    if (!(keys as readonly string[]).includes(key)) {
      problems.add(row.line, 'setting', key, `One of ${keys.join(', ')}.`);
    }
    values.set(key, row);
  }
  const nowhere: NamedRow = { line: 1, get: () => '' };
  const row = (key: Key) => values.get(key) ?? nowhere;
  const text = (key: Key, isRight: (value: string) => boolean, expected: string) => {
    const value = row(key).get('value');
    if (!isRight(value)) problems.add(row(key).line, key, value, expected);
    return value;
  };
  const [hours = '', minutes = ''] = text(
    'dayEndsAt',
    (value) => /^([01]\d|2[0-3]):[0-5]\d$/.test(value),
    'The time a business day ends, for example 04:00.',
  ).split(':');
  const settings: Settings = {
    name: text('name', (value) => value !== '' && value.length <= 60, 'The restaurant’s name.'),
    currency: text('currency', (value) => /^[A-Z]{3}$/.test(value), 'A currency code like GBP.') as Currency,
    currencyDecimals: readWhole(row('currencyDecimals'), 'value', { min: 0, max: 3 }, problems) ?? 2,
    locale: text('locale', isLocale, 'A language and country like en-GB.'),
    timeZone: text('timeZone', isTimeZone, 'A time zone like Europe/London.'),
    dayEndsAtMinute: Number(hours) * 60 + Number(minutes),
    terms: {
      vatBasis: text('vatBasis', isOneOf('inside', 'on-top'), 'inside or on-top.') as 'inside' | 'on-top',
      service: {
        mode: text('service', isOneOf('none', 'optional', 'mandatory'), 'none, optional or mandatory.') as
          | 'none'
          | 'optional'
          | 'mandatory',
        rateBps: readPercent(row('serviceRate'), 'value', problems) ?? 0,
      },
    },
  };
  return problems.result(settings);
}

function isOneOf(...allowed: string[]): (value: string) => boolean {
  return (value) => allowed.includes(value);
}

function isLocale(value: string): boolean {
  try {
    return Intl.getCanonicalLocales(value).length === 1;
  } catch {
    return false;
  }
}

function isTimeZone(value: string): boolean {
  try {
    return value !== '' && new Intl.DateTimeFormat('en', { timeZone: value }) !== undefined;
  } catch {
    return false;
  }
}
