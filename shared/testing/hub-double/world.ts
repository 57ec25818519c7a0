import { openClient, type Client, type ClientOptions } from '@fynlo/client/connection';
import { MemoryStorage } from '@fynlo/client/memory';
import { thePhone } from '../builders/index.ts';
import { FakeSurroundings } from '../surroundings/index.ts';
import { HubDouble } from './hub-double.ts';

/** A hub double and what a test needs to open devices that join it. */
export interface World {
  readonly around: FakeSurroundings;
  readonly hub: HubDouble;
  readonly open: (change?: Partial<ClientOptions>) => Promise<Client>;
}

export function buildWorld(seed = 1): World {
  const around = new FakeSurroundings({ seed });
  const hub = new HubDouble(around);
  return {
    around,
    hub,
    open: (change = {}) =>
      openClient({
        url: 'ws://hub.test/api/v1/live',
        token: 'token',
        deviceId: thePhone,
        build: 'test',
        storage: new MemoryStorage(),
        openSocket: hub.openSocket,
        surroundings: around,
        ...change,
      }),
  };
}
