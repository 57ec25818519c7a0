import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import Database from 'better-sqlite3';
import { expect, test } from './fixtures.ts';

async function orderChips(phone: Page, table: string): Promise<void> {
  await phone.locator(`[data-table="${table}"]`).click();
  await phone.getByRole('button', { name: 'Sides' }).click();
  await phone.locator('[data-product="chips"]').click();
  await phone.getByRole('button', { name: /^Send 1/ }).click();
  await expect(phone.locator('[data-status="shown"]')).toHaveCount(1);
  await phone.getByLabel('Back to the tables').click();
}

test('[H14] a backup is put back from the till: devices return, and no number comes twice', async ({
  restaurant,
}) => {
  const [till, phone, kitchen] = await Promise.all([
    restaurant.till(),
    restaurant.phone(),
    restaurant.kitchen(),
  ]);
  await orderChips(phone, '3');
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(1);
  await expect(kitchen.getByText('#1', { exact: true })).toBeVisible();

  await till.getByRole('button', { name: 'Backups' }).click();
  await expect(till.getByText('No backup yet')).toBeVisible();
  await till.getByRole('button', { name: 'Back up now' }).click();
  await expect(till.locator('[data-backup]')).toHaveCount(1);
  await expect(till.locator('[data-backup]')).toContainText('1 order ·');

  await orderChips(phone, '5');
  await expect(kitchen.getByText('#2', { exact: true })).toBeVisible();

  await till.reload();
  await till.getByRole('button', { name: 'Put back' }).click();
  const sheet = till.getByRole('dialog');
  await expect(sheet).toContainText('will be gone from every screen: 1 order was opened since');
  const putBack = sheet.getByRole('button', { name: 'Put it back' });
  await expect(putBack).toBeDisabled();
  await sheet.getByRole('textbox').fill('The Blue Door');
  await expect(putBack).toBeDisabled();
  await sheet.getByRole('textbox').fill('The Copper Kettle');
  await putBack.click();
  await expect(sheet).toContainText('The backup is in use', { timeout: 90_000 });
  await sheet.getByRole('button', { name: 'Done' }).click();
  await expect(till.getByText('Orders of that day carry the letter B')).toBeVisible();

  await expect(phone.locator('[data-connection="online"]')).toBeVisible({ timeout: 90_000 });
  await expect(kitchen.getByRole('alert')).toHaveCount(0, { timeout: 90_000 });
  await expect(kitchen.getByText('#2', { exact: true })).toHaveCount(0);
  await expect(kitchen.getByText('#1', { exact: true })).toBeVisible();
  await orderChips(phone, '5');
  await expect(kitchen.getByText('#B2', { exact: true })).toBeVisible();
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(2);
});

test('[H14] a stick that is gone and a damaged database are said on the till in plain words', async ({
  restaurant,
}) => {
  const { hub } = restaurant;
  const till = await restaurant.till({ size: 'tablet' });
  const stick = join(hub.folder, 'stick');
  mkdirSync(stick);
  await till.getByRole('button', { name: 'Backups' }).click();
  await till.getByRole('button', { name: 'Choose a folder' }).click();
  await till.getByLabel('Folder on the hub').fill(join(hub.folder, 'nowhere'));
  await till.getByRole('button', { name: 'Use this folder' }).click();
  await expect(till.getByRole('dialog').getByRole('alert')).toContainText('is not there');
  await till.getByLabel('Folder on the hub').fill(stick);
  await till.getByRole('button', { name: 'Use this folder' }).click();
  await expect(till.getByText(stick)).toBeVisible();
  await till.getByRole('button', { name: 'Back up now' }).click();
  await expect(till.locator('[data-backup]')).toHaveCount(2);
  await mustBeAccessible(till, 'backups with a list');

  rmSync(stick, { recursive: true });
  await till.getByRole('button', { name: 'Back up now' }).click();
  await expect(till.getByRole('alert')).toContainText('Plug the stick in');
  await till.getByRole('button', { name: 'Floor' }).click();
  await till.reload();
  await expect(till.locator('[data-hub-condition="backup-failing"]')).toBeVisible();

  // Somebody changes what happened, beneath the running hub.
  const db = new Database(join(hub.folder, 'fynlo.db'));
  db.exec(`DROP TRIGGER event_is_never_changed; UPDATE event SET device = 'x' WHERE seq = 2`);
  db.close();
  await till.getByRole('button', { name: 'Open Backups' }).click();
  await till.getByRole('button', { name: 'Check now' }).click();
  const damage = till.getByRole('alert').filter({ hasText: 'The database is damaged' });
  await expect(damage).toContainText('Event 2');
  await expect(damage).toContainText('put back the one of');
  await mustBeAccessible(till, 'backups of a damaged database');
  await till.getByRole('button', { name: 'Floor' }).click();
  await expect(till.locator('[data-hub-condition="damaged"]')).toContainText('Orders go on');
});

async function mustBeAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${id}: ${nodes.map((n) => n.html.slice(0, 120)).join()}`),
    what,
  ).toEqual([]);
}
