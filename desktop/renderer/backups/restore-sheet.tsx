import { useState, type ReactNode } from 'react';
import type { BackupInfo, RestoreRequest, RestoreResponse } from '@fynlo/protocol/wire';
import type { Settings } from '@fynlo/domain/settings';
import { useClient, useStatus } from '@fynlo/client/react';
import { Button, Sheet } from '@fynlo/ui/components';
import { formatMoment } from '@fynlo/ui/format';
import { CircleCheck, Hourglass, TriangleAlert } from 'lucide-react';
import { callHub } from '../app/call-hub.ts';

type Step =
  | { readonly is: 'asking' }
  | { readonly is: 'checking' }
  | { readonly is: 'failed'; readonly because: string }
  /** The hub has said yes and starts again with another history. */
  | { readonly is: 'put-back'; readonly historyId: string; readonly series: string };

/** See what would be lost, say it is meant, and watch the restaurant come back. */
export function RestoreSheet({
  token,
  backup,
  settings,
  onClose,
}: {
  token: string;
  backup: BackupInfo;
  settings: Settings;
  onClose: () => void;
}) {
  const [step, setStep] = useState<Step>({ is: 'asking' });
  const [typed, setTyped] = useState('');
  const client = useClient();
  const status = useStatus();
  const name = backup.restaurant || 'Fynlo';
  const isSure = typed.trim().toLowerCase() === name.trim().toLowerCase();
  const isBack =
    step.is === 'put-back' && status.current && client.position()?.historyId === step.historyId;

  const putBack = async () => {
    setStep({ is: 'checking' });
    const request: RestoreRequest = { id: backup.id, restaurant: typed };
    const answer = await callHub<RestoreResponse>(token, '/api/v1/backups/restores', request);
    setStep(
      'because' in answer
        ? { is: 'failed', because: answer.because }
        : { is: 'put-back', historyId: answer.historyId, series: answer.series },
    );
  };

  return (
    <Sheet
      title="Put this backup back"
      onClose={onClose}
      footer={
        step.is === 'asking' || step.is === 'failed' ? (
          <Button look="danger" wide disabled={!isSure} onClick={() => void putBack()}>
            Put it back and lose the rest
          </Button>
        ) : isBack ? (
          <Button look="primary" wide onClick={onClose}>
            Done
          </Button>
        ) : undefined
      }
    >
      {(step.is === 'asking' || step.is === 'failed') && (
        <>
          {step.is === 'failed' && (
            <p role="alert" className="mb-3 rounded-xl bg-late-wash px-4 py-3 text-late">
              {step.because}
            </p>
          )}
          <Loss backup={backup} settings={settings} />
          <label className="block pt-4 font-medium">
            Type <b>{name}</b> to go on
            <input
              className="mt-1 min-h-14 w-full rounded-xl border border-line bg-surface px-4 text-ink"
              autoComplete="off"
              value={typed}
              onChange={(event) => setTyped(event.target.value)}
            />
          </label>
        </>
      )}
      {step.is === 'checking' && <Working>Checking the backup. Orders go on meanwhile.</Working>}
      {step.is === 'put-back' && !isBack && (
        <Working>The backup is good. The hub starts again.</Working>
      )}
      {step.is === 'put-back' && isBack && (
        <output className="grid gap-2 py-6">
          <p className="flex items-center gap-3 text-lg font-semibold text-ready">
            <CircleCheck aria-hidden /> The backup is in use.
          </p>
          <p className="text-ink-soft">
            Devices come back by themselves. New orders carry the letter{' '}
            <b className="text-ink">{step.series}</b> until the end of the day, so that none is
            mistaken for one that is on paper already.
          </p>
        </output>
      )}
    </Sheet>
  );
}

function Loss({ backup, settings }: { backup: BackupInfo; settings: Settings }) {
  const { upTo, after, madeAt } = backup;
  const moment = formatMoment(upTo ?? madeAt, settings);
  return (
    <div className="grid gap-3">
      <p className="flex gap-3 rounded-2xl bg-late-wash p-4 text-late">
        <TriangleAlert aria-hidden size={20} className="mt-0.5 shrink-0" />
        <span>
          <b>Everything after {moment} will be gone from every screen</b>
          {after === null ? '. This backup is of another history than the present one.' : of(after)}
        </span>
      </p>
      <ul className="list-disc space-y-1 pl-5 text-ink-soft">
        <li>The present database is set aside on the hub’s computer and never deleted.</li>
        <li>Devices come back by themselves and send what they still hold.</li>
        <li>A device that joined after the backup has to join again.</li>
      </ul>
    </div>
  );
}

function of({ orders, changes }: NonNullable<BackupInfo['after']>): string {
  if (changes === 0) return ': nothing has happened since.';
  const opened = orders === 1 ? '1 order was' : `${orders} orders were`;
  return `: ${opened} opened since, and ${changes} things happened in all.`;
}

function Working({ children }: { children: ReactNode }) {
  return (
    <output className="flex items-center gap-3 py-10 font-medium">
      <Hourglass aria-hidden className="shrink-0 text-ink-soft" />
      {children}
    </output>
  );
}
