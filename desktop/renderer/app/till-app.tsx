import { useState } from 'react';
import type { OrderId, TableId } from '@fynlo/domain';
import { useDevice, type OpenDevice } from '@fynlo/client/device';
import {
  ClientProvider,
  useClient,
  useRollBacks,
  useSettings,
  useStatus,
} from '@fynlo/client/react';
import { ConnectionBar, DeviceGate, RollBackList } from '@fynlo/ui/components';
import type { Role } from '@fynlo/domain/device';
import { BookOpen, DatabaseBackup, LayoutGrid, Smartphone } from 'lucide-react';
import { clsx } from 'clsx';
import { BackupsScreen } from '../backups/backups-screen.tsx';
import { HubNotice } from '../backups/hub-notice.tsx';
import { AddDeviceSheet } from '../devices/add-device-sheet.tsx';
import { MenuScreen } from '../menu/menu-screen.tsx';
import { FloorScreen } from '../till/floor-screen.tsx';
import { OrderScreen } from '../till/order-screen.tsx';
import { buildName } from './build-name.ts';
import { go, usePath } from './router.ts';

const suggestedName = 'Till';

export function TillApp() {
  const device = useDevice({ app: 'till', build: buildName, suggestedName });
  return (
    <DeviceGate device={device} what="this till" suggestedName={suggestedName}>
      {({ client, session, joinAgain }) => (
        <ClientProvider client={client}>
          <TillFrame
            token={session.token}
            name={session.name}
            role={session.role}
            joinAgain={joinAgain}
          />
        </ClientProvider>
      )}
    </DeviceGate>
  );
}

function TillFrame({
  token,
  name,
  role,
  joinAgain,
}: {
  token: string;
  name: string;
  role: Role;
  joinAgain: OpenDevice['joinAgain'];
}) {
  const client = useClient();
  const status = useStatus();
  const settings = useSettings();
  const { rollBacks, dismiss } = useRollBacks();
  const [isAdding, setAdding] = useState(false);
  const path = usePath();
  const isMenu = path.startsWith('/menu');
  const isBackups = path.startsWith('/backups');
  const isManager = role === 'manager';
  return (
    <div className="flex h-full flex-col">
      <header className="flex min-h-14 shrink-0 items-center gap-1 border-b border-line bg-surface px-3">
        <button
          type="button"
          className="mr-3 min-h-12 truncate text-left text-lg font-bold"
          onClick={() => go('/till')}
        >
          {settings?.name ?? 'Fynlo'}
        </button>
        <nav aria-label="Screens" className="ml-auto flex gap-1">
          <Tab
            icon={LayoutGrid}
            label="Floor"
            isCurrent={!isMenu && !isBackups}
            onTap={() => go('/till')}
          />
          <Tab icon={BookOpen} label="Menu" isCurrent={isMenu} onTap={() => go('/menu')} />
          {isManager && (
            <Tab
              icon={DatabaseBackup}
              label="Backups"
              isCurrent={isBackups}
              onTap={() => go('/backups')}
            />
          )}
          <Tab
            icon={Smartphone}
            label="Add a device"
            isCurrent={false}
            onTap={() => setAdding(true)}
          />
        </nav>
      </header>
      <RollBackList
        items={rollBacks.map((item) => ({
          key: `${item.at}-${item.refusal.refused}`,
          because: item.refusal.because,
          onDismiss: () => dismiss(item),
        }))}
      />
      <main className="flex min-h-0 grow flex-col">{screenAt(path, token)}</main>
      {isManager && !isBackups && <HubNotice onOpen={() => go('/backups')} />}
      <ConnectionBar
        seen={status}
        settings={settings}
        deviceName={name}
        onTryNow={() => client.reconnectNow()}
        onJoinAgain={joinAgain}
      />
      {isAdding && <AddDeviceSheet token={token} onClose={() => setAdding(false)} />}
    </div>
  );
}

function screenAt(path: string, token: string) {
  if (path.startsWith('/menu')) return <MenuScreen token={token} />;
  if (path.startsWith('/backups')) return <BackupsScreen token={token} />;
  const [, , what, id = ''] = path.split('/').map(decodeURIComponent);
  if (what === 'table') return <OrderScreen key={path} at={{ tableId: id as TableId }} />;
  if (what === 'order') return <OrderScreen key={path} at={{ orderId: id as OrderId }} />;
  if (what === 'takeaway') return <OrderScreen key={path} at={{ takeaway: true }} />;
  return <FloorScreen />;
}

function Tab({
  icon: Icon,
  label,
  isCurrent,
  onTap,
}: {
  icon: typeof BookOpen;
  label: string;
  isCurrent: boolean;
  onTap: () => void;
}) {
  return (
    <button
      type="button"
      onClick={onTap}
      aria-current={isCurrent ? 'page' : undefined}
      aria-label={label}
      className={clsx(
        'flex min-h-12 min-w-12 items-center justify-center gap-2 rounded-xl px-3 font-semibold',
        isCurrent ? 'bg-accent-wash text-accent' : 'text-ink-soft hover:bg-sunken',
      )}
    >
      <Icon aria-hidden size={19} />
      <span className="hidden md:inline">{label}</span>
    </button>
  );
}
