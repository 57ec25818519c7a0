import type { Product } from '@fynlo/domain/menu';
import type { Settings } from '@fynlo/domain/settings';
import { clsx } from 'clsx';
import { formatMoney, initials } from '../format/index.ts';
import { t } from '../words/index.ts';

export interface ProductTileProps {
  readonly product: Product;
  readonly colour: string;
  readonly settings: Settings;
  readonly unavailable: 'sold-out' | 'not-now' | null;
  /** How many of it wait unsent on this order. */
  readonly count: number;
  readonly onPick: () => void;
}

/** One tap adds it. Without a photograph it wears its initials on the colour of its category. */
export function ProductTile({
  product,
  colour,
  settings,
  unavailable,
  count,
  onPick,
}: ProductTileProps) {
  const prices = product.variants.map(({ priceMinor }) => priceMinor);
  const from = prices.length > 0 ? Math.min(...prices) : product.priceMinor;
  const price = `${prices.length > 1 ? 'from ' : ''}${formatMoney(from, settings)}`;
  return (
    <button
      type="button"
      onClick={onPick}
      disabled={unavailable !== null}
      data-product={product.id}
      className={clsx(
        'relative flex min-h-16 items-center gap-3 rounded-2xl border border-line bg-surface p-2 pr-3 text-left',
        'transition duration-75 active:scale-[0.98] disabled:opacity-55',
        count > 0 && '!border-accent',
      )}
    >
      <span
        aria-hidden
        className="grid size-11 shrink-0 place-items-center rounded-xl text-sm font-bold text-white"
        style={{ backgroundColor: colour }}
      >
        {initials(product.name)}
      </span>
      <span className="min-w-0 grow">
        <span className="line-clamp-2 text-[15px] leading-tight font-semibold">{product.name}</span>
        <span className="mt-0.5 block text-sm text-ink-soft">
          {unavailable === 'sold-out' && <b className="mr-1 text-late">{t('soldOut')}</b>}
          {unavailable === 'not-now' && <b className="mr-1 text-quiet">{t('notNow')}</b>}
          {price}
        </span>
      </span>
      {count > 0 && (
        <span className="absolute -top-2 -right-2 grid size-7 place-items-center rounded-full bg-accent text-sm font-bold text-accent-ink">
          {count}
        </span>
      )}
    </button>
  );
}
