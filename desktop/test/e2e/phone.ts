import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, type Page } from '@playwright/test';
import type { HubProcess } from '../hub-process.ts';

export interface Numbered {
  readonly no: number;
  readonly type: string;
}

/** What this phone keeps for the hub, as it lies in the browser's database. */
export function queueOf(page: Page): Promise<{ clientId: string; commands: Numbered[] }> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('fynlo-phone');
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = () => reject(new Error('The database cannot be opened.'));
    });
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) => (request.onsuccess = () => resolve(request.result)));
    const tx = db.transaction(['meta', 'queue']);
    const clientId = (await read(tx.objectStore('meta').get('clientId'))) as string;
    const queue = (await read(tx.objectStore('queue').getAll())) as {
      no: number;
      command: { type: string };
    }[];
    db.close();
    return { clientId, commands: queue.map(({ no, command }) => ({ no, type: command.type })) };
  });
}

/** The numbers of a client's commands in the hub's log, in the order in which they took effect. */
export function loggedNumbers(hub: HubProcess, clientId: string): number[] {
  return read(
    hub,
    `SELECT command_no AS no FROM event JOIN client ON client.ref = event.client_ref
     WHERE client_id = ? AND command_index = 0 ORDER BY seq`,
    clientId,
  ) as number[];
}

/** How often something happened, by the hub's log. */
export function timesLogged(hub: HubProcess, type: string): number {
  return read(hub, 'SELECT COUNT(*) FROM event WHERE type = ?', type)[0] as number;
}

/** Proof that a test's outage is one, from the phone itself and from beside it. */
export async function mustBeAway(page: Page, hub: HubProcess): Promise<void> {
  const asked = await page.evaluate(() =>
    fetch('/api/v1/health').then(
      () => 'the hub answered',
      (error: unknown) => String(error),
    ),
  );
  expect(asked).toContain('Failed to fetch');
  await expect(fetch(`${hub.url}/api/v1/health`)).rejects.toThrow('fetch failed');
}

/** The app and all its files are on this phone. */
export async function mustBeKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
}

/** Takes an order for a table and sends it: two chips and a Caesar salad. */
export async function orderAt(page: Page, table: string): Promise<void> {
  await page.locator(`[data-table="${table}"]`).click();
  await page.getByRole('button', { name: 'Sides' }).click();
  await page.locator('[data-product="chips"]').click();
  await page.locator('[data-product="chips"]').click();
  await page.getByRole('button', { name: 'Salads' }).click();
  await page.locator('[data-product="caesar-salad"]').click();
  await page.getByRole('button', { name: /^Send 3/ }).click();
}

/** The hub does not know any token any more, as after a restore. It must not be running. */
export function forgetTokens(hub: HubProcess): void {
  const db = new Database(join(hub.folder, 'fynlo.db'));
  const { changes } = db.prepare('DELETE FROM device_token').run();
  db.close();
  expect(changes).toBeGreaterThan(0);
}

function read(hub: HubProcess, sql: string, ...values: string[]): unknown[] {
  const db = new Database(join(hub.folder, 'fynlo.db'), { readonly: true });
  const rows = db.prepare(sql).pluck().all(values);
  db.close();
  return rows;
}
