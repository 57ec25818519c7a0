import { useState } from 'react';
import type { MenuState, Product } from '@fynlo/domain/menu';
import { describeWindows } from '@fynlo/domain/menu';
import type { Settings } from '@fynlo/domain/settings';
import { useClient, useMenu, useSettings } from '@fynlo/client/react';
import { Button, EmptyState, Skeleton } from '@fynlo/ui/components';
import { formatMoney } from '@fynlo/ui/format';
import { describeAllergens } from '@fynlo/ui/order-taking';
import { BookOpen, Download, Upload } from 'lucide-react';
import { clsx } from 'clsx';
import { callHub } from '../app/call-hub.ts';
import { ImportSheet } from './import-sheet.tsx';

/** The menu in use: what is on it, what is 86, and how to put another in its place. */
export function MenuScreen({ token }: { token: string }) {
  const menu = useMenu();
  const settings = useSettings();
  const [isImporting, setImporting] = useState(false);
  if (!settings) return <Skeleton />;
  return (
    <div className="min-h-0 grow overflow-y-auto">
      <div className="mx-auto max-w-5xl p-4">
        <header className="flex flex-wrap items-center gap-2 pb-4">
          <div className="grow">
            <h1 className="text-2xl font-bold">Menu</h1>
            {menu && (
              <p className="text-ink-soft">
                {menu.menu.products.length} products in {menu.menu.categories.length} categories
                {menu.soldOut.size > 0 && ` · ${menu.soldOut.size} sold out`}
              </p>
            )}
          </div>
          <Button onClick={() => void download(token)} disabled={!menu}>
            <Download aria-hidden size={18} /> Export
          </Button>
          <Button look="primary" onClick={() => setImporting(true)}>
            <Upload aria-hidden size={18} /> Import a menu file
          </Button>
        </header>
        {menu ? (
          <MenuList menu={menu} settings={settings} />
        ) : (
          <EmptyState icon={BookOpen} title="No menu yet">
            Import your own file. docs/menu-file.md says what goes in it.
          </EmptyState>
        )}
      </div>
      {isImporting && <ImportSheet token={token} onClose={() => setImporting(false)} />}
    </div>
  );
}

function MenuList({ menu, settings }: { menu: MenuState; settings: Settings }) {
  const { categories, products } = menu.menu;
  return categories.map(({ id, name, colour }) => (
    <section key={id} className="pb-6">
      <h2 className="flex items-center gap-2 pb-2 text-lg font-bold">
        <span aria-hidden className="h-5 w-1.5 rounded-full" style={{ backgroundColor: colour }} />
        {name}
      </h2>
      <ul className="divide-y divide-line rounded-2xl border border-line bg-surface">
        {products
          .filter(({ categoryId }) => categoryId === id)
          .map((product) => (
            <ProductRow
              key={product.id}
              product={product}
              isSoldOut={menu.soldOut.has(product.id)}
              settings={settings}
            />
          ))}
      </ul>
    </section>
  ));
}

function ProductRow({
  product,
  isSoldOut,
  settings,
}: {
  product: Product;
  isSoldOut: boolean;
  settings: Settings;
}) {
  const client = useClient();
  const prices =
    product.variants.length > 0 ? product.variants.map((v) => v.priceMinor) : [product.priceMinor];
  const price = [...new Set([Math.min(...prices), Math.max(...prices)])]
    .map((amount) => formatMoney(amount, settings))
    .join('–');
  return (
    <li className="flex items-center gap-4 px-4 py-2">
      <div className="min-w-0 grow">
        <p className={clsx('font-semibold', isSoldOut && 'line-through opacity-60')}>
          {product.name}
        </p>
        <p className="text-sm text-ink-soft">
          {describeAllergens(product)}
          {product.availability.length > 0 && ` · ${describeWindows(product.availability)}`}
        </p>
      </div>
      <span className="whitespace-nowrap">{price}</span>
      <Button
        look={isSoldOut ? 'danger' : 'quiet'}
        aria-pressed={isSoldOut}
        className="w-28"
        onClick={() =>
          client.dispatch({ type: 'menu.eighty-six', productId: product.id, soldOut: !isSoldOut })
        }
      >
        {isSoldOut ? 'Sold out' : '86'}
      </Button>
    </li>
  );
}

async function download(token: string): Promise<void> {
  const answer = await callHub<{ text: string }>(token, '/api/v1/menu/export');
  if (!('text' in answer)) return;
  const link = document.createElement('a');
  link.href = URL.createObjectURL(new Blob([answer.text], { type: 'text/csv' }));
  link.download = 'menu.csv';
  link.click();
  URL.revokeObjectURL(link.href);
}
