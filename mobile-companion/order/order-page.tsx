import { useState } from 'react';
import type { OrderId } from '@fynlo/domain';
import type { Product } from '@fynlo/domain/menu';
import { localClock } from '@fynlo/domain/restaurant';
import { addLine, changeQuantity, sameDraft } from '@fynlo/client/actions';
import {
  useClient,
  useFloor,
  useMenu,
  useOpenOrders,
  useSettings,
  useTables,
} from '@fynlo/client/react';
import { Button, EmptyState, Sheet, Skeleton, useNow } from '@fynlo/ui/components';
import {
  asksFirst,
  BillLines,
  ChoiceForm,
  MenuBrowser,
  Totals,
  type Choice,
} from '@fynlo/ui/order-taking';
import { t } from '@fynlo/ui/words';
import { ArrowLeft, BookOpen, CloudUpload, Plus, ReceiptText, Send } from 'lucide-react';
import { clsx } from 'clsx';
import type { Place } from '../app/phone-app.tsx';
import { useWaitingLines } from './use-waiting-lines.ts';

/** One table in one hand: what it has, and the menu one tap away. */
export function OrderPage({
  place,
  isAway,
  onBack,
}: {
  place: Exclude<Place, { at: 'tables' }>;
  isAway: boolean;
  onBack: () => void;
}) {
  const client = useClient();
  const settings = useSettings();
  const menu = useMenu();
  const floor = useFloor();
  const open = useOpenOrders();
  const tables = useTables();
  const [chosenId, setChosenId] = useState<OrderId | null>(
    'orderId' in place ? place.orderId : null,
  );
  const tableId = 'tableId' in place ? place.tableId : null;
  const here = open.filter((order) =>
    tableId === null ? order.id === chosenId : order.tableId === tableId,
  );
  const order = here.find(({ id }) => id === chosenId) ?? here[0];
  const unheard = useWaitingLines(order?.id);
  // With the hub there it is heard before anybody could read this.
  const waiting = isAway ? unheard : [];
  const [isChoosing, setChoosing] = useState(here.length === 0);
  const now = useNow(30_000);
  const [asking, setAsking] = useState<Product | null>(null);
  if (!settings)
    return (
      <div className="grow">
        <Skeleton />
      </div>
    );

  const table = floor?.tables.find(({ id }) => id === tableId);
  const isDirty = tables.find((view) => view.tableId === tableId)?.status === 'dirty';
  const title = table ? `Table ${table.label}` : `Order ${order?.number ?? ''}`;
  const drafts = order?.lines.filter(({ status }) => status === 'draft') ?? [];
  const unsent = drafts.reduce((sum, { quantity }) => sum + quantity, 0);
  const counts = new Map(
    [...Map.groupBy(drafts, ({ productId }) => productId)].map(([id, lines]) => [
      id,
      lines.reduce((sum, { quantity }) => sum + quantity, 0),
    ]),
  );

  const chosen = (product: Product, choice: Choice) => {
    setAsking(null);
    const same = order && sameDraft(order.lines, product.id, choice);
    if (order && same)
      return changeQuantity(client, order.id, same, same.quantity + choice.quantity);
    const target = order
      ? { orderId: order.id }
      : tableId === null
        ? ({ channel: 'takeaway' } as const)
        : ({ channel: 'dine-in', tableId } as const);
    setChosenId(addLine(client, target, product.id, choice));
  };
  const picked = (product: Product) => {
    if (menu && asksFirst(product, menu)) return setAsking(product);
    chosen(product, { options: [], quantity: 1 });
  };
  const send = () => {
    if (!order) return;
    client.dispatch({ type: 'order.send', orderId: order.id });
    setChoosing(false);
  };

  return (
    <main className="flex min-h-0 grow flex-col">
      <header className="flex items-center gap-1 px-2 pt-[max(0.5rem,env(safe-area-inset-top))]">
        <button
          type="button"
          aria-label="Back to the tables"
          onClick={onBack}
          className="grid size-12 shrink-0 place-items-center rounded-full"
        >
          <ArrowLeft aria-hidden size={22} />
        </button>
        <h1 className="min-w-0 grow text-xl leading-tight font-bold">
          <span className="block truncate">{title}</span>
          {order && table && (
            <span className="block truncate text-sm font-normal text-ink-soft">
              Order {order.number}
            </span>
          )}
        </h1>
        <div className="flex rounded-xl bg-sunken p-1">
          <Switch
            icon={ReceiptText}
            label="Order"
            isOn={!isChoosing}
            onTap={() => setChoosing(false)}
          />
          <Switch icon={BookOpen} label="Menu" isOn={isChoosing} onTap={() => setChoosing(true)} />
        </div>
      </header>
      {here.length > 1 && (
        <div className="flex items-center gap-2 overflow-x-auto px-4 py-2 text-sm">
          <span className="whitespace-nowrap text-cooking">{here.length} bills here:</span>
          {here.map(({ id, number }) => (
            <button
              key={id}
              type="button"
              aria-pressed={id === order?.id}
              onClick={() => setChosenId(id)}
              className={clsx(
                'min-h-11 rounded-xl border px-4 font-semibold',
                id === order?.id ? 'border-accent bg-accent-wash text-accent' : 'border-line',
              )}
            >
              #{number}
            </button>
          ))}
        </div>
      )}
      {waiting.length > 0 && (
        <p
          aria-live="polite"
          className="mx-4 mt-2 flex gap-2 rounded-xl bg-cooking-wash px-3 py-2 text-sm font-medium text-cooking"
        >
          <CloudUpload aria-hidden size={18} className="shrink-0" /> {t('waitsForHub')}
        </p>
      )}
      {isChoosing && menu ? (
        <MenuBrowser
          menu={menu}
          settings={settings}
          local={localClock(settings.timeZone)(now)}
          counts={counts}
          onPick={picked}
          layout="strip"
        />
      ) : (
        <div className="min-h-0 grow overflow-y-auto">
          {order && order.lines.length > 0 ? (
            <>
              <BillLines
                order={order}
                settings={settings}
                onQuantity={(line, quantity) => changeQuantity(client, order.id, line, quantity)}
                onRemove={({ lineId }) =>
                  client.dispatch({ type: 'order.remove-line', orderId: order.id, lineId })
                }
                waiting={waiting}
                onServe={(lineIds) =>
                  client.dispatch({ type: 'order.serve', orderId: order.id, lineIds })
                }
              />
              <div className="p-4">
                <Totals order={order} settings={settings} />
              </div>
            </>
          ) : isDirty && tableId !== null ? (
            <EmptyState icon={ReceiptText} title="To be cleaned">
              <Button onClick={() => client.dispatch({ type: 'table.clean', tableId })}>
                It is clean
              </Button>
            </EmptyState>
          ) : (
            <EmptyState icon={ReceiptText} title="Nothing ordered yet">
              {order && (
                <Button
                  onClick={() => {
                    client.dispatch({ type: 'order.cancel', orderId: order.id, reason: '' });
                    onBack();
                  }}
                >
                  Cancel this order
                </Button>
              )}
            </EmptyState>
          )}
        </div>
      )}
      <footer className="flex gap-2 border-t border-line bg-surface p-3">
        {!isChoosing && (
          <Button className="!min-h-14" onClick={() => setChoosing(true)}>
            <Plus aria-hidden size={20} /> Add
          </Button>
        )}
        <Button
          look="primary"
          wide
          className="!min-h-14 text-lg"
          disabled={unsent === 0}
          onClick={send}
        >
          <Send aria-hidden size={20} />{' '}
          {sendLabel(unsent, { isAway, isWaiting: waiting.length > 0 })}
        </Button>
      </footer>
      {asking && menu && (
        <Sheet title={asking.name} onClose={() => setAsking(null)}>
          <ChoiceForm
            product={asking}
            menu={menu}
            settings={settings}
            onChosen={(choice) => chosen(asking, choice)}
          />
        </Sheet>
      )}
    </main>
  );
}

function sendLabel(
  unsent: number,
  { isAway, isWaiting }: { isAway: boolean; isWaiting: boolean },
): string {
  if (unsent > 0) return isAway ? t('sendLater', { count: unsent }) : `Send ${unsent} to kitchen`;
  return isWaiting ? t('waitsToBeSent') : t('allSent');
}

function Switch({
  icon: Icon,
  label,
  isOn,
  onTap,
}: {
  icon: typeof Plus;
  label: string;
  isOn: boolean;
  onTap: () => void;
}) {
  return (
    <button
      type="button"
      aria-pressed={isOn}
      onClick={onTap}
      className={clsx(
        'flex min-h-11 items-center gap-1.5 rounded-lg px-3 text-sm font-semibold',
        isOn ? 'bg-surface shadow-raised' : 'text-ink-soft',
      )}
    >
      <Icon aria-hidden size={16} /> {label}
    </button>
  );
}
