import { useState } from 'react';
import type { OrderId, TableId } from '@fynlo/domain';
import { join, openBrowserClient, rememberedSession, takeJoinCode } from '@fynlo/client/browser';
import {
  ClientProvider,
  useClient,
  useDeviceName,
  useRollBacks,
  useSettings,
  useStatus,
} from '@fynlo/client/react';
import { ConnectionBar, DeviceGate, RollBackList } from '@fynlo/ui/components';
import { OrderPage } from '../order/order-page.tsx';
import { ReadyAlert } from '../tables/ready-alert.tsx';
import { TablesPage } from '../tables/tables-page.tsx';

const kind = 'phone';

/** Where the waiter is. A phone has one screen at a time and a way back. */
export type Place =
  | { readonly at: 'tables' }
  | { readonly at: 'table'; readonly tableId: TableId }
  | { readonly at: 'order'; readonly orderId: OrderId };

export function PhoneApp() {
  return (
    <DeviceGate
      what="this phone"
      suggestedName="Phone"
      remembered={() => rememberedSession(kind)}
      takeCode={takeJoinCode}
      join={(code, name) => join({ code, name, kind })}
      open={openPhone}
    >
      {(client) => (
        <ClientProvider client={client}>
          <PhoneFrame />
        </ClientProvider>
      )}
    </DeviceGate>
  );
}

function openPhone(session: NonNullable<ReturnType<typeof rememberedSession>>) {
  return openBrowserClient({ session, build: 'fynlo-phone 0.1.0' });
}

function PhoneFrame() {
  const client = useClient();
  const status = useStatus();
  const settings = useSettings();
  const name = useDeviceName(client.deviceId);
  const { items, dismiss } = useRollBacks();
  const [place, setPlace] = useState<Place>({ at: 'tables' });
  return (
    <div className="flex h-dvh flex-col">
      <RollBackList
        items={items.map((item) => ({
          key: `${item.at}-${item.refusal.refused}`,
          because: item.refusal.because,
          onDismiss: () => dismiss(item),
        }))}
      />
      {place.at === 'tables' ? (
        <TablesPage onOpen={setPlace} />
      ) : (
        <OrderPage key={'tableId' in place ? place.tableId : place.orderId} place={place} onBack={() => setPlace({ at: 'tables' })} />
      )}
      <ReadyAlert onOpen={setPlace} />
      <ConnectionBar
        seen={status}
        settings={settings}
        deviceName={name}
        onTryNow={() => client.reconnectNow()}
      />
    </div>
  );
}
