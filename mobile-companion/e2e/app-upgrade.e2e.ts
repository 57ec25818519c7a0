import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { expect, sizes, test as base } from '../../desktop/test/e2e/fixtures.ts';
import {
  detailOf,
  loggedNumbers,
  mustBeAway,
  mustBeKept,
  orderAt,
  queueOf,
  timesLogged,
} from '../../desktop/test/e2e/phone.ts';
import { ServedVersions } from '../../desktop/test/e2e/served-versions.ts';
import { HubProcess } from '../../desktop/test/hub-process.ts';

const newerVersion = '9.9.9';

/** A hub whose screens can be brought to a newer version, and a phone that has joined it. */
const test = base.extend<{ upgrade: { hub: HubProcess; served: ServedVersions; phone: Page } }>({
  upgrade: async ({ browser }, use) => {
    const served = new ServedVersions();
    const hub = await HubProcess.open({ screens: served.folder });
    const context = await browser.newContext({ viewport: sizes.phone, hasTouch: true });
    const phone = await context.newPage();
    await phone.goto(`${hub.url}/phone/#join=${hub.joinCode}`);
    await expect(phone.locator('[data-connection="online"]')).toBeVisible();
    await mustBeKept(phone);
    await use({ hub, served, phone });
    await context.close();
    await hub.stop();
    served.remove();
  },
});

const noteOn = (page: Page) => page.getByText('A newer Fynlo is ready.');

test('[MC2] a newer app waits until the order is taken, and a full queue goes through it and out once', async ({
  upgrade: { hub, served, phone },
}) => {
  expect(await detailOf(phone, 'Version')).not.toBe(newerVersion);
  served.bringTo(newerVersion);
  // A hub that was updated comes back, and that is when the phone looks.
  await hub.kill();
  await expect(phone.locator('[data-connection="away"]')).toBeVisible();
  await hub.start();
  await expect(noteOn(phone)).toBeVisible({ timeout: 90_000 });

  await hub.kill();
  await mustBeAway(phone, hub);
  await orderAt(phone, '4');
  await expect(phone.getByRole('heading', { name: 'Table 4' })).toBeVisible();
  await expect(noteOn(phone), 'never in the middle of an order').toHaveCount(0);
  await phone.getByLabel('Back to the tables').click();
  const { clientId, commands } = await queueOf(phone);
  expect(commands.length).toBeGreaterThan(3);

  await phone.getByRole('button', { name: 'Use it now' }).click();
  await expect.poll(() => detailOf(phone, 'Version')).toBe(newerVersion);
  await mustBeAway(phone, hub);
  await expect(noteOn(phone)).toHaveCount(0);
  await expect(phone.locator('[data-unsent]')).toHaveText(`· ${commands.length} unsent`);
  expect(await queueOf(phone)).toEqual({ clientId, commands });
  expect(await phone.evaluate(() => caches.keys()), 'the older version is gone').toHaveLength(1);

  await hub.start();
  await expect(phone.locator('[data-connection="online"]')).toBeVisible({ timeout: 90_000 });
  await expect(phone.locator('[data-unsent]')).toHaveCount(0);
  expect(loggedNumbers(hub, clientId)).toEqual(commands.map(({ no }) => no));
  expect(timesLogged(hub, 'order.opened')).toBe(1);
});

test('[MC2] a newer app takes over by itself when the app is opened next, and not while another tab is open', async ({
  upgrade: { hub, served, phone },
}) => {
  served.bringTo(newerVersion);
  const second = await phone.context().newPage();
  await second.goto(`${hub.url}/phone/`);
  await expect(second.getByRole('heading', { name: 'Open in another tab' })).toBeVisible();
  await expect(noteOn(phone)).toBeVisible();
  await hub.kill();
  await orderAt(phone, '4');
  const { clientId, commands } = await queueOf(phone);

  // The first tab has an order in hand: opening the second anew must not change what it stands on.
  await second.reload();
  await mustBeAway(second, hub);
  await expect(second.getByRole('heading', { name: 'Open in another tab' })).toBeVisible();
  const isWaiting = () =>
    phone.evaluate(async () => !!(await navigator.serviceWorker.getRegistration())?.waiting);
  expect(await isWaiting()).toBe(true);
  await second.close();

  await phone.reload();
  await expect.poll(() => detailOf(phone, 'Version')).toBe(newerVersion);
  await mustBeAway(phone, hub);
  expect(await isWaiting()).toBe(false);
  expect(await queueOf(phone)).toEqual({ clientId, commands });
  await hub.start();
  await expect(phone.locator('[data-connection="online"]')).toBeVisible({ timeout: 90_000 });
  await expect(phone.locator('[data-unsent]')).toHaveCount(0);
  expect(loggedNumbers(hub, clientId)).toEqual(commands.map(({ no }) => no));
});

test('[MC2] a newer app of which one file is not its own is not let in, and the older one still opens', async ({
  upgrade: { hub, served, phone },
}) => {
  const version = await detailOf(phone, 'Version');
  served.bringTo(newerVersion);
  writeFileSync(join(served.folder, 'phone/icon.svg'), '<svg/>');
  const ended = await phone.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const found = new Promise<ServiceWorker | null>((resolve) =>
      registration.addEventListener('updatefound', () => resolve(registration.installing)),
    );
    void registration.update().catch(() => undefined);
    const worker = await found;
    while (worker?.state === 'installing') await new Promise((resolve) => setTimeout(resolve, 20));
    return worker?.state;
  });
  expect(ended, 'the newer one came and failed').toBe('redundant');
  await hub.kill();
  await phone.reload();
  await mustBeAway(phone, hub);
  await expect(phone.locator('[data-table="7"]')).toBeVisible();
  expect(await detailOf(phone, 'Version')).toBe(version);
});
