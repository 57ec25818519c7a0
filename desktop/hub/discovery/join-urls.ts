import { lanAddresses } from './addresses.ts';
import { mdnsHost } from './announce.ts';

export interface JoinUrls {
  readonly till: readonly string[];
  readonly kitchen: readonly string[];
  readonly phone: readonly string[];
}

/**
 * Where each screen is, best first. The code stands in the fragment, which a browser keeps to
 * itself: it is in no log and no request line.
 */
export function joinUrls(hub: { port: number; code: string; historyId: string }): JoinUrls {
  const lan = lanAddresses();
  const local = mdnsHost(hub.historyId);
  const at = (hosts: readonly string[], path: string) =>
    hosts.map((host) => `http://${host}:${hub.port}${path}#join=${hub.code}`);
  return {
    // The till is opened on this computer more often than not.
    till: at(['localhost', ...lan, local], '/till'),
    kitchen: at([...lan, local, 'localhost'], '/kitchen'),
    phone: at(lan.length > 0 ? [...lan, local] : ['localhost'], '/phone/'),
  };
}
