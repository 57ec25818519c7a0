import { billOf, type Order } from '@fynlo/domain/order';
import type { Settings } from '@fynlo/domain/settings';
import { formatMoney } from '../format/index.ts';
import { t } from '../words/index.ts';

/** What the guests owe, as shared/domain/bill adds it up. */
export function Totals({ order, settings }: { order: Order; settings: Settings }) {
  const bill = billOf(order);
  const { mode, rateBps } = order.terms.service;
  const rate = `${rateBps / 100} %`;
  const money = (amount: number) => formatMoney(amount, settings);
  const isInside = order.terms.vatBasis === 'inside';
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-y-0.5 text-sm text-ink-soft">
      <dt>{t('subtotal')}</dt>
      <dd className="text-right">{money(bill.subtotalMinor)}</dd>
      {mode !== 'none' && (
        <>
          <dt>{t(mode === 'optional' ? 'service' : 'serviceMandatory', { rate })}</dt>
          <dd className="text-right">{money(bill.serviceMinor)}</dd>
        </>
      )}
      {!isInside && (
        <>
          <dt>{t('vatOnTop')}</dt>
          <dd className="text-right">{money(bill.vatMinor)}</dd>
        </>
      )}
      <dt className="pt-1 text-lg font-bold text-ink">{t('total')}</dt>
      <dd className="pt-1 text-right text-lg font-bold text-ink" data-total={bill.totalMinor}>
        {money(bill.totalMinor)}
      </dd>
      {isInside && (
        <>
          <dt>{t('vatInside')}</dt>
          <dd className="text-right">{money(bill.vatMinor)}</dd>
        </>
      )}
    </dl>
  );
}
