import { useEffect, useState, useSyncExternalStore } from 'react';
import type { OrderId, TableId } from '@fynlo/domain';
import { useDevice, type OpenDevice } from '@fynlo/client/device';
import {
  ClientProvider,
  useClient,
  useRollBacks,
  useSettings,
  useStatus,
} from '@fynlo/client/react';
import {
  ConnectionBar,
  DeviceGate,
  RollBackList,
  Skeleton,
  useConnectionState,
} from '@fynlo/ui/components';
import { OrderPage } from '../order/order-page.tsx';
import { ReadyAlert } from '../tables/ready-alert.tsx';
import { TablesPage } from '../tables/tables-page.tsx';
import { aboutThisPhone } from './about-this-phone.ts';
import type { KeptApp } from './kept-app.ts';
import { NewerNote } from './newer-note.tsx';

const suggestedName = 'Phone';
const version = import.meta.env['VITE_FYNLO_VERSION'] as string;

/** Where the waiter is. A phone has one screen at a time and a way back. */
export type Place =
  | { readonly at: 'tables' }
  | { readonly at: 'table'; readonly tableId: TableId }
  | { readonly at: 'order'; readonly orderId: OrderId };

export function PhoneApp({ kept }: { kept: KeptApp }) {
  const device = useDevice({ app: 'phone', build: `fynlo-phone ${version}`, suggestedName });
  return (
    <DeviceGate device={device} what="this phone" suggestedName={suggestedName}>
      {(open) => (
        <ClientProvider client={open.client}>
          <PhoneFrame device={open} kept={kept} />
        </ClientProvider>
      )}
    </DeviceGate>
  );
}

function PhoneFrame({ device, kept }: { device: OpenDevice; kept: KeptApp }) {
  const client = useClient();
  const status = useStatus();
  const settings = useSettings();
  const { rollBacks, dismiss } = useRollBacks();
  const [place, setPlace] = useState<Place>({ at: 'tables' });
  const [isLeaving, setLeaving] = useState(false);
  const isAway = useConnectionState(status) === 'away';
  const keeping = useSyncExternalStore(kept.listen, kept.read);
  const isStorageSafe = useAnswer(device.isStorageSafe);
  useLookForNewer(kept, status.connection === 'CONNECTED');
  if (isLeaving) return <Skeleton />;

  const letNewerIn = async () => {
    setLeaving(true);
    // Stores what was tapped a moment ago. From here on nothing can be tapped.
    await client.close();
    await kept.letNewerIn();
    location.reload();
  };
  return (
    <div className="flex h-dvh flex-col">
      <RollBackList
        items={rollBacks.map((item) => ({
          key: `${item.at}-${item.refusal.refused}`,
          because: item.refusal.because,
          onDismiss: () => dismiss(item),
        }))}
      />
      {place.at === 'tables' ? (
        <TablesPage isAway={isAway} onOpen={setPlace} />
      ) : (
        <OrderPage
          key={'tableId' in place ? place.tableId : place.orderId}
          place={place}
          isAway={isAway}
          onBack={() => setPlace({ at: 'tables' })}
        />
      )}
      <ReadyAlert onOpen={setPlace} />
      {/* Never in the middle of an order: a half-made choice would be gone. */}
      {keeping.isNewerReady && place.at === 'tables' && (
        <NewerNote onUse={() => void letNewerIn()} />
      )}
      <ConnectionBar
        seen={status}
        settings={settings}
        deviceName={device.session.name}
        onTryNow={() => client.reconnectNow()}
        onJoinAgain={device.joinAgain}
        {...aboutThisPhone({ version, keeping, isStorageSafe })}
      />
    </div>
  );
}

/** A hub that was updated was away for it. So whenever it is back, it may have a newer app. */
function useLookForNewer(kept: KeptApp, isConnected: boolean): void {
  useEffect(() => {
    if (isConnected) void kept.lookForNewer();
  }, [kept, isConnected]);
}

/** What a promise answers; null until it does. */
function useAnswer<T>(promise: Promise<T>): T | null {
  const [answer, setAnswer] = useState<T | null>(null);
  useEffect(() => {
    let isGone = false;
    void promise.then((value) => !isGone && setAnswer(value));
    return () => {
      isGone = true;
    };
  }, [promise]);
  return answer;
}
