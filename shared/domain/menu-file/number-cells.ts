import { formatAmount, parseAmount, type Bps, type Minor } from '../money/index.ts';
import type { NamedRow } from './file-table.ts';

/** Keeps any bill within exact whole numbers: ten million pounds, or a billion yen. */
const priceMax: Minor = 999_999_999;

/** A price in minor units, read as text and never through a float. */
export function readPrice(row: NamedRow, decimals: number): Minor | undefined {
  const text = row.get('price');
  const amount = parseAmount(text, decimals);
  if (amount !== undefined && amount >= 0 && amount <= priceMax) return amount;
  return row.wrong('price', whyNotPrice(text, decimals));
}

/** A rate in basis points from a percentage: `12.5` is 1250. */
export function readPercent(row: NamedRow, column: string): Bps | undefined {
  const text = row.get(column);
  const bps = parseAmount(text.replace(/\s*%$/, ''), 2);
  if (bps === undefined || bps < 0 || bps > 10_000) {
    return row.wrong(column, 'A percentage from 0 to 100, for example 20 or 12.5.');
  }
  // A spreadsheet shows 20 % and may save it as 0.2.
  if (bps > 0 && bps < 100) return row.wrong(column, 'A percentage: write 20 for 20 %, not 0.2.');
  return bps;
}

export function formatPercent(bps: Bps): string {
  return formatAmount(bps, 2).replace(/\.?0+$/, '');
}

function whyNotPrice(text: string, decimals: number): string {
  const example = plainPrice(text, decimals) ?? formatAmount(1250, decimals);
  if (text === '') return `A price is needed here, for example ${example}.`;
  if (/\p{Sc}|\d\s*\p{L}|\p{L}\s*\d/u.test(text))
    return `The price without a currency sign: ${example}.`;
  if (/\d[,'’\s]/u.test(text)) {
    return `The price with a point before the decimals and no thousands separator: ${example}.`;
  }
  if (text.startsWith('-')) return 'A price is 0 or more.';
  if (/^\d+\.\d+$/.test(text) && decimals === 0) {
    return `This currency has no decimals: a whole number, for example ${example}.`;
  }
  if (/^\d+\.\d+$/.test(text)) {
    const places = decimals === 1 ? '1 digit' : `${decimals} digits`;
    return `At most ${places} after the point, for example ${example}.`;
  }
  if (/^\d+$/.test(text)) return `A price is at most ${formatAmount(priceMax, decimals)}.`;
  return `A price is a plain number, for example ${example}.`;
}

/** What `£1,250.00` or `12,50` most likely means, as it should be written. */
function plainPrice(text: string, decimals: number): string | undefined {
  const bare = text.replace(/[^\d.,]/g, '');
  const lastMark = Math.max(bare.lastIndexOf(','), bare.lastIndexOf('.'));
  const places = lastMark < 0 ? 0 : bare.length - lastMark - 1;
  const isDecimal = places > 0 && places <= decimals;
  const whole = (isDecimal ? bare.slice(0, lastMark) : bare).replace(/[.,]/g, '');
  const fraction = isDecimal ? `.${bare.slice(lastMark + 1)}` : '';
  const amount = parseAmount(whole + fraction, decimals);
  return amount === undefined || amount > priceMax ? undefined : formatAmount(amount, decimals);
}
