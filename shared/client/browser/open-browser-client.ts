import { openClient, type Client, type ClientStorage } from '../connection/index.ts';
import { browserSurroundings, hubUrl, openBrowserSocket } from './browser-surroundings.ts';
import type { Session } from './session.ts';

export interface BrowserClientOptions {
  readonly session: Session;
  readonly storage: ClientStorage;
  readonly build: string;
  readonly subscribe?: readonly string[];
}

/** A client of the hub that this page came from. */
export function openBrowserClient({
  session,
  storage,
  build,
  subscribe,
}: BrowserClientOptions): Promise<Client> {
  return openClient({
    url: hubUrl(),
    token: session.token,
    deviceId: session.deviceId,
    build,
    storage,
    openSocket: openBrowserSocket,
    surroundings: browserSurroundings(),
    kitchenPing: session.kind === 'kitchen',
    ...(subscribe && { subscribe }),
  });
}
