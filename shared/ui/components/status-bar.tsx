import { useState } from 'react';
import { CloudOff, CircleAlert, Info, RefreshCw, Wifi } from 'lucide-react';
import { clsx } from 'clsx';
import { t } from '../words/index.ts';
import { Button } from './button.tsx';

export interface StatusBarProps {
  readonly state: 'online' | 'connecting' | 'catching-up' | 'away' | 'not-joined';
  readonly unsent: number;
  /** `20:14`: since when the hub has not been heard; null when it was not heard at all. */
  readonly awaySince: string | null;
  /** A sentence about what only a person can mend. */
  readonly problem: string | null;
  /** What a person can do about it. */
  readonly action: string;
  readonly onAct: () => void;
  readonly details?: readonly (readonly [string, string])[];
  /** Sentences below the details, about what is so and not wrong. */
  readonly notes?: readonly string[];
}

/** The quiet bar at the bottom: it informs and never interrupts. Details come on a tap. */
export function StatusBar({
  state,
  unsent,
  awaySince,
  problem,
  action,
  onAct,
  details = [],
  notes = [],
}: StatusBarProps) {
  const [isOpen, setOpen] = useState(false);
  const isAway = state === 'away';
  const Icon = isAway || state === 'not-joined' ? CloudOff : Wifi;
  const text = {
    online: t('online'),
    connecting: t('connecting'),
    'catching-up': t('catchingUp'),
    'not-joined': t('notJoined'),
    away: awaySince === null ? t('awayFromStart') : t('away', { time: awaySince }),
  }[state];
  return (
    <section
      aria-label="Connection"
      data-connection={state}
      className={clsx(
        'shrink-0 border-t text-sm',
        isAway || problem
          ? 'border-cooking bg-cooking-wash text-cooking'
          : 'border-line bg-surface text-ink-soft',
      )}
    >
      {isOpen && (
        <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 px-4 pt-3">
          {details.map(([name, value]) => (
            <div key={name} className="contents">
              <dt>{name}</dt>
              <dd className="text-ink">{value}</dd>
            </div>
          ))}
        </dl>
      )}
      {isOpen &&
        notes.map((note) => (
          <p key={note} className="flex gap-2 px-4 pt-2 text-ink-soft">
            <Info aria-hidden size={16} className="mt-0.5 shrink-0" /> {note}
          </p>
        ))}
      {problem && (
        <p className="flex items-center gap-2 px-4 pt-2 font-medium">
          <CircleAlert aria-hidden size={16} className="shrink-0" /> {problem}
        </p>
      )}
      <div className="flex min-h-11 items-center gap-3 pr-1 pl-4">
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
          className="flex min-h-11 grow items-center gap-2 text-left"
        >
          <Icon aria-hidden size={16} className="shrink-0" />
          <span className="flex flex-wrap gap-x-1.5">
            <span className="font-medium">{text}</span>
            {unsent > 0 && <span data-unsent={unsent}>· {t('unsent', { count: unsent })}</span>}
          </span>
        </button>
        {(isAway || problem) && (
          <Button
            look="quiet"
            className="!min-h-11 shrink-0 !px-3 text-sm whitespace-nowrap"
            onClick={onAct}
          >
            <RefreshCw aria-hidden size={15} /> {action}
          </Button>
        )}
      </div>
    </section>
  );
}
