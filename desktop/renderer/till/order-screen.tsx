import { useState } from 'react';
import type { OrderId, TableId } from '@fynlo/domain';
import { orderProgress, type Order, type OrderLine } from '@fynlo/domain/order';
import type { Product } from '@fynlo/domain/menu';
import { localClock } from '@fynlo/domain/restaurant';
import { addLine, changeQuantity, sameDraft, type OrderTarget } from '@fynlo/client/actions';
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
import { ArrowLeft, BookOpen, ReceiptText, Send } from 'lucide-react';
import { clsx } from 'clsx';
import { go } from '../app/router.ts';
import { MoveSheet, VoidSheet } from './order-sheets.tsx';

export type OrderPlace =
  { readonly tableId: TableId } | { readonly orderId: OrderId } | { readonly takeaway: true };

/** One table or order: the menu on the left, what has been ordered on the right. */
export function OrderScreen({ at }: { at: OrderPlace }) {
  const client = useClient();
  const settings = useSettings();
  const menu = useMenu();
  const floor = useFloor();
  const tables = useTables();
  const open = useOpenOrders();
  const [chosenId, setChosenId] = useState<OrderId | null>('orderId' in at ? at.orderId : null);
  const now = useNow(30_000);
  const [asking, setAsking] = useState<Product | null>(null);
  const [voiding, setVoiding] = useState<OrderLine | null>(null);
  const [isMoving, setMoving] = useState(false);
  const [isBillOpen, setBillOpen] = useState(false);
  if (!settings) return <Skeleton />;

  const tableId = 'tableId' in at ? at.tableId : null;
  const here =
    tableId === null
      ? open.filter(({ id }) => id === chosenId)
      : open.filter((order) => order.tableId === tableId);
  const order = here.find(({ id }) => id === chosenId) ?? here[0];
  const table = floor?.tables.find(({ id }) => id === tableId);
  const state = tables.find((view) => view.tableId === tableId);
  const title = table
    ? `Table ${table.label}`
    : order
      ? `Takeaway #${order.number}`
      : 'New takeaway';
  const drafts = order?.lines.filter(({ status }) => status === 'draft') ?? [];
  const counts = new Map(
    [...Map.groupBy(drafts, ({ productId }) => productId)].map(([id, lines]) => [
      id,
      lines.reduce((sum, { quantity }) => sum + quantity, 0),
    ]),
  );

  const target: OrderTarget = order
    ? { orderId: order.id }
    : tableId !== null
      ? { channel: 'dine-in', tableId }
      : { channel: 'takeaway' };
  const chosen = (product: Product, choice: Choice) => {
    setAsking(null);
    const same = order && sameDraft(order.lines, product.id, choice);
    if (order && same)
      return changeQuantity(client, order.id, same, same.quantity + choice.quantity);
    setChosenId(addLine(client, target, product.id, choice));
  };
  const picked = (product: Product) => {
    if (menu && asksFirst(product, menu)) return setAsking(product);
    chosen(product, { options: [], quantity: 1 });
  };

  const bill = (
    <BillPanel
      title={title}
      order={order}
      others={here}
      onChoose={setChosenId}
      onVoid={setVoiding}
      onMove={() => setMoving(true)}
      isDirty={state?.status === 'dirty'}
      tableId={tableId}
    />
  );
  return (
    <div className="flex min-h-0 grow">
      <div className="flex min-h-0 min-w-0 grow flex-col">
        {menu ? (
          <MenuBrowser
            menu={menu}
            settings={settings}
            local={localClock(settings.timeZone)(now)}
            counts={counts}
            onPick={picked}
            layout="rail"
          />
        ) : (
          <EmptyState icon={BookOpen} title="No menu yet">
            <Button look="primary" onClick={() => go('/menu')}>
              Import a menu
            </Button>
          </EmptyState>
        )}
        <div className="border-t border-line bg-surface p-3 lg:hidden">
          <Button look="primary" wide onClick={() => setBillOpen(true)}>
            <ReceiptText aria-hidden size={18} /> {title}
            {drafts.length > 0 && ` · ${drafts.length} not sent`}
          </Button>
        </div>
      </div>
      <aside className="hidden min-h-0 w-[400px] shrink-0 flex-col border-l border-line bg-surface lg:flex">
        {bill}
      </aside>
      {isBillOpen && (
        <Sheet title={title} onClose={() => setBillOpen(false)}>
          <div className="-mx-5 flex flex-col">{bill}</div>
        </Sheet>
      )}
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
      {voiding && order && (
        <VoidSheet
          line={voiding}
          onClose={() => setVoiding(null)}
          onVoid={(reason) => {
            setVoiding(null);
            client.dispatch({
              type: 'order.void-line',
              orderId: order.id,
              lineId: voiding.lineId,
              reason,
            });
          }}
        />
      )}
      {isMoving && order && (
        <MoveSheet
          tables={tables}
          floor={floor}
          onClose={() => setMoving(false)}
          onMove={(to) => {
            client.dispatch({ type: 'order.move', orderId: order.id, tableId: to });
            go(`/till/table/${to}`);
          }}
        />
      )}
    </div>
  );
}

function BillPanel({
  title,
  order,
  others,
  onChoose,
  onVoid,
  onMove,
  isDirty,
  tableId,
}: {
  title: string;
  order: Order | undefined;
  others: readonly Order[];
  onChoose: (id: OrderId) => void;
  onVoid: (line: OrderLine) => void;
  onMove: () => void;
  isDirty: boolean;
  tableId: TableId | null;
}) {
  const client = useClient();
  const settings = useSettings();
  if (!settings) return null;
  const unsent = order?.lines.filter(({ status }) => status === 'draft') ?? [];
  const count = unsent.reduce((sum, { quantity }) => sum + quantity, 0);
  const canCancel =
    order !== undefined &&
    order.lines.every(({ status }) => status === 'draft' || status === 'voided');
  const canClose = order !== undefined && unsent.length === 0 && order.lines.length > 0;
  return (
    <>
      <header className="flex shrink-0 items-center gap-2 px-3 pt-3 pb-1">
        <button
          type="button"
          aria-label="Back to the floor"
          onClick={() => go('/till')}
          className="grid size-12 place-items-center rounded-full hover:bg-sunken"
        >
          <ArrowLeft aria-hidden size={20} />
        </button>
        <div className="min-w-0 grow">
          <h1 className="truncate text-xl font-bold">{title}</h1>
          {order && (
            <p className="text-sm text-ink-soft">
              Order {order.number} · {t(orderProgress(order))}
            </p>
          )}
        </div>
        {order?.tableId && (
          <Button look="quiet" onClick={onMove}>
            Move
          </Button>
        )}
      </header>
      {others.length > 1 && (
        <div className="px-4 pb-2">
          <p className="pb-1 text-sm text-cooking">
            This table has {others.length} bills. Two people opened one each; both are safe.
          </p>
          <div className="flex gap-2">
            {others.map(({ id, number }) => (
              <button
                key={id}
                type="button"
                aria-pressed={id === order?.id}
                onClick={() => onChoose(id)}
                className={clsx(
                  'min-h-11 rounded-xl border px-4 font-semibold',
                  id === order?.id ? 'border-accent bg-accent-wash text-accent' : 'border-line',
                )}
              >
                #{number}
              </button>
            ))}
          </div>
        </div>
      )}
      <div className="min-h-0 grow overflow-y-auto">
        {order && order.lines.length > 0 ? (
          <BillLines
            order={order}
            settings={settings}
            onQuantity={(line, quantity) => changeQuantity(client, order.id, line, quantity)}
            onRemove={({ lineId }) =>
              client.dispatch({ type: 'order.remove-line', orderId: order.id, lineId })
            }
            onServe={(lineIds) =>
              client.dispatch({ type: 'order.serve', orderId: order.id, lineIds })
            }
            onMore={onVoid}
          />
        ) : isDirty && tableId !== null ? (
          <EmptyState icon={ReceiptText} title="To be cleaned">
            <Button onClick={() => client.dispatch({ type: 'table.clean', tableId })}>
              It is clean
            </Button>
          </EmptyState>
        ) : (
          <EmptyState icon={ReceiptText} title="Nothing ordered yet">
            Tap a dish. Everyone else sees it at once.
          </EmptyState>
        )}
      </div>
      {order && (
        <footer className="shrink-0 border-t border-line p-4">
          <Totals order={order} settings={settings} />
          <div className="flex gap-2 pt-3">
            <Button
              look="primary"
              wide
              className="!min-h-14 text-lg"
              disabled={count === 0}
              onClick={() => client.dispatch({ type: 'order.send', orderId: order.id })}
            >
              <Send aria-hidden size={20} />{' '}
              {count === 0 ? 'Everything sent' : `Send ${count} to kitchen`}
            </Button>
            {canCancel && (
              <Button
                className="!min-h-14 shrink-0 whitespace-nowrap"
                onClick={() => {
                  client.dispatch({ type: 'order.cancel', orderId: order.id, reason: '' });
                  go('/till');
                }}
              >
                Cancel order
              </Button>
            )}
            {canClose && !canCancel && (
              <Button
                className="!min-h-14 shrink-0 whitespace-nowrap"
                title="Taking payment comes in a later release; this closes the order and frees the table."
                onClick={() => {
                  client.dispatch({ type: 'order.complete', orderId: order.id });
                  go('/till');
                }}
              >
                Close order
              </Button>
            )}
          </div>
          {canClose && !canCancel && (
            <p className="pt-2 text-xs text-ink-soft">
              Fynlo does not take payments yet. Take them as you do now, then close the order.
            </p>
          )}
        </footer>
      )}
    </>
  );
}
