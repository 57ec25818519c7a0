import { useEffect, useState } from 'react';
import type { StationId } from '@fynlo/domain';
import { useDevice } from '@fynlo/client/device';
import { ClientProvider } from '@fynlo/client/react';
import { DeviceGate } from '@fynlo/ui/components';
import { buildName } from '../app/build-name.ts';
import { KitchenScreen } from './kitchen-screen.tsx';

const suggestedName = 'Kitchen screen';
/** What a screen needs beside the orders of its own station. */
const others = ['menu.*', 'floor.*', 'table.*', 'settings.*', 'device.*'];

/** `/kitchen` shows every station, `/kitchen?station=bar` one. */
export function KitchenApp() {
  const [station] = useState(
    () => new URLSearchParams(location.search).get('station') as StationId | null,
  );
  useEffect(() => {
    // Dark by default: a kitchen is dim and the screen is on all evening.
    const root = document.documentElement;
    root.dataset['theme'] ??= new URLSearchParams(location.search).get('theme') ?? 'dark';
  }, []);
  const device = useDevice({
    app: 'kitchen',
    build: buildName,
    suggestedName,
    ...(station !== null && { subscribe: [`station:${station}`, ...others] }),
  });
  return (
    <DeviceGate device={device} what="this kitchen screen" suggestedName={suggestedName}>
      {({ client, session, joinAgain }) => (
        <ClientProvider client={client}>
          <KitchenScreen station={station} name={session.name} joinAgain={joinAgain} />
        </ClientProvider>
      )}
    </DeviceGate>
  );
}
