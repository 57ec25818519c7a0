import { join } from 'node:path';
import Database from 'better-sqlite3';
import { expect, type Page } from '@playwright/test';
import type { HubProcess } from '../hub-process.ts';

export interface Numbered {
  readonly no: number;
  readonly type: string;
}

/** What this phone keeps for the hub, as it lies in the browser's database. */
export async function queueOf(page: Page): Promise<{ clientId: string; commands: Numbered[] }> {
  const { clientId, commands } = await storedIn(page);
  return { clientId, commands };
}

function storedIn(
  page: Page,
): Promise<{ clientId: string; commands: Numbered[]; hasView: boolean }> {
  return page.evaluate(async () => {
    const db = await new Promise<IDBDatabase>((resolve, reject) => {
      const opening = indexedDB.open('fynlo-phone');
      opening.addEventListener('success', () => resolve(opening.result));
      opening.addEventListener('error', () => reject(new Error('It cannot be opened.')));
    });
    const read = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve) =>
        request.addEventListener('success', () => resolve(request.result)),
      );
    const tx = db.transaction(['meta', 'queue']);
    const clientId = (await read(tx.objectStore('meta').get('clientId'))) as string;
    const hasView = (await read(tx.objectStore('meta').get('position'))) !== undefined;
    const queue = (await read(tx.objectStore('queue').getAll())) as {
      no: number;
      command: { type: string };
    }[];
    db.close();
    const commands = queue.map(({ no, command }) => ({ no, type: command.type }));
    return { clientId, commands, hasView };
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

/** The app with all its files is on this phone, and what it knows, which is stored within a second. */
export async function mustBeKept(page: Page): Promise<void> {
  await page.evaluate(() => navigator.serviceWorker.ready);
  await expect.poll(async () => (await storedIn(page)).hasView).toBe(true);
}

/** A row of the connection's details. */
export async function detailOf(page: Page, name: string): Promise<string> {
  const bar = page.getByRole('region', { name: 'Connection' });
  const opener = bar.locator('[aria-expanded]');
  if ((await opener.getAttribute('aria-expanded')) === 'false') await opener.click();
  return bar.locator('dt', { hasText: name }).locator('+ dd').innerText();
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
