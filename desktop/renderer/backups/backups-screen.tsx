import { useState, type ReactNode } from 'react';
import type { BackupInfo, BackupsInfo } from '@fynlo/protocol/wire';
import type { Settings } from '@fynlo/domain/settings';
import { useSettings } from '@fynlo/client/react';
import { Button, EmptyState, Skeleton, useNow } from '@fynlo/ui/components';
import { formatBytes, formatMoment } from '@fynlo/ui/format';
import {
  CircleCheck,
  DatabaseBackup,
  FolderSync,
  HardDrive,
  History,
  ShieldCheck,
  TriangleAlert,
  Usb,
  type LucideIcon,
} from 'lucide-react';
import { FolderSheet } from './folder-sheet.tsx';
import { RestoreSheet } from './restore-sheet.tsx';
import { useBackups, type BackupsSeen } from './use-backups.ts';

/** Whether the restaurant could be brought back, from when, and how. For managers. */
export function BackupsScreen({ token }: { token: string }) {
  const backups = useBackups(token);
  const settings = useSettings();
  const [isChoosingFolder, setChoosingFolder] = useState(false);
  const [restoring, setRestoring] = useState<BackupInfo>();
  const { info, problem } = backups;
  if (!settings || !info) return <Skeleton />;
  const isWorking = backups.isBusy || info.busy !== null;
  return (
    <div className="min-h-0 grow overflow-y-auto">
      <div className="mx-auto max-w-5xl p-4">
        <header className="flex flex-wrap items-center gap-2 pb-4">
          <div className="grow">
            <h1 className="text-2xl font-bold">Backups</h1>
            <p className="text-ink-soft">{describeSchedule(info)}</p>
          </div>
          <Button look="primary" disabled={isWorking} onClick={() => void backups.backUp()}>
            <DatabaseBackup aria-hidden size={18} />
            {isWorking ? doing[info.busy ?? 'backup'] : 'Back up now'}
          </Button>
        </header>
        <Warnings info={info} problem={problem} settings={settings} />
        <Cards
          info={info}
          settings={settings}
          backups={backups}
          isWorking={isWorking}
          onChooseFolder={() => setChoosingFolder(true)}
        />
        <BackupList info={info} settings={settings} onChoose={setRestoring} />
      </div>
      {isChoosingFolder && (
        <FolderSheet
          folder={info.secondFolder}
          onChoose={backups.chooseFolder}
          onClose={() => setChoosingFolder(false)}
        />
      )}
      {restoring && (
        <RestoreSheet
          token={token}
          backup={restoring}
          settings={settings}
          onClose={() => setRestoring(undefined)}
        />
      )}
    </div>
  );
}

const tellRestoreMs = 2 * 24 * 3_600_000;
const doing = { backup: 'Backing up …', check: 'Checking …', restore: 'Putting back …' };

function describeSchedule({ everyMinutes }: BackupsInfo): string {
  if (everyMinutes === 0) return 'Made only when you ask for one.';
  const often = everyMinutes === 60 ? 'Every hour' : `Every ${everyMinutes} minutes`;
  return `${often} in which something changed, and at the end of the day.`;
}

function Warnings({
  info,
  problem,
  settings,
}: {
  info: BackupsInfo;
  problem: string | null;
  settings: Settings;
}) {
  const newest = info.items.find(({ isReadable, after }) => isReadable && after !== null);
  return (
    <div className="grid gap-2 empty:hidden [&:not(:empty)]:pb-4">
      {info.check?.problem && (
        <Warning title="The database is damaged">
          {sentence(info.check.problem)} Orders go on, but no good backup can be made any more.{' '}
          {newest
            ? `After service, put back the one of ${formatMoment(newest.upTo ?? newest.madeAt, settings)}; what came after it must then be entered again.`
            : 'There is none to put back: keep a copy of the folder and ask for help.'}
        </Warning>
      )}
      {(problem ?? info.problem) && (
        <Warning title="A backup is missing">{problem ?? info.problem}</Warning>
      )}
      {info.check?.oddity && (
        <Warning title="Something odd in the books">
          {sentence(info.check.oddity)} The database itself is in order.
        </Warning>
      )}
    </div>
  );
}

/** `Event 2 (…): it is not what was written.` */
function sentence(finding: string): string {
  return `${finding.slice(0, 1).toUpperCase()}${finding.slice(1)}.`;
}

function Warning({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section role="alert" className="flex gap-3 rounded-2xl bg-late-wash p-4 text-late">
      <TriangleAlert aria-hidden size={20} className="mt-0.5 shrink-0" />
      <div>
        <h2 className="font-bold">{title}</h2>
        <p className="[overflow-wrap:anywhere]">{children}</p>
      </div>
    </section>
  );
}

function Cards({
  info,
  settings,
  backups,
  isWorking,
  onChooseFolder,
}: {
  info: BackupsInfo;
  settings: Settings;
  backups: BackupsSeen;
  isWorking: boolean;
  onChooseFolder: () => void;
}) {
  const { restored, secondFolder, check, folder } = info;
  const now = useNow(60_000);
  return (
    <ul className="grid gap-3 pb-6 md:grid-cols-3">
      <Card icon={HardDrive} title="On the hub’s computer" detail={folder}>
        {info.items.filter(({ isSecondCopy }) => !isSecondCopy).length} kept
      </Card>
      <Card
        icon={Usb}
        title="Second copy"
        detail={secondFolder ?? 'A stick that is taken home survives a fire and a thief.'}
        action={secondFolder === null ? 'Choose a folder' : 'Change'}
        onAct={onChooseFolder}
      >
        {secondFolder === null ? 'None' : 'In another folder'}
      </Card>
      <Card
        icon={ShieldCheck}
        title="Whole database"
        detail={
          check === null
            ? 'Checked once a day when it is quiet.'
            : `Checked ${formatMoment(check.at, settings)}.`
        }
        action="Check now"
        isDisabled={isWorking}
        onAct={() => void backups.checkAll()}
      >
        {check === null ? 'Not checked yet' : check.problem === null ? 'In order' : 'Damaged'}
      </Card>
      {restored && now - restored.at < tellRestoreMs && (
        <li className="flex gap-3 rounded-2xl bg-sent-wash p-4 text-sent md:col-span-3">
          <History aria-hidden size={20} className="mt-0.5 shrink-0" />
          <p>
            On {formatMoment(restored.at, settings)} a backup up to{' '}
            {formatMoment(restored.upTo, settings)} was put back. Orders of that day carry the
            letter <b>{restored.series}</b>.
          </p>
        </li>
      )}
    </ul>
  );
}

function Card({
  icon: Icon,
  title,
  detail,
  action,
  isDisabled = false,
  onAct,
  children,
}: {
  icon: LucideIcon;
  title: string;
  detail: string;
  action?: string;
  isDisabled?: boolean;
  onAct?: () => void;
  children: ReactNode;
}) {
  return (
    <li className="flex flex-col gap-1 rounded-2xl border border-line bg-surface p-4">
      <h2 className="flex items-center gap-2 text-sm font-semibold text-ink-soft">
        <Icon aria-hidden size={17} /> {title}
      </h2>
      <p className="text-lg font-bold">{children}</p>
      <p className="grow text-sm text-ink-soft [overflow-wrap:anywhere]">{detail}</p>
      {action && (
        <Button className="mt-2 self-start" disabled={isDisabled} onClick={onAct}>
          {action}
        </Button>
      )}
    </li>
  );
}

function BackupList({
  info,
  settings,
  onChoose,
}: {
  info: BackupsInfo;
  settings: Settings;
  onChoose: (backup: BackupInfo) => void;
}) {
  if (info.items.length === 0) {
    return (
      <EmptyState icon={FolderSync} title="No backup yet">
        Tap “Back up now” to make the first one. From then on the hub makes them by itself.
      </EmptyState>
    );
  }
  return (
    <ul
      aria-label="Backups, newest first"
      className="divide-y divide-line rounded-2xl border border-line bg-surface"
    >
      {info.items.map((backup) => (
        <BackupRow key={backup.id} backup={backup} settings={settings} onChoose={onChoose} />
      ))}
    </ul>
  );
}

function BackupRow({
  backup,
  settings,
  onChoose,
}: {
  backup: BackupInfo;
  settings: Settings;
  onChoose: (backup: BackupInfo) => void;
}) {
  const { isReadable, isSecondCopy, orders, bytes, file, madeAt } = backup;
  const facts = [
    isReadable ? (orders === 1 ? '1 order' : `${orders} orders`) : null,
    formatBytes(bytes, settings.locale),
    isSecondCopy ? 'second copy' : null,
  ].filter((fact) => fact !== null);
  return (
    <li data-backup={file} className="flex flex-wrap items-center gap-x-4 gap-y-1 py-2 pr-2 pl-4">
      <div className="min-w-0 grow">
        <p className="font-semibold">{formatMoment(madeAt, settings)}</p>
        <p className="text-sm text-ink-soft">{facts.join(' · ')}</p>
      </div>
      {isReadable ? (
        <span className="inline-flex items-center gap-1 rounded-full bg-ready-wash px-2 py-0.5 text-xs font-semibold text-ready">
          <CircleCheck aria-hidden size={13} /> Checked
        </span>
      ) : (
        <span className="inline-flex items-center gap-1 rounded-full bg-late-wash px-2 py-0.5 text-xs font-semibold text-late">
          <TriangleAlert aria-hidden size={13} /> Cannot be read
        </span>
      )}
      <Button disabled={!isReadable} onClick={() => onChoose(backup)}>
        Put back …
      </Button>
    </li>
  );
}
