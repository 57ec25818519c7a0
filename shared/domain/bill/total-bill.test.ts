import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { totalBill, type BillInput, type ServiceTerms, type VatBasis } from './index.ts';

const line = (grossMinor: number, vatRateBps = 2000) => ({ grossMinor, vatRateBps });
const terms = (mode: ServiceTerms['mode'], vatBasis: VatBasis = 'inside') => ({
  vatBasis,
  service: { mode, rateBps: 1250 },
});

test('[bill-vat] VAT inside is rounded once for each rate and shared over the lines', () => {
  expect(totalBill({ terms: terms('none'), lines: [line(1200)] })).toMatchObject({
    vatMinor: 200,
    netMinor: 1000,
  });
  const three = totalBill({ terms: terms('none'), lines: [line(333), line(333), line(333)] });
  expect(three.vatMinor).toBe(167);
  expect(three.lines.map(({ vatMinor }) => vatMinor)).toEqual([56, 56, 55]);
  const mixed = totalBill({ terms: terms('none'), lines: [line(1250), line(475, 0)] });
  expect(mixed).toMatchObject({ totalMinor: 1725, vatMinor: 208, netMinor: 1517 });
});

test('[bill-service] optional service is outside VAT, mandatory inside it', () => {
  const lines = [line(8640)];
  expect(totalBill({ terms: terms('optional'), lines })).toMatchObject({
    serviceMinor: 1080,
    totalMinor: 9720,
    vatMinor: 1440,
  });
  expect(totalBill({ terms: terms('mandatory'), lines })).toMatchObject({
    serviceMinor: 1080,
    totalMinor: 9720,
    vatMinor: 1620,
    netMinor: 8100,
  });
  expect(totalBill({ terms: terms('optional'), lines, serviceWaived: true })).toMatchObject({
    serviceMinor: 0,
    totalMinor: 8640,
  });
});

test('[bill-vat] prices with VAT on top', () => {
  const bill = totalBill({ terms: terms('mandatory', 'on-top'), lines: [line(4000)] });
  expect(bill).toMatchObject({ serviceMinor: 500, vatMinor: 900, totalMinor: 5400 });
});

test('[bill-discount] a discount is shared over the lines before service', () => {
  const bill = totalBill({
    terms: terms('none'),
    lines: [line(1295), line(1550), line(900)],
    discount: { rateBps: 1000 },
  });
  expect(bill).toMatchObject({ discountMinor: 375, totalMinor: 3370, vatMinor: 562 });
  expect(bill.lines.map(({ discountMinor }) => discountMinor)).toEqual([130, 155, 90]);
  const served = totalBill({
    terms: terms('optional'),
    lines: [line(5000)],
    discount: { rateBps: 1000 },
  });
  expect(served).toMatchObject({ serviceMinor: 563, totalMinor: 5063, vatMinor: 750 });
  const tooMuch = totalBill({
    terms: terms('none'),
    lines: [{ ...line(500), discount: { amountMinor: 900 } }],
  });
  expect(tooMuch).toMatchObject({ discountMinor: 500, totalMinor: 0, vatMinor: 0 });
});

test('[money-14] every bill adds up, whatever is on it', () => {
  const anyLine = fc.record({
    grossMinor: fc.integer({ min: 0, max: 100_000 }),
    vatRateBps: fc.constantFrom(0, 500, 2000),
  });
  const input: fc.Arbitrary<BillInput> = fc.record({
    terms: fc.record({
      vatBasis: fc.constantFrom('inside', 'on-top'),
      service: fc.record({
        mode: fc.constantFrom('none', 'optional', 'mandatory'),
        rateBps: fc.integer({ min: 0, max: 2500 }),
      }),
    }),
    lines: fc.array(anyLine, { maxLength: 20 }),
    discount: fc.record({ rateBps: fc.integer({ min: 0, max: 10_000 }) }),
  });
  fc.assert(
    fc.property(input, (given) => {
      const bill = totalBill(given);
      const sum = (pick: (l: (typeof bill.lines)[number]) => number) =>
        bill.lines.reduce((all, l) => all + pick(l), 0);
      expect(sum((l) => l.grossMinor)).toBe(bill.subtotalMinor);
      expect(sum((l) => l.discountMinor)).toBe(bill.discountMinor);
      expect(sum((l) => l.vatMinor)).toBe(bill.vatMinor);
      const paid = bill.subtotalMinor - bill.discountMinor + bill.serviceMinor;
      const onTop = given.terms.vatBasis === 'on-top' ? bill.vatMinor : 0;
      expect(bill.totalMinor).toBe(paid + onTop);
      expect(bill.vatByRate.reduce((all, rate) => all + rate.netMinor + rate.vatMinor, 0)).toBe(
        bill.netMinor + bill.vatMinor,
      );
    }),
  );
});
