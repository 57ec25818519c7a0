import type { LineStatus } from '@fynlo/domain/order';
import {
  Ban,
  Check,
  CheckCheck,
  ChefHat,
  CloudUpload,
  Flame,
  PencilLine,
  Send,
  type LucideIcon,
} from 'lucide-react';
import { clsx } from 'clsx';
import { t } from '../words/index.ts';

/** `waiting`: said on this device, and the hub has not heard it. */
export type ShownStatus = LineStatus | 'waiting';

const marks: Record<ShownStatus, { icon: LucideIcon; tone: string }> = {
  draft: { icon: PencilLine, tone: 'bg-quiet-wash text-quiet' },
  sent: { icon: Send, tone: 'bg-sent-wash text-sent' },
  shown: { icon: ChefHat, tone: 'bg-sent-wash text-sent' },
  started: { icon: Flame, tone: 'bg-cooking-wash text-cooking' },
  ready: { icon: Check, tone: 'bg-ready-wash text-ready' },
  served: { icon: CheckCheck, tone: 'bg-quiet-wash text-quiet' },
  voided: { icon: Ban, tone: 'bg-late-wash text-late' },
  waiting: { icon: CloudUpload, tone: 'bg-cooking-wash text-cooking' },
};

/** Where a line is, by shape, word and colour together. */
export function LineStatusMark({ status, since }: { status: ShownStatus; since?: string }) {
  const { icon: Icon, tone } = marks[status];
  return (
    <span
      data-status={status}
      className={clsx(
        'inline-flex items-center gap-1 rounded-full px-2 py-0.5 text-xs font-semibold whitespace-nowrap',
        tone,
      )}
    >
      <Icon aria-hidden size={13} strokeWidth={2.5} />
      {t(status)}
      {since && <span className="font-normal">{since}</span>}
    </span>
  );
}
