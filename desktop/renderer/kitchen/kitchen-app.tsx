import { useEffect, useState } from 'react';
import type { StationId } from '@fynlo/domain';
import { openBrowserClient, rememberedSession, takeJoinCode, join } from '@fynlo/client/browser';
import { ClientProvider } from '@fynlo/client/react';
import { DeviceGate } from '@fynlo/ui/components';
import { buildName } from '../app/build-name.ts';
import { KitchenScreen } from './kitchen-screen.tsx';

const kind = 'kitchen';
const pingIntervalMs = 1_000;
/** A screen that cannot reach its hub has to say so within three seconds. */
const silenceMs = 2_500;

/** `/kitchen` shows every station, `/kitchen?station=bar` one. */
export function KitchenApp() {
  const [station] = useState(
    () => new URLSearchParams(location.search).get('station') as StationId | null,
  );
  useEffect(() => {
    // Dark by default: a kitchen is dim and the screen is on all evening.
    document.documentElement.dataset['theme'] ??= localStorage.getItem('fynlo.kitchen.theme') ?? 'dark';
  }, []);
  return (
    <DeviceGate
      what="this kitchen screen"
      suggestedName="Kitchen screen"
      remembered={() => rememberedSession(kind)}
      takeCode={takeJoinCode}
      join={(code, name) => join({ code, name, kind })}
      open={openKitchen}
    >
      {(client) => (
        <ClientProvider client={client}>
          <KitchenScreen station={station} />
        </ClientProvider>
      )}
    </DeviceGate>
  );
}

function openKitchen(session: NonNullable<ReturnType<typeof rememberedSession>>) {
  const station = new URLSearchParams(location.search).get('station');
  const others = ['menu.*', 'floor.*', 'table.*', 'settings.*', 'device.*'];
  return openBrowserClient({
    session,
    build: buildName,
    subscribe: station === null ? ['*'] : [`station:${station}`, ...others],
    pingIntervalMs,
    silenceMs,
  });
}
