import { useState } from 'react';
import type { AreaId } from '@fynlo/domain';
import { billOf } from '@fynlo/domain/order';
import type { TableStatus } from '@fynlo/domain/restaurant';
import { useFloor, usePendingOrders, useSettings, useTables } from '@fynlo/client/react';
import { EmptyState, Skeleton, useNow } from '@fynlo/ui/components';
import { formatAge, formatMoney } from '@fynlo/ui/format';
import { t, type Word } from '@fynlo/ui/words';
import { CloudOff, CloudUpload, UtensilsCrossed } from 'lucide-react';
import { clsx } from 'clsx';
import type { Place } from '../app/phone-app.tsx';

const looks: Record<TableStatus, { word: Word; tone: string }> = {
  free: { word: 'tableFree', tone: 'border-line bg-surface text-ink-soft' },
  seated: { word: 'tableSeated', tone: 'border-accent bg-accent-wash text-accent' },
  ordered: { word: 'tableOrdered', tone: 'border-sent bg-sent-wash text-sent' },
  ready: { word: 'tableReady', tone: 'border-2 border-ready bg-ready-wash text-ready' },
  served: { word: 'tableServed', tone: 'border-quiet bg-quiet-wash text-quiet' },
  dirty: { word: 'tableDirty', tone: 'border-dashed border-cooking bg-cooking-wash text-cooking' },
};

const waitingTone = 'border-2 border-cooking bg-cooking-wash text-cooking';

/** The tables as a waiter walks past them: number, state, how long, how much. */
export function TablesPage({
  isAway,
  onOpen,
}: {
  isAway: boolean;
  onOpen: (place: Place) => void;
}) {
  const floor = useFloor();
  const settings = useSettings();
  const views = useTables();
  const pending = usePendingOrders();
  const [chosen, setChosen] = useState<AreaId | null>(null);
  const now = useNow(20_000);
  if (!settings || !floor)
    return (
      <div className="grow">
        {isAway ? (
          <EmptyState icon={CloudOff} title={t('nothingKnown')}>
            {t('nothingKnownYet')}
          </EmptyState>
        ) : (
          <Skeleton />
        )}
      </div>
    );
  const area = chosen ?? floor.areas[0]?.id;
  const byId = new Map(views.map((view) => [view.tableId, view]));
  return (
    <main className="min-h-0 grow overflow-y-auto">
      <header className="sticky top-0 z-10 bg-ground px-4 pt-[max(0.75rem,env(safe-area-inset-top))] pb-2">
        <h1 className="truncate text-xl font-bold">{settings.name}</h1>
        <nav aria-label="Areas" className="flex gap-2 overflow-x-auto pt-2">
          {floor.areas.map(({ id, name }) => (
            <button
              key={id}
              type="button"
              aria-pressed={id === area}
              onClick={() => setChosen(id)}
              className={clsx(
                'min-h-12 rounded-xl px-4 font-semibold whitespace-nowrap',
                id === area ? 'bg-ink text-ground' : 'bg-sunken',
              )}
            >
              {name}
            </button>
          ))}
        </nav>
      </header>
      {floor.tables.length === 0 && <EmptyState icon={UtensilsCrossed} title="No tables yet" />}
      <ul className="grid grid-cols-3 gap-2 px-4 pb-6">
        {floor.tables
          .filter(({ areaId }) => areaId === area)
          .map((table) => {
            const view = byId.get(table.id);
            const { word, tone } = looks[view?.status ?? 'free'];
            const total = (view?.orders ?? []).reduce(
              (sum, order) => sum + billOf(order).totalMinor,
              0,
            );
            const since = view?.since ?? null;
            // With the hub there it is answered before anybody could read it.
            const isWaiting = isAway && view?.orders.some(({ id }) => pending.has(id)) === true;
            const isUsed = view !== undefined && view.status !== 'free';
            return (
              <li key={table.id}>
                <button
                  type="button"
                  data-table={table.id}
                  data-status={view?.status ?? 'free'}
                  data-waiting={isWaiting || undefined}
                  aria-label={`Table ${table.label}, ${t(isWaiting ? 'tableWaiting' : word)}`}
                  onClick={() => onOpen({ at: 'table', tableId: table.id })}
                  className={clsx(
                    'flex min-h-24 w-full flex-col items-start justify-between rounded-2xl border p-3 text-left active:scale-[0.97]',
                    isWaiting ? waitingTone : tone,
                  )}
                >
                  <span className="flex w-full items-start justify-between text-2xl leading-none font-bold text-ink">
                    {table.label}
                    {isWaiting && <CloudUpload aria-hidden size={18} className="text-cooking" />}
                  </span>
                  <span className="text-sm leading-tight font-semibold">
                    {t(isWaiting ? 'tableWaiting' : word)}
                    <span className="flex flex-wrap gap-x-1.5 font-normal text-ink-soft">
                      {isUsed && since !== null ? (
                        <>
                          <span>{formatAge(now - since)}</span>
                          {total > 0 && <span>{formatMoney(total, settings)}</span>}
                          {view.orders.length > 1 && (
                            <span className="font-bold text-late">{view.orders.length} bills</span>
                          )}
                        </>
                      ) : (
                        `${table.seats} ${table.seats === 1 ? 'seat' : 'seats'}`
                      )}
                    </span>
                  </span>
                </button>
              </li>
            );
          })}
      </ul>
    </main>
  );
}
