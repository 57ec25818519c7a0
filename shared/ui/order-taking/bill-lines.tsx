import type { LineId } from '@fynlo/domain';
import { lineGross, type Order, type OrderLine } from '@fynlo/domain/order';
import type { Settings } from '@fynlo/domain/settings';
import { clsx } from 'clsx';
import { Button, LineStatusMark, Stepper } from '../components/index.ts';
import { formatClock, formatMoney } from '../format/index.ts';
import { t } from '../words/index.ts';

export interface BillLinesProps {
  readonly order: Order;
  readonly settings: Settings;
  readonly onQuantity: (line: OrderLine, quantity: number) => void;
  readonly onRemove: (line: OrderLine) => void;
  readonly onServe: (lineIds: readonly LineId[]) => void;
  /** Sent lines that no hub has heard of yet. */
  readonly waiting?: readonly LineId[];
  /** Opens what else can be done with a sent line; absent where nothing can. */
  readonly onMore?: (line: OrderLine) => void;
}

/** The lines of an order by sending, each with where it is. */
export function BillLines({
  order,
  settings,
  onQuantity,
  onRemove,
  onServe,
  waiting = [],
  onMore,
}: BillLinesProps) {
  const rounds = [...new Set(order.lines.map(({ round }) => round))].toSorted((a, b) => a - b);
  const sentFirst = [
    ...rounds.filter((round) => round > 0),
    ...rounds.filter((round) => round === 0),
  ];
  return (
    <div>
      {sentFirst.map((round) => {
        const lines = order.lines.filter((line) => line.round === round);
        const title = titleOf(round, lines, { settings, waiting });
        return (
          <section key={round} aria-label={title} className="px-4 pt-3">
            <h3 className="pb-1 text-xs font-bold tracking-wide text-ink-soft uppercase">
              {title}
            </h3>
            <ul>
              {lines.map((line) => (
                <li
                  key={line.lineId}
                  data-line={line.lineId}
                  className="flex items-start gap-3 border-b border-line py-2 last:border-0"
                >
                  {line.status === 'draft' && (
                    <Stepper
                      value={line.quantity}
                      label={line.name}
                      onChange={(quantity) => onQuantity(line, quantity)}
                      onRemove={() => onRemove(line)}
                    />
                  )}
                  <div className={clsx('min-w-0 grow', line.status === 'draft' && 'self-center')}>
                    <LineText line={line} />
                    {line.status !== 'draft' && (
                      <div className="flex min-h-8 flex-wrap items-center gap-2 pt-1">
                        <LineStatusMark
                          status={waiting.includes(line.lineId) ? 'waiting' : line.status}
                          since={since(line, settings)}
                        />
                        {line.voidReason && (
                          <span className="text-sm text-ink-soft">{line.voidReason}</span>
                        )}
                      </div>
                    )}
                  </div>
                  <div
                    className={clsx(
                      'grid justify-items-end gap-1',
                      line.status === 'draft' && 'self-center',
                    )}
                  >
                    <span
                      className={clsx(
                        'pt-0.5',
                        line.status === 'voided' && 'line-through opacity-60',
                      )}
                    >
                      {formatMoney(lineGross(line), settings)}
                    </span>
                    {line.status === 'ready' && (
                      <Button className="!min-h-11" onClick={() => onServe([line.lineId])}>
                        Serve
                      </Button>
                    )}
                    {onMore && canVoid(line) && (
                      <button
                        type="button"
                        className="min-h-11 px-2 text-sm text-ink-soft underline-offset-4 hover:underline"
                        onClick={() => onMore(line)}
                      >
                        Void …
                      </button>
                    )}
                  </div>
                </li>
              ))}
            </ul>
          </section>
        );
      })}
    </div>
  );
}

export function LineText({ line }: { line: OrderLine }) {
  const isVoid = line.status === 'voided';
  return (
    <div className={clsx(isVoid && 'line-through opacity-60')}>
      <span className="font-semibold">
        {line.quantity > 1 && line.status !== 'draft' && (
          <span className="text-accent">{line.quantity} × </span>
        )}
        {line.name}
        {line.variantName && <span className="font-normal"> · {line.variantName}</span>}
      </span>
      {line.options.length > 0 && (
        <div className="text-sm text-ink-soft">
          {line.options.map(({ name }) => name).join(', ')}
        </div>
      )}
      {line.note && <div className="text-sm font-medium text-cooking">“{line.note}”</div>}
    </div>
  );
}

function titleOf(
  round: number,
  lines: readonly OrderLine[],
  { settings, waiting }: { settings: Settings; waiting: readonly LineId[] },
): string {
  const sentAt = lines[0]?.at.sent;
  const time = sentAt === undefined ? '' : formatClock(sentAt, settings);
  if (round === 0) return t('notSentYet');
  if (lines.every(({ lineId }) => waiting.includes(lineId))) return t('roundWaits', { time });
  return round === 1 ? t('firstRound', { time }) : t('addOn', { time });
}

function since(line: OrderLine, settings: Settings): string {
  const at = line.at[line.status];
  return at === undefined ? '' : formatClock(at, settings);
}

function canVoid({ status }: OrderLine): boolean {
  return status !== 'draft' && status !== 'voided';
}
