import type { LineId } from '@fynlo/domain';
import type { OrderLine } from '@fynlo/domain/order';
import { Button } from '@fynlo/ui/components';
import { formatTimer } from '@fynlo/ui/format';
import { describeAllergens } from '@fynlo/ui/order-taking';
import { Check, CircleAlert, Flame, TriangleAlert } from 'lucide-react';
import { clsx } from 'clsx';
import type { Ticket } from './tickets.ts';

const slowMs = 8 * 60_000;
const lateMs = 15 * 60_000;

export interface TicketCardProps {
  readonly ticket: Ticket;
  /** 1 to 9: the key that picks it. */
  readonly digit: number | null;
  readonly isPicked: boolean;
  readonly tableLabel: string | null;
  readonly now: number;
  readonly onStart: (lineIds: readonly LineId[]) => void;
  readonly onBump: (lineIds: readonly LineId[]) => void;
}

/** One ticket, readable from two metres. Age is told by a word, a shape and a colour together. */
export function TicketCard({
  ticket,
  digit,
  isPicked,
  tableLabel,
  now,
  onStart,
  onBump,
}: TicketCardProps) {
  const age = now - ticket.since;
  const ageIs = age >= lateMs ? 'late' : age >= slowMs ? 'slow' : 'fresh';
  const AgeIcon = { fresh: null, slow: TriangleAlert, late: CircleAlert }[ageIs];
  const place = tableLabel ? `Table ${tableLabel}` : channelName(ticket);
  return (
    <article
      aria-label={`${place}, order ${ticket.number}`}
      data-ticket={ticket.orderId}
      className={clsx(
        'flex flex-col overflow-hidden rounded-3xl border-2 bg-surface shadow-raised',
        isPicked ? 'border-accent' : 'border-line',
      )}
    >
      <header
        className={clsx(
          'flex items-center gap-3 px-5 py-3',
          ageIs === 'fresh' && 'bg-quiet-wash text-ink',
          ageIs === 'slow' && 'bg-cooking-wash text-cooking',
          ageIs === 'late' && 'bg-late text-ground',
        )}
      >
        {digit !== null && (
          <kbd className="grid size-9 place-items-center rounded-lg border-2 border-current text-xl font-bold">
            {digit}
          </kbd>
        )}
        <div className="min-w-0 grow">
          <p className="truncate text-3xl leading-tight font-extrabold">{place}</p>
          <p className="text-lg leading-tight opacity-80">#{ticket.number}</p>
        </div>
        <p className="flex items-center gap-2 text-3xl font-bold">
          {AgeIcon && <AgeIcon aria-hidden size={28} strokeWidth={2.5} />}
          {ageIs === 'late' && <span className="text-xl">Late</span>}
          {formatTimer(age)}
        </p>
      </header>
      {ticket.note && (
        <p className="bg-cooking-wash px-5 py-2 text-2xl font-semibold text-cooking">
          {ticket.note}
        </p>
      )}
      <ul className="grow divide-y divide-line px-3 py-1">
        {ticket.lines.map((line) => (
          <li key={line.lineId}>
            <TicketLine line={line} onBump={() => onBump([line.lineId])} />
          </li>
        ))}
      </ul>
      <footer className="grid grid-cols-[auto_1fr] gap-3 p-3">
        <Button size="kitchen" disabled={ticket.isStarted} onClick={() => onStart(ticket.waiting)}>
          <Flame aria-hidden size={26} /> {ticket.isStarted ? 'Cooking' : 'Start'}
        </Button>
        <Button size="kitchen" look="primary" onClick={() => onBump(ticket.waiting)}>
          <Check aria-hidden size={28} strokeWidth={3} /> Bump
        </Button>
      </footer>
    </article>
  );
}

function TicketLine({ line, onBump }: { line: OrderLine; onBump: () => void }) {
  const isVoid = line.status === 'voided';
  const isDone = line.status === 'ready';
  return (
    <button
      type="button"
      disabled={isVoid || isDone}
      aria-label={`Bump ${line.name}`}
      data-status={line.status}
      onClick={onBump}
      className="flex min-h-16 w-full items-start gap-3 rounded-xl px-2 py-2 text-left enabled:active:bg-sunken"
    >
      <span className="min-w-10 text-[30px] leading-tight font-extrabold text-accent">
        {line.quantity}×
      </span>
      <span className={clsx('min-w-0 grow', (isVoid || isDone) && 'line-through opacity-55')}>
        <span className="text-[28px] leading-tight font-bold">
          {line.name}
          {line.variantName && <span className="font-medium"> · {line.variantName}</span>}
        </span>
        {line.round > 1 && (
          <span className="ml-2 rounded-md bg-sent-wash px-2 py-0.5 align-middle text-lg font-bold text-sent">
            ADD-ON
          </span>
        )}
        {line.options.length > 0 && (
          <span className="block text-[22px] leading-snug font-medium text-ink-soft">
            {line.options.map(({ name }) => name).join(' · ')}
          </span>
        )}
        {line.allergens.length > 0 && (
          <span className="block text-xl leading-snug text-ink-soft">
            {describeAllergens(line)}
          </span>
        )}
        {line.note && (
          <span className="mt-1 block rounded-lg bg-cooking-wash px-2 py-1 text-[24px] leading-snug font-bold text-cooking">
            {line.note}
          </span>
        )}
      </span>
      {isVoid && <span className="text-2xl font-extrabold text-late">VOID</span>}
      {isDone && (
        <Check aria-label="Ready" size={32} strokeWidth={3} className="shrink-0 text-ready" />
      )}
      {line.status === 'started' && (
        <Flame aria-label="Cooking" size={28} className="shrink-0 text-cooking" />
      )}
    </button>
  );
}

function channelName({ channel, name }: Ticket): string {
  const names = {
    'dine-in': 'Dine in',
    takeaway: 'Takeaway',
    collection: 'Collection',
    delivery: 'Delivery',
  };
  return name ? `${names[channel]}: ${name}` : names[channel];
}
