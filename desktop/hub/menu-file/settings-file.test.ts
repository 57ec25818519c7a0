import { describe, expect, it } from 'vitest';
import { parseSettingsFile } from './index.ts';

const right: Readonly<Record<string, string>> = {
  name: 'The Copper Kettle',
  currency: 'GBP',
  currencyDecimals: '2',
  locale: 'en-GB',
  timeZone: 'Europe/London',
  dayEndsAt: '04:00',
  vatBasis: 'inside',
  service: 'optional',
  serviceRate: '12.5',
};

function file(settings: Readonly<Record<string, string>>): string {
  const rows = Object.entries(settings).map(([setting, value]) => `${setting},${value}`);
  return ['setting,value', ...rows, ''].join('\n');
}

function problemsOf(text: string) {
  const result = parseSettingsFile(text);
  return result.ok ? [] : result.problems;
}

describe('the file of settings', () => {
  it('[O3] says how a restaurant reckons', () => {
    expect(parseSettingsFile(file(right))).toEqual({
      ok: true,
      value: {
        name: 'The Copper Kettle',
        currency: 'GBP',
        currencyDecimals: 2,
        locale: 'en-GB',
        timeZone: 'Europe/London',
        dayEndsAtMinute: 240,
        terms: { vatBasis: 'inside', service: { mode: 'optional', rateBps: 1250 } },
      },
    });
  });

  it('[R3] the end of the day may be as a spreadsheet rewrote it', () => {
    const ends = ['4:00', '04:00:00', '00:30'].map((dayEndsAt) => {
      const result = parseSettingsFile(file({ ...right, dayEndsAt }));
      return result.ok && result.value.dayEndsAtMinute;
    });
    expect(ends).toEqual([240, 240, 30]);
  });

  it.each([
    ['name', '', 2, /needs a name/],
    ['currency', 'POUND', 3, /GBP/],
    ['currency', 'XQZ', 3, /GBP/],
    ['currencyDecimals', '4', 4, /from 0 to 3/],
    ['locale', 'english please', 5, /en-GB/],
    ['timeZone', 'Europe/Londn', 6, /Europe\/London/],
    ['dayEndsAt', '24:00', 7, /04:00/],
    ['vatBasis', 'outside', 8, /inside, on-top/],
    ['service', 'yes', 9, /none, optional, mandatory/],
    ['serviceRate', '£5', 10, /percentage/],
  ])('[D2] a wrong %s (%s) is named by its line', (setting, value, line, expected) => {
    const problems = problemsOf(file({ ...right, [setting]: value }));
    expect(problems).toMatchObject([{ line, column: 'value', found: value }]);
    expect(problems[0]?.expected).toMatch(expected);
  });

  it('[D2] a missing, an unknown and a repeated setting are named', () => {
    const { service: _, ...rest } = right;
    const problems = problemsOf(`${file({ ...rest, servise: 'none' })}name,Again\n`);
    expect(problems.map(({ line, expected }) => [line, expected])).toEqual([
      [1, 'The setting “service” is missing. Add a line for it.'],
      [10, 'A setting. Did you mean “service”?'],
      [11, 'Each setting once.'],
    ]);
  });

  it('[D2] an empty file says so once', () => {
    expect(problemsOf('')).toHaveLength(1);
    expect(problemsOf('setting\nname\n')).toMatchObject([{ line: 1, column: 'value' }]);
  });
});
