import { useState } from 'react';
import type { OrderId, TableId } from '@fynlo/domain';
import { joinAgain, useDevice } from '@fynlo/client/device';
import {
  ClientProvider,
  useClient,
  useRollBacks,
  useSettings,
  useStatus,
} from '@fynlo/client/react';
import { ConnectionBar, DeviceGate, RollBackList } from '@fynlo/ui/components';
import { OrderPage } from '../order/order-page.tsx';
import { ReadyAlert } from '../tables/ready-alert.tsx';
import { TablesPage } from '../tables/tables-page.tsx';

const suggestedName = 'Phone';

/** Where the waiter is. A phone has one screen at a time and a way back. */
export type Place =
  | { readonly at: 'tables' }
  | { readonly at: 'table'; readonly tableId: TableId }
  | { readonly at: 'order'; readonly orderId: OrderId };

export function PhoneApp() {
  const device = useDevice({ app: 'phone', build: 'fynlo-phone 0.1.0', suggestedName });
  return (
    <DeviceGate device={device} what="this phone" suggestedName={suggestedName}>
      {({ client, session }) => (
        <ClientProvider client={client}>
          <PhoneFrame name={session.name} />
        </ClientProvider>
      )}
    </DeviceGate>
  );
}

function PhoneFrame({ name }: { name: string }) {
  const client = useClient();
  const status = useStatus();
  const settings = useSettings();
  const { rollBacks, dismiss } = useRollBacks();
  const [place, setPlace] = useState<Place>({ at: 'tables' });
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
        <TablesPage onOpen={setPlace} />
      ) : (
        <OrderPage
          key={'tableId' in place ? place.tableId : place.orderId}
          place={place}
          onBack={() => setPlace({ at: 'tables' })}
        />
      )}
      <ReadyAlert onOpen={setPlace} />
      <ConnectionBar
        seen={status}
        settings={settings}
        deviceName={name}
        onTryNow={() => client.reconnectNow()}
        onJoinAgain={() => joinAgain('phone')}
      />
    </div>
  );
}
