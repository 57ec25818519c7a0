import { allocate, atRate, vatInside, type Bps, type Minor } from '../money/index.ts';

export type VatBasis = 'inside' | 'on-top';

/** `optional` is outside VAT and one tap takes it off; `mandatory` is part of the price (rule 7). */
export interface ServiceTerms {
  readonly mode: 'none' | 'optional' | 'mandatory';
  readonly rateBps: Bps;
}

/** What a bill is reckoned by. Stored on the order when it is opened, so a setting changed later leaves it alone. */
export interface BillTerms {
  readonly vatBasis: VatBasis;
  readonly service: ServiceTerms;
}

export type Discount = { readonly amountMinor: Minor } | { readonly rateBps: Bps };

export interface BillLine {
  /** Quantity × price with modifiers, before any discount; VAT inside or not as the terms say. */
  readonly grossMinor: Minor;
  readonly vatRateBps: Bps;
  readonly discount?: Discount;
}

export interface BillInput {
  readonly terms: BillTerms;
  readonly lines: readonly BillLine[];
  readonly discount?: Discount;
  readonly serviceWaived?: boolean;
}

export interface BilledLine {
  readonly grossMinor: Minor;
  /** The line's own discount and its share of the bill's. */
  readonly discountMinor: Minor;
  readonly vatMinor: Minor;
}

export interface VatOfRate {
  readonly rateBps: Bps;
  readonly netMinor: Minor;
  readonly vatMinor: Minor;
}

export interface Bill {
  /** The lines before discounts. */
  readonly subtotalMinor: Minor;
  readonly discountMinor: Minor;
  readonly serviceMinor: Minor;
  readonly vatMinor: Minor;
  /** Supplies without VAT. An optional service charge is outside VAT and not counted here. */
  readonly netMinor: Minor;
  readonly totalMinor: Minor;
  readonly vatByRate: readonly VatOfRate[];
  readonly lines: readonly BilledLine[];
}

/**
 * Adds up a bill in the order of money.md, rule 6: line discounts, bill discount, service charge,
 * then VAT rounded once per rate (rule 3). Discounts never exceed what they are taken from.
 */
export function totalBill({ terms, lines, discount, serviceWaived = false }: BillInput): Bill {
  const grosses = lines.map((line) => line.grossMinor);
  const ownDiscounts = lines.map((line) => discountOf(line.grossMinor, line.discount));
  const afterOwn = grosses.map((gross, i) => gross - at(ownDiscounts, i));
  const billDiscount = discountOf(sum(afterOwn), discount);
  const shares = allocate(billDiscount, afterOwn);
  const payable = afterOwn.map((amount, i) => amount - at(shares, i));

  const mode = serviceWaived ? 'none' : terms.service.mode;
  const service = mode === 'none' ? 0 : atRate(sum(payable), terms.service.rateBps);
  const serviceInVat = mode === 'mandatory' ? allocate(service, payable) : payable.map(() => 0);
  const taxable = payable.map((amount, i) => amount + at(serviceInVat, i));

  const { vatByRate, vatByLine } = vatOf(lines, taxable, terms.vatBasis);
  const vat = sum(vatByRate.map((rate) => rate.vatMinor));
  const net = terms.vatBasis === 'inside' ? sum(taxable) - vat : sum(taxable);
  const outsideVat = mode === 'optional' ? service : 0;
  return {
    subtotalMinor: sum(grosses),
    discountMinor: sum(ownDiscounts) + billDiscount,
    serviceMinor: service,
    vatMinor: vat,
    netMinor: net,
    totalMinor: net + vat + outsideVat,
    vatByRate,
    lines: grosses.map((grossMinor, i) => ({
      grossMinor,
      discountMinor: at(ownDiscounts, i) + at(shares, i),
      vatMinor: at(vatByLine, i),
    })),
  };
}

function discountOf(amount: Minor, discount: Discount | undefined): Minor {
  if (!discount) return 0;
  const wanted =
    'amountMinor' in discount ? discount.amountMinor : atRate(amount, discount.rateBps);
  return Math.min(Math.max(wanted, 0), Math.max(amount, 0));
}

function vatOf(lines: readonly BillLine[], taxable: readonly Minor[], basis: VatBasis) {
  const vatByLine = lines.map(() => 0);
  const rates = [...new Set(lines.map((line) => line.vatRateBps))].toSorted((a, b) => b - a);
  const vatByRate = rates.map((rateBps): VatOfRate => {
    const positions = lines.flatMap((line, i) => (line.vatRateBps === rateBps ? [i] : []));
    const amounts = positions.map((i) => at(taxable, i));
    const amount = sum(amounts);
    const vatMinor = basis === 'inside' ? vatInside(amount, rateBps) : atRate(amount, rateBps);
    allocate(vatMinor, amounts).forEach((share, n) => (vatByLine[at(positions, n)] = share));
    return { rateBps, vatMinor, netMinor: basis === 'inside' ? amount - vatMinor : amount };
  });
  return { vatByRate, vatByLine };
}

function sum(amounts: readonly Minor[]): Minor {
  return amounts.reduce((a, b) => a + b, 0);
}

function at(values: readonly number[], index: number): number {
  return values[index] ?? 0;
}
