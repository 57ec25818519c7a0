/**
 * `npm run screens`: walks through the main job on a real hub and leaves a picture of every screen
 * in docs/screens, in light and dark, at the sizes that screen is used at.
 */
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from '@playwright/test';
import { chromiumPath } from '../e2e/chromium-path.ts';
import { HubProcess } from '../hub-process.ts';
import { takeBackups } from './take-backups.ts';

const folder = fileURLToPath(new URL('../../../docs/screens', import.meta.url));
const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 1180, height: 820 },
  desktop: { width: 1440, height: 900 },
  kitchen: { width: 1920, height: 1080 },
};

mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: await chromiumPath(),
  chromiumSandbox: process.getuid?.() !== 0,
  args: ['--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
for (const look of ['light', 'dark'] as const) {
  await walk(browser, look);
  await takeBackups(browser, look, folder);
}
await browser.close();

async function walk(on: Browser, look: 'light' | 'dark'): Promise<void> {
  const hub = await HubProcess.open();
  const device = async (path: string, size: keyof typeof sizes): Promise<Page> => {
    const context = await on.newContext({ viewport: sizes[size], colorScheme: look });
    const page = await context.newPage();
    await page.goto(`${hub.url}${path}#join=${hub.joinCode}`);
    await page.locator('[data-connection="online"]').waitFor();
    return page;
  };
  const take = async (page: Page, name: string): Promise<void> => {
    await page.waitForTimeout(250);
    await page.screenshot({ path: `${folder}/${name}-${look}.png` });
  };
  const [phone, kitchen, till, tablet] = await Promise.all([
    device('/phone/', 'phone'),
    device(`/kitchen?theme=${look}`, 'kitchen'),
    device('/till', 'desktop'),
    device('/till', 'tablet'),
  ]);

  await take(phone, 'phone-tables');
  await phone.locator('[data-table="7"]').click();
  await phone.getByRole('button', { name: 'Burgers' }).click();
  await phone.locator('[data-product="house-burger"]').click();
  await phone.getByRole('button', { name: 'Pink' }).click();
  await phone.getByLabel('Note for the kitchen').fill('No onion please');
  await take(phone, 'phone-choice');
  await phone.getByRole('button', { name: /^Add ·/ }).click();
  await phone.getByRole('button', { name: 'Sides' }).click();
  for (const id of ['chips', 'chips', 'house-salad']) {
    await phone.locator(`[data-product="${id}"]`).click();
  }
  await take(phone, 'phone-menu');
  await phone.getByRole('button', { name: /^Send 4/ }).click();

  await till.locator('[data-table="9"]').click();
  await till.getByRole('button', { name: 'From the grill' }).click();
  await till.locator('[data-product="ribeye-280-g"]').click();
  await take(till, 'till-choice');
  for (const name of ['Medium rare', 'Chips']) {
    await till.getByRole('dialog').getByRole('button', { name, exact: true }).click();
  }
  await till.getByRole('button', { name: /^Add ·/ }).click();
  await till.getByRole('button', { name: 'Mains', exact: true }).click();
  for (const id of ['fish-and-chips', 'sausage-and-mash']) {
    await till.locator(`[data-product="${id}"]`).click();
  }
  await take(till, 'till-order');
  await till.getByRole('button', { name: /^Send 3/ }).click();
  await kitchen.locator('[data-ticket]').nth(1).waitFor();
  await kitchen.getByRole('button', { name: 'Start' }).first().click();
  await take(kitchen, 'kitchen-tickets');
  await kitchen.getByRole('button', { name: 'All day' }).click();
  await take(kitchen, 'kitchen-all-day');
  await kitchen.keyboard.press('Escape');
  await kitchen.getByRole('button', { name: 'Bump', exact: true }).first().click();
  await phone.locator('[data-ready]').waitFor();
  await take(phone, 'phone-ready');
  await take(till, 'till-sent');
  await till.getByLabel('Back to the floor').click();
  await take(till, 'till-floor');
  await take(tablet, 'tablet-floor');
  await tablet.locator('[data-table="9"]').click();
  await take(tablet, 'tablet-order');
  await till.getByRole('button', { name: 'Menu', exact: true }).click();
  await take(till, 'till-menu');
  await till.getByRole('button', { name: 'Import a menu file' }).click();
  const csv = Buffer.from(
    'type,category,name,price,vat,station\nproduct,Mains,Pie,£12,20,Kitchen\n',
  );
  await till
    .locator('input[type=file]')
    .setInputFiles({ name: 'menu.csv', mimeType: 'text/csv', buffer: csv });
  await till.getByRole('alert').waitFor();
  await take(till, 'till-import-errors');
  await till.keyboard.press('Escape');
  await hub.kill();
  await kitchen.getByRole('alert').waitFor();
  await kitchen.waitForTimeout(1500);
  await take(kitchen, 'kitchen-away');
  await take(phone, 'phone-away');
  await Promise.all([phone, kitchen, till, tablet].map((page) => page.context().close()));
  await hub.stop();
}
