import { totalBill, type Bill } from '../bill/index.ts';
import type { Minor } from '../money/index.ts';
import type { Order, OrderedItem } from './order-state.ts';

/** Quantity × (price + options). */
export function lineGross({ quantity, unitPriceMinor, options }: OrderedItem): Minor {
  const each = options.reduce((sum, option) => sum + option.priceMinor, unitPriceMinor);
  return quantity * each;
}

/** What the guests owe for everything on the order, drafts included; voided lines cost nothing. */
export function billOf(order: Order): Bill {
  return totalBill({
    terms: order.terms,
    lines: order.lines
      .filter(({ status }) => status !== 'voided')
      .map((line) => ({ grossMinor: lineGross(line), vatRateBps: line.vatRateBps })),
  });
}
