import type { DeviceId } from '@fynlo/domain';
import type { Client } from './client.ts';
import { FynloClient } from './fynlo-client.ts';
import type { ClientStorage, OpenSocket, Surroundings } from './ports.ts';
import { systemSurroundings } from './system-surroundings.ts';

export interface ClientOptions {
  /** `ws://<hub>/api/v1/live` */
  readonly url: string;
  readonly token: string;
  readonly deviceId: DeviceId;
  /** The build of the screen, for the hub's device list. */
  readonly build: string;
  readonly storage: ClientStorage;
  readonly openSocket: OpenSocket;
  readonly surroundings?: Surroundings;
  /** Everything unless told otherwise. */
  readonly subscribe?: readonly string[];
  /** A kitchen screen notices within 3 s that its hub is gone; others within 8 s. */
  readonly kitchenPing?: boolean;
}

// Three silent ones and the next try must fit into the ten seconds in which everybody is back.
const pingIntervalMs = 2_500;
const kitchenPingIntervalMs = 1_000;

/**
 * Opens a device's side of the wire. Resolves once what is stored has been read, with the hub
 * reachable or not: a phone takes orders before it has found its hub.
 */
export function openClient(options: ClientOptions): Promise<Client> {
  const { surroundings = systemSurroundings(), subscribe = ['*'], kitchenPing = false } = options;
  return FynloClient.open({
    ...options,
    surroundings,
    subscribe,
    pingIntervalMs: kitchenPing ? kitchenPingIntervalMs : pingIntervalMs,
  });
}
