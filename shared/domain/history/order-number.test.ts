import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { countOfOrderNumber, laterSeries, orderNumber, seriesAfter } from './index.ts';

const restored = { series: 'B', seriesUntil: '2026-11-20', version: 1 };

test('[H14] orders up to the day of a restore carry its letter, and later ones do not', () => {
  expect(orderNumber(undefined, '2026-11-20', 13)).toBe('13');
  expect(orderNumber(restored, '2026-11-19', 13)).toBe('B13');
  expect(orderNumber(restored, '2026-11-20', 13)).toBe('B13');
  expect(orderNumber(restored, '2026-11-21', 13)).toBe('13');
});

test('[H14] the count is read from any number the hub gave, and from no provisional one', () => {
  expect(['13', 'B13', 'AA7', 'P-4', 'P2-4', ''].map(countOfOrderNumber)).toEqual([
    13,
    13,
    7,
    undefined,
    undefined,
    undefined,
  ]);
});

test('[H14] no series comes twice, however often a backup is put back', () => {
  const given: string[] = [];
  let last: string | undefined;
  for (let i = 0; i < 2_000; i++) {
    const next = seriesAfter(last);
    expect(laterSeries(last, next)).toBe(next);
    given.push(next);
    last = next;
  }
  expect(given.slice(0, 3)).toEqual(['B', 'C', 'D']);
  expect(given.slice(22, 26)).toEqual(['Z', 'AA', 'AB', 'AC']);
  expect(new Set(given).size).toBe(given.length);
});

test('[H14] two orders of one day never share a number across a restore', () => {
  const count = fc.integer({ min: 1, max: 9_999 });
  fc.assert(
    fc.property(count, count, (before, after) => {
      const day = '2026-11-20';
      const given = orderNumber(undefined, day, before);
      expect(orderNumber(restored, day, after)).not.toBe(given);
      expect(orderNumber({ ...restored, series: 'C' }, day, after)).not.toBe(
        orderNumber(restored, day, before),
      );
    }),
  );
});
