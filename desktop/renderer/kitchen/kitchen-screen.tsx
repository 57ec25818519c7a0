import { useEffect, useState } from 'react';
import type { LineId, OrderId, StationId } from '@fynlo/domain';
import type { OpenDevice } from '@fynlo/client/device';
import {
  useClient,
  useFloor,
  useMenu,
  useOpenOrders,
  useSettings,
  useStatus,
} from '@fynlo/client/react';
import { Button, ConnectionBar, EmptyState, Sheet, stateOf, useNow } from '@fynlo/ui/components';
import { formatAge, formatClock } from '@fynlo/ui/format';
import { Ban, ChefHat, ListOrdered, Undo2, WifiOff } from 'lucide-react';
import { clsx } from 'clsx';
import { EightySixSheet } from './eighty-six-sheet.tsx';
import { TicketCard } from './ticket-card.tsx';
import { allDayCounts, bumpedTickets, openTickets, type Ticket } from './tickets.ts';
import { useAcknowledgeShown } from './use-acknowledge-shown.ts';
import { useNewTicketSound } from './use-new-ticket-sound.ts';

type Open = 'recall' | 'all-day' | 'eighty-six' | null;

/** The kitchen's glass: tickets oldest first, every action by touch, digits or a bump bar. */
export function KitchenScreen({
  station,
  name,
  joinAgain,
}: {
  station: StationId | null;
  name: string;
  joinAgain: OpenDevice['joinAgain'];
}) {
  const client = useClient();
  const status = useStatus();
  const settings = useSettings();
  const floor = useFloor();
  const stations = useMenu()?.menu.stations ?? [];
  const orders = useOpenOrders();
  const now = useNow(1_000);
  const [open, setOpen] = useState<Open>(null);
  const [picked, setPicked] = useState(0);
  const tickets = openTickets(orders, station);
  useAcknowledgeShown(tickets);
  useNewTicketSound(tickets);

  const start = (orderId: OrderId, lineIds: readonly LineId[]) =>
    client.dispatch({ type: 'kitchen.start', orderId, lineIds });
  const bump = (orderId: OrderId, lineIds: readonly LineId[]) =>
    client.dispatch({ type: 'kitchen.bump', orderId, lineIds });
  const recall = ({ orderId, lines }: Ticket) =>
    client.dispatch({
      type: 'kitchen.recall',
      orderId,
      lineIds: lines.map(({ lineId }) => lineId),
    });
  useKitchenKeys({
    tickets,
    picked,
    setPicked,
    start,
    bump,
    onRecall: () => setOpen('recall'),
    isBusy: open !== null,
  });

  const bumped = bumpedTickets(orders, station);
  const labelOf = ({ tableId }: Ticket) =>
    floor?.tables.find(({ id }) => id === tableId)?.label ?? null;
  const isAway = stateOf(status) === 'away';
  return (
    <div className="flex h-full flex-col">
      {isAway && (
        <div role="alert" className="flex items-center gap-5 bg-late px-6 py-4 text-ground">
          <WifiOff aria-hidden size={44} strokeWidth={2.5} className="shrink-0" />
          <p className="text-3xl font-extrabold">
            No connection to the hub for {awayFor(now - (status.lastHeardAt ?? status.since))}
            <span className="block text-xl font-semibold">
              New orders may be missing. What you bump is kept and sent when the hub is back.
            </span>
          </p>
        </div>
      )}
      <header className="flex shrink-0 flex-wrap items-center gap-2 px-4 pt-3">
        <nav aria-label="Stations" className="flex gap-1 overflow-x-auto">
          {[{ id: null, name: 'All stations' }, ...stations].map(({ id, name: label }) => (
            <a
              key={id ?? 'all'}
              href={id === null ? '/kitchen' : `/kitchen?station=${id}`}
              aria-current={id === station ? 'page' : undefined}
              className={clsx(
                'grid min-h-16 place-items-center rounded-2xl px-5 text-xl font-bold whitespace-nowrap',
                id === station ? 'bg-ink text-ground' : 'text-ink-soft hover:bg-sunken',
              )}
            >
              {label}
            </a>
          ))}
        </nav>
        <p className="ml-auto px-2 text-xl font-semibold text-ink-soft">
          {tickets.length} {tickets.length === 1 ? 'ticket' : 'tickets'}
          {settings && ` · ${formatClock(now, settings)}`}
        </p>
        <Button size="kitchen" onClick={() => setOpen('all-day')}>
          <ListOrdered aria-hidden size={26} /> All day
        </Button>
        <Button size="kitchen" onClick={() => setOpen('recall')} disabled={bumped.length === 0}>
          <Undo2 aria-hidden size={26} /> Recall
        </Button>
        <Button size="kitchen" onClick={() => setOpen('eighty-six')}>
          <Ban aria-hidden size={26} /> 86
        </Button>
      </header>
      <main className="min-h-0 grow overflow-y-auto p-4">
        {tickets.length === 0 ? (
          <EmptyState icon={ChefHat} title="Nothing to cook">
            The next order appears here by itself.
          </EmptyState>
        ) : (
          <div className="grid grid-cols-[repeat(auto-fill,minmax(360px,1fr))] items-start gap-4">
            {tickets.map((ticket, i) => (
              <TicketCard
                key={ticket.orderId}
                ticket={ticket}
                digit={i < 9 ? i + 1 : null}
                isPicked={i === picked}
                tableLabel={labelOf(ticket)}
                now={now}
                onStart={(lineIds) => start(ticket.orderId, lineIds)}
                onBump={(lineIds) => bump(ticket.orderId, lineIds)}
              />
            ))}
          </div>
        )}
      </main>
      <ConnectionBar
        seen={status}
        settings={settings}
        deviceName={name}
        onTryNow={() => client.reconnectNow()}
        onJoinAgain={joinAgain}
      />
      {open === 'recall' && (
        <Sheet title="Recall a ticket" onClose={() => setOpen(null)} wide>
          <ul className="grid gap-2">
            {bumped.map((ticket) => (
              <li key={ticket.orderId}>
                <Button
                  size="kitchen"
                  wide
                  className="!justify-start"
                  onClick={() => (recall(ticket), setOpen(null))}
                >
                  <b>{labelOf(ticket) ? `Table ${labelOf(ticket)}` : `#${ticket.number}`}</b>
                  <span className="truncate font-normal">
                    {ticket.lines.map((line) => `${line.quantity}× ${line.name}`).join(', ')}
                  </span>
                  <span className="ml-auto text-lg font-normal whitespace-nowrap">
                    {formatAge(now - ticket.since)}
                  </span>
                </Button>
              </li>
            ))}
          </ul>
        </Sheet>
      )}
      {open === 'all-day' && (
        <Sheet title="All day" onClose={() => setOpen(null)} wide>
          <ul className="grid gap-x-8 text-2xl sm:grid-cols-2">
            {allDayCounts(tickets).map(([dish, count]) => (
              <li key={dish} className="flex gap-4 border-b border-line py-3">
                <b className="min-w-12 text-accent">{count}×</b> {dish}
              </li>
            ))}
          </ul>
        </Sheet>
      )}
      {open === 'eighty-six' && <EightySixSheet onClose={() => setOpen(null)} />}
    </div>
  );
}

function awayFor(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  return seconds < 60 ? `${seconds} s` : formatAge(ms);
}

/** 1–9 picks, arrows move, S starts, Enter, Space or B bumps, R recalls: what a bump bar sends. */
function useKitchenKeys({
  tickets,
  picked,
  setPicked,
  start,
  bump,
  onRecall,
  isBusy,
}: {
  tickets: readonly Ticket[];
  picked: number;
  setPicked: (index: number) => void;
  start: (orderId: OrderId, lineIds: readonly LineId[]) => void;
  bump: (orderId: OrderId, lineIds: readonly LineId[]) => void;
  onRecall: () => void;
  isBusy: boolean;
}): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (isBusy || event.repeat || event.ctrlKey || event.metaKey || event.altKey) return;
      const last = tickets.length - 1;
      const ticket = tickets[Math.min(picked, last)];
      const key = event.key.toLowerCase();
      if (/^[1-9]$/.test(key)) setPicked(Math.min(Number(key) - 1, Math.max(last, 0)));
      else if (key === 'arrowright') setPicked(Math.min(picked + 1, Math.max(last, 0)));
      else if (key === 'arrowleft') setPicked(Math.max(picked - 1, 0));
      else if (key === 'r') onRecall();
      else if (ticket && key === 's') start(ticket.orderId, ticket.waiting);
      else if (ticket && (key === 'enter' || key === ' ' || key === 'b')) {
        // A focused button would answer the same key a second time.
        if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
        event.preventDefault();
        bump(ticket.orderId, ticket.waiting);
      } else return;
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [tickets, picked, setPicked, start, bump, onRecall, isBusy]);
}
