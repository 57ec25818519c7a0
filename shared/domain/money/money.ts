import type { Id } from '../ids.ts';

/** An amount in the currency's minor units (pence, cents, yen). Always an integer. */
export type Minor = number;

/** A rate in basis points: 20 % is 2000. Always an integer. */
export type Bps = number;

/** ISO 4217 code, for example `GBP`. */
export type Currency = Id<'Currency'>;

/**
 * `amount × numerator ÷ denominator`, rounded half-up away from zero (money.md, rule 2).
 * Exact for any size, because the product is taken in BigInt when it would not fit a double.
 */
export function multiplyDivide(amount: Minor, numerator: number, denominator: number): Minor {
  assertInteger(amount);
  assertInteger(numerator);
  assertInteger(denominator);
  const product = amount * numerator;
  if (Number.isSafeInteger(product * 2)) return roundHalfUp(product, denominator);
  return roundHalfUpBig(BigInt(amount) * BigInt(numerator), BigInt(denominator));
}

/** The share of `amount` at `rate`, rounded half-up away from zero. */
export function atRate(amount: Minor, rate: Bps): Minor {
  return multiplyDivide(amount, rate, 10_000);
}

/** The VAT held inside a gross amount: `gross × r ÷ (100 % + r)` (money.md, rule 3). */
export function vatInside(gross: Minor, rate: Bps): Minor {
  return multiplyDivide(gross, rate, 10_000 + rate);
}

/**
 * Shares `total` over `weights` by largest remainder, ties by position, so that the shares always
 * add up to `total` exactly. With all weights zero the shares are equal.
 */
export function allocate(total: Minor, weights: readonly number[]): Minor[] {
  assertInteger(total);
  if (weights.length === 0) return [];
  const sum = weights.reduce((a, b) => a + b, 0);
  if (sum === 0)
    return allocate(
      total,
      weights.map(() => 1),
    );
  const sign = total < 0 ? -1 : 1;
  const size = BigInt(Math.abs(total));
  const parts = weights.map((weight, index) => {
    assertInteger(weight);
    const product = size * BigInt(weight);
    return { index, share: product / BigInt(sum), remainder: product % BigInt(sum) };
  });
  const given = parts.reduce((a, part) => a + part.share, 0n);
  const shares = parts.map((part) => Number(part.share));
  const byRemainder = parts.toSorted((a, b) =>
    a.remainder === b.remainder ? a.index - b.index : a.remainder < b.remainder ? 1 : -1,
  );
  for (let left = Number(size - given), i = 0; left > 0; left--, i++) {
    const part = byRemainder[i % byRemainder.length];
    if (part) shares[part.index] = (shares[part.index] ?? 0) + 1;
  }
  return shares.map((share) => (share === 0 ? 0 : share * sign));
}

/** Equal shares of `total`; the first guests pay the odd pennies (money.md, rule 10). */
export function splitEvenly(total: Minor, guests: number): Minor[] {
  return allocate(
    total,
    Array.from({ length: guests }, () => 1),
  );
}

/**
 * Reads an amount a person typed, as text and never through a float: `12.5` with two decimals is
 * 1250. Returns `undefined` for anything that is not a plain amount with at most `decimals` places.
 */
export function parseAmount(text: string, decimals: number): Minor | undefined {
  const match = /^(-?)(\d{1,12})(?:\.(\d+))?$/.exec(text.trim());
  if (!match) return undefined;
  const [, sign = '', whole = '', fraction = ''] = match;
  if (fraction.length > decimals) return undefined;
  const minor = Number(whole + fraction.padEnd(decimals, '0'));
  return Number.isSafeInteger(minor) ? (sign && minor !== 0 ? -minor : minor) : undefined;
}

/** Writes an amount as plain decimal text: 1250 with two decimals is `12.50`. */
export function formatAmount(amount: Minor, decimals: number): string {
  assertInteger(amount);
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const sign = amount < 0 ? '-' : '';
  return decimals === 0 ? sign + digits : `${sign}${whole}.${digits.slice(-decimals)}`;
}

function roundHalfUp(numerator: number, denominator: number): Minor {
  const size = Math.abs(numerator);
  const quotient = Math.floor(size / denominator);
  const rounded = (size - quotient * denominator) * 2 >= denominator ? quotient + 1 : quotient;
  return rounded === 0 ? 0 : numerator < 0 ? -rounded : rounded;
}

function roundHalfUpBig(numerator: bigint, denominator: bigint): Minor {
  const size = numerator < 0n ? -numerator : numerator;
  const quotient = (size * 2n + denominator) / (denominator * 2n);
  return Number(numerator < 0n ? -quotient : quotient);
}

function assertInteger(value: number): void {
  if (!Number.isSafeInteger(value)) throw new RangeError(`Not a whole number of units: ${value}`);
}
