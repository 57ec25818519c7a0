import type { ClientStorage } from '../connection/index.ts';
import { MemoryStorage } from '../memory/index.ts';
import { openDatabase } from './database.ts';
import { IndexedDbStorage } from './indexed-db-storage.ts';
import { QueueOwner } from './queue-owner.ts';

/** A screen by its own queue. */
export type AppName = 'till' | 'kitchen' | 'phone';

export type BrowserStorage =
  | {
      readonly state: 'open';
      readonly storage: ClientStorage;
      /**
       * Resolves when a person went on in another tab. Close the client, which stores what is not
       * stored yet, and say so on the screen; the other tab waits up to 3 s for it.
       */
      readonly taken: Promise<void>;
      /** Whether the browser promised never to clear what is kept here; null where it cannot say. */
      readonly isSafe: Promise<boolean | null>;
    }
  /** Say so, and offer “Use it here”: the same call with `takeOver`. */
  | { readonly state: 'open-in-another-tab' };

const cannotKeep =
  'This browser keeps nothing, so changes are lost if it is closed while the hub is away. Use a normal window instead of a private one.';

/**
 * Opens what this browser keeps for a screen. One tab owns the queue; a second one is told so and
 * may take it over, which loses nothing. In a browser that keeps nothing the screen works from
 * memory, with the problem in `status().storageProblem`.
 */
export async function openBrowserStorage(
  app: AppName,
  { takeOver = false }: { readonly takeOver?: boolean } = {},
): Promise<BrowserStorage> {
  try {
    return await open(app, takeOver);
  } catch {
    const never = new Promise<void>(() => undefined);
    const storage = new MemoryStorage(cannotKeep);
    return { state: 'open', storage, taken: never, isSafe: Promise.resolve(null) };
  }
}

async function open(app: AppName, takeOver: boolean): Promise<BrowserStorage> {
  const db = await openDatabase(app);
  const owner = new QueueOwner(db, app);
  if (!(await owner.claim({ takeOver }))) {
    owner.stop();
    db.close();
    return { state: 'open-in-another-tab' };
  }
  owner.releaseOnPageHide();
  const storage = new IndexedDbStorage(db, owner);
  return { state: 'open', storage, taken: owner.taken, isSafe: askToKeep() };
}

/** So that the browser does not clear the queue when the disk gets full. HTTPS only. */
async function askToKeep(): Promise<boolean | null> {
  const manager = globalThis.navigator?.storage as StorageManager | undefined;
  try {
    return (await manager?.persist?.()) ?? null;
  } catch {
    return null;
  }
}
