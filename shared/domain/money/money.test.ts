import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  allocate,
  atRate,
  formatAmount,
  multiplyDivide,
  parseAmount,
  splitEvenly,
  vatInside,
} from './index.ts';

test('[money-2] halves are rounded away from zero', () => {
  expect([multiplyDivide(333, 1, 2), multiplyDivide(-333, 1, 2)]).toEqual([167, -167]);
  expect([multiplyDivide(1, 1, 3), multiplyDivide(2, 1, 3), multiplyDivide(-1, 1, 3)]).toEqual([
    0, 1, 0,
  ]);
  expect(Object.is(multiplyDivide(-1, 1, 3), 0)).toBe(true);
});

test('[money-3] VAT inside and on top', () => {
  expect(vatInside(1200, 2000)).toBe(200);
  expect(vatInside(999, 2000)).toBe(167);
  expect(vatInside(475, 0)).toBe(0);
  expect(atRate(4500, 2000)).toBe(900);
  expect(atRate(4500, 1250)).toBe(563);
});

test('[money-1] amounts too large for a double’s product are still exact', () => {
  const large = 9_007_199_254_740_991;
  expect(multiplyDivide(large, 10_000, 10_000)).toBe(large);
  expect(multiplyDivide(-large, 10_000, 10_000)).toBe(-large);
  expect(() => multiplyDivide(1.5, 1, 1)).toThrow(RangeError);
});

test('[money-10] shares: the first guests pay the odd pennies', () => {
  expect(splitEvenly(10_000, 3)).toEqual([3334, 3333, 3333]);
  expect(splitEvenly(10_000, 7)).toEqual([1429, 1429, 1429, 1429, 1428, 1428, 1428]);
  expect(allocate(375, [1295, 1550, 900])).toEqual([130, 155, 90]);
  expect(allocate(167, [333, 333, 333])).toEqual([56, 56, 55]);
  expect(allocate(450, [280, 220])).toEqual([252, 198]);
  expect(allocate(5, [0, 0])).toEqual([3, 2]);
  expect(allocate(5, [])).toEqual([]);
});

test('[money-10] shares always add up, and none is further than a penny from its due', () => {
  const weights = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), weights, (total, parts) => {
      const shares = allocate(total, parts);
      expect(shares.reduce((a, b) => a + b, 0)).toBe(total);
      const sum = parts.reduce((a, b) => a + b, 0);
      if (sum === 0) return;
      shares.forEach((share, i) =>
        expect(Math.abs(share - (total * (parts[i] ?? 0)) / sum)).toBeLessThan(1),
      );
    }),
  );
});

test('[money-1] typed amounts are read as text, in currencies of any decimals', () => {
  expect([parseAmount('12.5', 2), parseAmount('0.07', 2), parseAmount('12', 2)]).toEqual([
    1250, 7, 1200,
  ]);
  expect([parseAmount('12', 0), parseAmount('1.234', 3)]).toEqual([12, 1234]);
  for (const wrong of ['', '1.234', '1,50', '£1', '1e3', '.5', '--1', '12.', ' 1 2']) {
    expect(parseAmount(wrong, 2), wrong).toBeUndefined();
  }
  fc.assert(
    fc.property(
      fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }),
      fc.constantFrom(0, 2, 3),
      (amount, decimals) => {
        expect(parseAmount(formatAmount(amount, decimals), decimals)).toBe(amount);
      },
    ),
  );
});
