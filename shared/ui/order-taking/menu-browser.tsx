import { useDeferredValue, useEffect, useMemo, useRef, useState } from 'react';
import type { CategoryId, LocalTime, ProductId } from '@fynlo/domain';
import { isServedAt, type MenuState, type Product } from '@fynlo/domain/menu';
import type { Settings } from '@fynlo/domain/settings';
import { Search, X } from 'lucide-react';
import { clsx } from 'clsx';
import { t } from '../words/index.ts';
import { ProductTile } from './product-tile.tsx';

export interface MenuBrowserProps {
  readonly menu: MenuState;
  readonly settings: Settings;
  readonly local: LocalTime;
  /** Unsent quantities on the order at hand. */
  readonly counts: ReadonlyMap<ProductId, number>;
  readonly onPick: (product: Product) => void;
  /** A rail of categories beside the products, or a strip above them. */
  readonly layout: 'rail' | 'strip';
}

const noColour = '#6b5d4d';

/** The menu by category, with a search that any key begins. */
export function MenuBrowser({ menu, settings, local, counts, onPick, layout }: MenuBrowserProps) {
  const { categories, products } = menu.menu;
  const [chosen, setChosen] = useState<CategoryId | null>(null);
  const [text, setText] = useState('');
  const search = useDeferredValue(text.trim().toLowerCase());
  const input = useRef<HTMLInputElement>(null);
  useSearchFromAnyKey(input);

  const served = useMemo(
    () => sortServedFirst(categories, products, local),
    [categories, products, local],
  );
  const current = chosen ?? served[0]?.id ?? null;
  const shown = useMemo(
    () =>
      search === ''
        ? products.filter(({ categoryId, active }) => active && categoryId === current)
        : findProducts(products, search),
    [products, current, search],
  );
  const colours = new Map(categories.map(({ id, colour }) => [id, colour ?? noColour]));
  const isRail = layout === 'rail';

  return (
    <section aria-label="Menu" className="flex min-h-0 min-w-0 grow flex-col">
      <label className="relative mx-3 mt-3 mb-2 block">
        <Search
          aria-hidden
          size={18}
          className="absolute top-1/2 left-4 -translate-y-1/2 text-ink-soft"
        />
        <input
          ref={input}
          type="search"
          aria-label={t('search')}
          placeholder={t('search')}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setText('');
            if (event.key !== 'Enter') return;
            // What stands in the field, not the list below it, which may still be a key behind.
            const best = findBest(menu, text.trim().toLowerCase(), local);
            if (!best) return;
            onPick(best);
            setText('');
          }}
          className="min-h-12 w-full rounded-full border border-line bg-surface pr-12 pl-11 [&::-webkit-search-cancel-button]:hidden"
        />
        {text !== '' && (
          <button
            type="button"
            aria-label="Clear the search"
            onClick={() => setText('')}
            className="absolute top-0 right-0 grid size-12 place-items-center"
          >
            <X aria-hidden size={18} />
          </button>
        )}
      </label>
      <div className={clsx('flex min-h-0 grow', isRail ? 'flex-row' : 'flex-col')}>
        <nav
          aria-label="Categories"
          className={clsx(
            'flex shrink-0 gap-1 px-3',
            isRail
              ? 'w-44 flex-col overflow-y-auto pb-3'
              : 'overflow-x-auto pb-2 [scrollbar-width:none]',
          )}
        >
          {served.map(({ id, name, colour }) => {
            const isCurrent = search === '' && id === current;
            return (
              <button
                key={id}
                type="button"
                aria-pressed={isCurrent}
                onClick={() => {
                  setChosen(id);
                  setText('');
                }}
                className={clsx(
                  'flex min-h-12 shrink-0 items-center gap-2 rounded-xl px-3 text-left text-[15px] font-semibold whitespace-nowrap',
                  isCurrent ? 'bg-ink text-ground' : 'text-ink hover:bg-sunken',
                )}
              >
                <span
                  aria-hidden
                  className="h-5 w-1.5 shrink-0 rounded-full"
                  style={{ backgroundColor: colour ?? noColour }}
                />
                {name}
              </button>
            );
          })}
        </nav>
        <div className="min-h-0 grow overflow-y-auto px-3 pt-2 pb-4">
          {shown.length === 0 && search !== '' && (
            <p className="py-10 text-center text-ink-soft">
              {t('nothingFound', { text: text.trim() })}
            </p>
          )}
          <div className="grid grid-cols-[repeat(auto-fill,minmax(min(168px,calc(50%-0.25rem)),1fr))] gap-2">
            {shown.map((product) => (
              <ProductTile
                key={product.id}
                product={product}
                colour={colours.get(product.categoryId) ?? noColour}
                settings={settings}
                unavailable={whyUnavailable(product, menu, local)}
                count={counts.get(product.id) ?? 0}
                onPick={() => onPick(product)}
              />
            ))}
          </div>
        </div>
      </div>
    </section>
  );
}

export function whyUnavailable(
  product: Product,
  menu: MenuState,
  local: LocalTime,
): 'sold-out' | 'not-now' | null {
  if (menu.soldOut.has(product.id)) return 'sold-out';
  return isServedAt(product.availability, local) ? null : 'not-now';
}

/** What is served now comes first; a category that is not goes to the end. */
function sortServedFirst(
  categories: MenuState['menu']['categories'],
  products: readonly Product[],
  local: LocalTime,
) {
  const open = new Set(
    products.filter((p) => p.active && isServedAt(p.availability, local)).map((p) => p.categoryId),
  );
  const filled = categories.filter(({ id }) => products.some((p) => p.categoryId === id));
  return [...filled.filter(({ id }) => open.has(id)), ...filled.filter(({ id }) => !open.has(id))];
}

function findBest(menu: MenuState, search: string, local: LocalTime): Product | undefined {
  if (search === '') return undefined;
  return findProducts(menu.menu.products, search).find(
    (product) => whyUnavailable(product, menu, local) === null,
  );
}

/** Names that begin with the text, then words that do, then anything that holds it. */
function findProducts(products: readonly Product[], search: string): Product[] {
  const rank = ({ name, sku }: Product) => {
    const lower = name.toLowerCase();
    if (lower.startsWith(search) || sku?.toLowerCase() === search) return 0;
    if (lower.split(/\s+/).some((word) => word.startsWith(search))) return 1;
    return lower.includes(search) ? 2 : 3;
  };
  return products
    .filter((product) => product.active && rank(product) < 3)
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, 60);
}

function useSearchFromAnyKey(input: React.RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const isTyping =
        event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      const isLetter = event.key.length === 1 && /\p{L}/u.test(event.key);
      const isDialogOpen = document.querySelector('[role="dialog"]') !== null;
      if (isTyping || !isLetter || isDialogOpen || event.ctrlKey || event.metaKey || event.altKey)
        return;
      input.current?.focus();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [input]);
}
