import { useEffect, useRef } from 'react';
import { useFloor, useOpenOrders } from '@fynlo/client/react';
import { BellRing } from 'lucide-react';
import type { Place } from '../app/phone-app.tsx';

/** Food that waits at the pass, and a short buzz when there is more of it than before. */
export function ReadyAlert({ onOpen }: { onOpen: (place: Place) => void }) {
  const floor = useFloor();
  const orders = useOpenOrders();
  const ready = orders.flatMap((order) => {
    const count = order.lines.filter(({ status }) => status === 'ready').length;
    return count > 0 ? [{ order, count }] : [];
  });
  const total = ready.reduce((sum, { count }) => sum + count, 0);
  useBuzzWhenMore(total);
  if (ready.length === 0) return null;
  return (
    <div
      className="shrink-0 overflow-x-auto border-t border-ready bg-ready-wash px-3 py-2"
      aria-live="polite"
    >
      <div className="flex gap-2">
        {ready.map(({ order, count }) => {
          const table = floor?.tables.find(({ id }) => id === order.tableId);
          return (
            <button
              key={order.id}
              type="button"
              data-ready={order.id}
              onClick={() =>
                onOpen(
                  order.tableId === null
                    ? { at: 'order', orderId: order.id }
                    : { at: 'table', tableId: order.tableId },
                )
              }
              className="flex min-h-12 items-center gap-2 rounded-xl bg-surface px-4 font-semibold whitespace-nowrap text-ready"
            >
              <BellRing aria-hidden size={18} />
              {table ? `Table ${table.label}` : `#${order.number}`}: {count} ready
            </button>
          );
        })}
      </div>
    </div>
  );
}

function useBuzzWhenMore(count: number): void {
  const known = useRef(count);
  useEffect(() => {
    if (count > known.current) navigator.vibrate?.([120, 60, 120]);
    known.current = count;
  }, [count, known]);
}
