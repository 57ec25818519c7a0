import type { DeviceId } from '@fynlo/domain';
import type { DeviceKind, Role } from '@fynlo/domain/device';
import { openDatabase, type Database } from './database.ts';
import type { AppName } from './open-browser-storage.ts';

/** Who this device is at its hub, until it joins again. */
export interface Session {
  readonly token: string;
  readonly deviceId: DeviceId;
  /** What people call the device. */
  readonly name: string;
  readonly kind: DeviceKind;
  readonly role: Role;
  /** The restaurant's name, to greet with before the hub is heard. */
  readonly restaurant: string;
}

/**
 * Keeps it beside the queue, on disk before this resolves. What browsers call local storage is
 * written some seconds later: a phone that dies in between would come back with a full queue and
 * nobody to send it as. It is kept there too, for a browser that has no database.
 */
export async function rememberSession(app: AppName, session: Session): Promise<void> {
  try {
    localStorage.setItem(keyOf(app), JSON.stringify(session));
  } catch {
    // A browser that keeps nothing joins again on its next visit.
  }
  await withDatabase(app, (db) => {
    const tx = db.transaction('meta', 'readwrite', { durability: 'strict' });
    return Promise.all([tx.store.put(session, 'session'), tx.done]);
  });
}

export async function recallSession(app: AppName): Promise<Session | undefined> {
  const kept = await withDatabase(app, (db) => db.get('meta', 'session'));
  return asSession(kept) ?? asSession(fromLocalStorage(app));
}

async function withDatabase<T>(
  app: AppName,
  use: (db: Database) => Promise<T>,
): Promise<T | undefined> {
  try {
    const db = await openDatabase(app);
    return await use(db).finally(() => db.close());
  } catch {
    // As above.
    return undefined;
  }
}

function fromLocalStorage(app: AppName): unknown {
  try {
    return JSON.parse(localStorage.getItem(keyOf(app)) ?? 'null');
  } catch {
    return undefined;
  }
}

function asSession(kept: unknown): Session | undefined {
  const session = kept as Session | null | undefined;
  return session?.token && session.deviceId ? session : undefined;
}

function keyOf(app: AppName): string {
  return `fynlo-session-${app}`;
}
