/**
 * Pictures of the Backups screen in its states, in light and dark: part of `npm run screens`.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { HubProcess } from '../hub-process.ts';

const sizes = {
  tablet: { width: 1180, height: 820 },
  desktop: { width: 1440, height: 900 },
};

export async function takeBackups(
  on: Browser,
  look: 'light' | 'dark',
  folder: string,
): Promise<void> {
  const hub = await HubProcess.open();
  const till = async (size: keyof typeof sizes): Promise<Page> => {
    const context = await on.newContext({ viewport: sizes[size], colorScheme: look });
    const page = await context.newPage();
    await page.goto(`${hub.url}/backups#join=${hub.joinCode}`);
    await page.locator('[data-connection="online"]').waitFor();
    return page;
  };
  const take = async (page: Page, name: string): Promise<void> => {
    await page.waitForTimeout(250);
    await page.screenshot({ path: `${folder}/${name}-${look}.png` });
  };
  const [desktop, tablet] = await Promise.all([till('desktop'), till('tablet')]);
  await desktop.getByText('No backup yet').waitFor();
  await take(desktop, 'backups-empty');

  const stick = join(hub.folder, 'stick');
  mkdirSync(stick);
  await desktop.getByRole('button', { name: 'Choose a folder' }).click();
  await desktop.getByLabel('Folder on the hub').fill(stick);
  await take(desktop, 'backups-folder');
  await desktop.getByRole('button', { name: 'Use this folder' }).click();
  await desktop.getByRole('dialog').waitFor({ state: 'detached' });
  for (let made = 1; made <= 2; made++) {
    await desktop.getByRole('button', { name: 'Back up now' }).click();
    await desktop
      .locator('[data-backup]')
      .nth(made * 2 - 1)
      .waitFor();
    await orderTakeaway(tablet);
  }
  const [backup = ''] = await desktop
    .locator('[data-backup]')
    .evaluateAll((rows) => rows.map((row) => row.getAttribute('data-backup') ?? ''));
  const broken = join(stick, backup);
  writeFileSync(broken, readFileSync(broken).subarray(0, 9_000));
  await desktop.getByRole('button', { name: 'Check now' }).click();
  await desktop.getByText('In order').waitFor();
  await desktop.reload();
  await desktop.getByText('Cannot be read').waitFor();
  await take(desktop, 'backups-list');

  await desktop.getByRole('button', { name: 'Put back' }).first().click();
  await take(desktop, 'backups-restore');
  await desktop.getByRole('dialog').getByRole('textbox').fill('The Copper Kettle');
  await desktop.getByRole('button', { name: 'Put it back' }).click();
  await take(desktop, 'backups-restoring');
  await desktop.getByText('The backup is in use').waitFor();
  await take(desktop, 'backups-restored');
  await desktop.getByRole('button', { name: 'Done' }).click();

  rmSync(stick, { recursive: true });
  await desktop.getByRole('button', { name: 'Back up now' }).click();
  await desktop.getByText('Plug the stick in').waitFor();
  const db = new Database(join(hub.folder, 'fynlo.db'));
  db.exec(`DROP TRIGGER event_is_never_changed; UPDATE event SET device = 'x' WHERE seq = 2`);
  db.close();
  await desktop.getByRole('button', { name: 'Check now' }).click();
  await desktop.getByText('The database is damaged').waitFor();
  await take(desktop, 'backups-damaged');
  await tablet.goto(`${hub.url}/backups`);
  await tablet.getByText('The database is damaged').waitFor();
  await take(tablet, 'tablet-backups-damaged');
  await tablet.goto(`${hub.url}/till`);
  await tablet.locator('[data-hub-condition]').waitFor();
  await take(tablet, 'tablet-floor-damaged');
  await Promise.all([desktop, tablet].map((page) => page.context().close()));
  await hub.stop();
}

async function orderTakeaway(page: Page): Promise<void> {
  await page.goto(new URL('/till/takeaway', page.url()).href);
  await page.getByRole('button', { name: 'Sides' }).click();
  await page.locator('[data-product="chips"]').click();
  await page.getByRole('button', { name: /^Send 1/ }).click();
  await page.getByText('Kitchen has it').or(page.getByText('Sent')).first().waitFor();
}
