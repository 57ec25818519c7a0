import { Bonjour, type Service } from 'bonjour-service';
import type { Logger } from '../observe/logger.ts';
import { lanAddresses } from './addresses.ts';

export interface Announced {
  stop(): Promise<void>;
}

export interface Announcement {
  readonly restaurant: string;
  readonly historyId: string;
  readonly epoch: number;
  readonly port: number;
  readonly log: Logger;
  /** Only this interface, for tests. */
  readonly interfaceAddress?: string;
}

const lookEveryMs = 5_000;

/** `fynlo-3f2a.local`: short enough to type, and different for two hubs on one network. */
export function mdnsHost(historyId: string): string {
  return `fynlo-${historyId.slice(0, 4)}.local`;
}

/**
 * Announces the hub by mDNS, and again whenever this computer's addresses change, because a record
 * keeps the addresses it was published with. A hint only: nobody is trusted for being announced.
 */
export function announceHub(announcement: Announcement): Announced {
  const { log, port, interfaceAddress } = announcement;
  // multicast-dns takes these; bonjour-service's types do not say so.
  const options: object = interfaceAddress ? { interface: interfaceAddress, bind: '0.0.0.0' } : {};
  const bonjour = new Bonjour(options, (error: unknown) => {
    log.warn({ err: error }, 'The hub could not be announced on the network.');
  });
  let addresses = lanAddresses().join();
  let service: Service = publish();

  function publish(): Service {
    const { restaurant, historyId, epoch } = announcement;
    return bonjour.publish({
      name: `${restaurant} (${historyId.slice(0, 4)})`,
      type: 'fynlo',
      port,
      host: mdnsHost(historyId),
      txt: { v: '1', site: historyId.slice(0, 8), epoch: String(epoch), path: '/api/v1' },
    });
  }

  const watch = setInterval(() => {
    const now = lanAddresses().join();
    if (now === addresses) return;
    addresses = now;
    const old = service;
    const stopped = old.stop as ((done: () => void) => void) | undefined;
    stopped?.call(old, () => (service = publish()));
  }, lookEveryMs);
  watch.unref();

  return {
    stop: () =>
      new Promise((resolve) => {
        clearInterval(watch);
        // A network that has gone must not hold up the end of the process.
        const late = setTimeout(resolve, 500);
        bonjour.unpublishAll(() => {
          bonjour.destroy(() => {
            clearTimeout(late);
            resolve();
          });
        });
      }),
  };
}
