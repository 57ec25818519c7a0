import { useState } from 'react';
import type { AreaId } from '@fynlo/domain';
import type { FloorTable } from '@fynlo/domain/floor';
import { billOf, orderProgress, type Order } from '@fynlo/domain/order';
import type { TableStatus, TableView } from '@fynlo/domain/restaurant';
import type { Settings } from '@fynlo/domain/settings';
import { useFloor, useOpenOrders, useSettings, useTables } from '@fynlo/client/react';
import { Button, EmptyState, Skeleton, useNow } from '@fynlo/ui/components';
import { formatAge, formatMoney } from '@fynlo/ui/format';
import { t } from '@fynlo/ui/words';
import {
  Armchair,
  Bell,
  Brush,
  ClipboardList,
  ShoppingBag,
  Utensils,
  UtensilsCrossed,
} from 'lucide-react';
import { clsx } from 'clsx';
import { go } from '../app/router.ts';

const looks: Record<
  TableStatus,
  { icon: typeof Bell | null; word: Parameters<typeof t>[0]; tone: string }
> = {
  free: { icon: null, word: 'tableFree', tone: 'border-line bg-surface text-ink-soft' },
  seated: { icon: Armchair, word: 'tableSeated', tone: 'border-accent bg-accent-wash text-accent' },
  ordered: {
    icon: ClipboardList,
    word: 'tableOrdered',
    tone: 'border-sent bg-sent-wash text-sent',
  },
  ready: { icon: Bell, word: 'tableReady', tone: 'border-ready bg-ready-wash text-ready border-2' },
  served: { icon: Utensils, word: 'tableServed', tone: 'border-quiet bg-quiet-wash text-quiet' },
  dirty: {
    icon: Brush,
    word: 'tableDirty',
    tone: 'border-dashed border-cooking bg-cooking-wash text-cooking',
  },
};

/** Every table at a glance: its state by shape, word and colour, how long, how much. */
export function FloorScreen() {
  const floor = useFloor();
  const settings = useSettings();
  const tables = useTables();
  const orders = useOpenOrders();
  const [chosen, setChosen] = useState<AreaId | null>(null);
  const now = useNow(20_000);
  if (!settings) return <Skeleton />;
  if (!floor || floor.tables.length === 0) {
    return (
      <div className="overflow-y-auto">
        <EmptyState icon={UtensilsCrossed} title="No tables yet">
          Start the hub with the sample restaurant to see a floor plan. You can still take orders to
          go.
        </EmptyState>
        <div className="mx-auto max-w-xs">
          <Button look="primary" wide onClick={() => go('/till/takeaway')}>
            New takeaway
          </Button>
        </div>
      </div>
    );
  }
  const area = chosen ?? floor.areas[0]?.id;
  const views = new Map(tables.map((view) => [view.tableId, view]));
  const shown = floor.tables.filter(({ areaId }) => areaId === area);
  const toGo = orders.filter(({ tableId }) => tableId === null);
  return (
    <div className="flex min-h-0 grow flex-col lg:flex-row">
      <div className="flex min-h-0 grow flex-col">
        <div className="flex items-center gap-2 overflow-x-auto px-4 pt-3">
          {floor.areas.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              aria-pressed={id === area}
              onClick={() => setChosen(id)}
              className={clsx(
                'min-h-12 rounded-xl px-4 font-semibold whitespace-nowrap',
                id === area ? 'bg-ink text-ground' : 'hover:bg-sunken',
              )}
            >
              {name}
              <span className="ml-2 text-sm font-normal opacity-70">
                {freeCount(floor.tables, views, id)} free
              </span>
            </button>
          ))}
          <JumpField tables={floor.tables} />
        </div>
        <FloorPlan tables={shown} views={views} settings={settings} now={now} />
      </div>
      <ToGoList orders={toGo} settings={settings} now={now} />
    </div>
  );
}

function FloorPlan({
  tables,
  views,
  settings,
  now,
}: {
  tables: readonly FloorTable[];
  views: ReadonlyMap<string, TableView>;
  settings: Settings;
  now: number;
}) {
  const columns = Math.max(...tables.map(({ x, width }) => x + width), 1) + 1;
  const rows = Math.max(...tables.map(({ y, height }) => y + height), 1) + 1;
  return (
    <div className="min-h-0 grow overflow-auto p-4">
      <div
        className="grid min-w-[720px] gap-1.5 rounded-3xl"
        style={{
          gridTemplateColumns: `repeat(${columns}, minmax(0, 1fr))`,
          gridTemplateRows: `repeat(${rows}, minmax(2.4rem, 1fr))`,
        }}
      >
        {tables.map((table) => (
          <TableButton
            key={table.id}
            table={table}
            view={views.get(table.id)}
            settings={settings}
            now={now}
          />
        ))}
      </div>
    </div>
  );
}

function TableButton({
  table,
  view,
  settings,
  now,
}: {
  table: FloorTable;
  view: TableView | undefined;
  settings: Settings;
  now: number;
}) {
  const status = view?.status ?? 'free';
  const { icon: Icon, word, tone } = looks[status];
  const total = (view?.orders ?? []).reduce((sum, order) => sum + billOf(order).totalMinor, 0);
  const since = view?.since ?? null;
  const isLarge = table.width >= 3;
  return (
    <button
      type="button"
      data-table={table.id}
      data-status={status}
      aria-label={`Table ${table.label}, ${t(word)}`}
      onClick={() => go(`/till/table/${table.id}`)}
      style={{
        gridColumn: `${table.x + 1} / span ${table.width}`,
        gridRow: `${table.y + 1} / span ${table.height}`,
      }}
      className={clsx(
        'flex min-h-16 flex-col items-center justify-center gap-0.5 border p-1 text-sm transition duration-100 active:scale-[0.97]',
        table.shape === 'round' ? 'rounded-[40%]' : 'rounded-2xl',
        tone,
      )}
    >
      <span className="flex items-center gap-1.5">
        <b className="text-lg leading-none text-ink">{table.label}</b>
        {Icon && <Icon aria-hidden size={15} strokeWidth={2.5} />}
      </span>
      <span className="leading-tight font-medium">
        {isLarge || status !== 'free' ? t(word) : ''}
      </span>
      {status !== 'free' && since !== null && isLarge && (
        <span className="text-xs leading-tight text-ink-soft">
          {formatAge(now - since)}
          {total > 0 && ` · ${formatMoney(total, settings)}`}
        </span>
      )}
      {status === 'free' && isLarge && <span className="text-xs">{table.seats} seats</span>}
      {(view?.orders.length ?? 0) > 1 && (
        <span className="text-xs font-bold text-late">{view?.orders.length} bills</span>
      )}
    </button>
  );
}

/** Jumps to a table by its number, without looking for it. */
function JumpField({ tables }: { tables: readonly FloorTable[] }) {
  const [text, setText] = useState('');
  return (
    <form
      className="ml-auto"
      onSubmit={(event) => {
        event.preventDefault();
        const wanted = text.trim().toLowerCase();
        const table = tables.find(({ label }) => label.toLowerCase() === wanted);
        if (table) go(`/till/table/${table.id}`);
      }}
    >
      <input
        aria-label="Go to table number"
        placeholder="Table no."
        value={text}
        onChange={(event) => setText(event.target.value)}
        className="min-h-12 w-28 rounded-xl border border-line bg-surface px-3 text-center"
      />
    </form>
  );
}

function ToGoList({
  orders,
  settings,
  now,
}: {
  orders: readonly Order[];
  settings: Settings;
  now: number;
}) {
  return (
    <aside
      aria-label="Orders to go"
      className="flex shrink-0 flex-col gap-2 border-t border-line p-4 lg:w-72 lg:border-t-0 lg:border-l"
    >
      <Button look="primary" onClick={() => go('/till/takeaway')}>
        <ShoppingBag aria-hidden size={18} /> New takeaway
      </Button>
      <ul className="grid max-h-40 gap-2 overflow-y-auto lg:max-h-none">
        {orders.map((order) => (
          <li key={order.id}>
            <button
              type="button"
              onClick={() => go(`/till/order/${order.id}`)}
              className="flex min-h-14 w-full items-center gap-3 rounded-xl border border-line bg-surface px-3 text-left"
            >
              <span className="font-bold">#{order.number}</span>
              <span className="grow text-sm text-ink-soft">
                {t(orderProgress(order))} · {formatAge(now - order.openedAt)}
              </span>
              <span className="font-semibold">
                {formatMoney(billOf(order).totalMinor, settings)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </aside>
  );
}

function freeCount(
  tables: readonly FloorTable[],
  views: ReadonlyMap<string, TableView>,
  area: AreaId,
): number {
  return tables.filter(({ id, areaId }) => areaId === area && views.get(id)?.status === 'free')
    .length;
}
