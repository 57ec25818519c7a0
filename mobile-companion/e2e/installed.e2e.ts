import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { BrowserContext, Page } from '@playwright/test';
import { expect, sizes, test as base } from '../../desktop/test/e2e/fixtures.ts';
import {
  detailOf,
  loggedNumbers,
  mustBeAway,
  mustBeKept,
  orderAt,
  queueOf,
} from '../../desktop/test/e2e/phone.ts';

const scriptBytesMax = 180 * 1024;

/** A browser with a profile of its own on disk, which a test can close and open again. */
interface Profile {
  open(args?: readonly string[]): Promise<BrowserContext>;
}

const test = base.extend<{ profile: Profile }>({
  profile: async ({ playwright, launchOptions }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'fynlo-profile-'));
    const opened: BrowserContext[] = [];
    await use({
      open: async (args = []) => {
        const context = await playwright.chromium.launchPersistentContext(folder, {
          ...launchOptions,
          args: [...(launchOptions.args ?? []), ...args],
          viewport: sizes.phone,
          hasTouch: true,
        });
        opened.push(context);
        return context;
      },
    });
    await Promise.all(opened.map((context) => context.close()));
    rmSync(folder, { recursive: true, force: true });
  },
});

test('[MC2] the browser is closed with a full queue and opened again with no hub: all is there, and goes out once', async ({
  restaurant: { hub },
  profile,
}) => {
  const before = await joined(await profile.open(), hub.url, hub.joinCode);
  await mustBeKept(before);
  await hub.kill();
  await orderAt(before, '4');
  const { clientId, commands } = await queueOf(before);
  expect(commands.length).toBeGreaterThan(3);
  await before.context().close();

  const phone = await (await profile.open()).newPage();
  await phone.goto(`${hub.url}/phone/`);
  await mustBeAway(phone, hub);
  await expect(phone.getByLabel('Join code')).toHaveCount(0);
  await expect(phone.getByRole('heading', { name: 'The Copper Kettle' })).toBeVisible();
  await expect(phone.locator('[data-unsent]')).toHaveText(`· ${commands.length} unsent`);
  await orderAt(phone, '5');
  const all = (await queueOf(phone)).commands;
  expect(all.slice(0, commands.length)).toEqual(commands);

  await hub.start();
  await expect(phone.locator('[data-connection="online"]')).toBeVisible({ timeout: 90_000 });
  await expect(phone.locator('[data-unsent]')).toHaveCount(0);
  expect(loggedNumbers(hub, clientId)).toEqual(all.map(({ no }) => no));
});

test('[MC2] the browser dies in the middle with a full queue: what was tapped before is there', async ({
  restaurant: { hub },
  profile,
}) => {
  const before = await joined(await profile.open(), hub.url, hub.joinCode);
  await mustBeKept(before);
  await hub.kill();
  await orderAt(before, '4');
  const { clientId, commands } = await queueOf(before);
  const context = before.context();
  const died = new Promise((resolve) => context.once('close', resolve));
  const devtools = await context.newCDPSession(before);
  // It gets no answer out any more.
  void devtools.send('Browser.crash').catch(() => undefined);
  await died;

  const phone = await (await profile.open()).newPage();
  await phone.goto(`${hub.url}/phone/`);
  await mustBeAway(phone, hub);
  expect(await queueOf(phone)).toEqual({ clientId, commands });
  await expect(phone.locator('[data-unsent]')).toHaveText(`· ${commands.length} unsent`);
  await expect(phone.locator('[data-table="4"]')).toHaveAttribute('data-waiting', 'true');
  await hub.start();
  await expect(phone.locator('[data-unsent]')).toHaveCount(0, { timeout: 90_000 });
  expect(loggedNumbers(hub, clientId)).toEqual(commands.map(({ no }) => no));
});

test('[MC1] the browser reads the manifest without a complaint, and every icon is what it says', async ({
  restaurant: { hub },
  profile,
}) => {
  const phone = await joined(await profile.open(), hub.url, hub.joinCode);
  const devtools = await phone.context().newCDPSession(phone);
  const read = await devtools.send('Page.getAppManifest');
  expect(read.url).toBe(`${hub.url}/phone/manifest.webmanifest`);
  expect(read.errors).toEqual([]);
  expect(read.manifest).toMatchObject({
    id: `${hub.url}/phone/`,
    startUrl: `${hub.url}/phone/`,
    scope: `${hub.url}/phone/`,
    display: 'kStandalone',
  });
  const { icons } = JSON.parse(read.data ?? '') as { icons: { src: string; sizes: string }[] };
  expect(icons.length).toBeGreaterThan(2);
  for (const { src, sizes } of icons) {
    const shown = await phone.evaluate(async (address) => {
      const image = new Image();
      image.src = address;
      await image.decode();
      return `${image.naturalWidth}x${image.naturalHeight}`;
    }, src);
    if (sizes !== 'any') expect(shown, src).toBe(sizes);
  }
});

test('[MC2] a browser that may clear the queue is said so in the details, one that promised is not', async ({
  restaurant: { hub },
  profile,
}) => {
  const context = await profile.open();
  const phone = await joined(context, hub.url, hub.joinCode);
  const warning = phone.getByText('This browser may clear what is kept here');
  await detailOf(phone, 'Version');
  expect(await phone.evaluate(() => navigator.storage.persisted())).toBe(false);
  await expect(warning).toBeVisible();

  const devtools = await context.newCDPSession(phone);
  await devtools.send('Browser.grantPermissions', {
    origin: hub.url,
    permissions: ['durableStorage'],
  });
  await phone.reload();
  await detailOf(phone, 'Version');
  await expect.poll(() => phone.evaluate(() => navigator.storage.persisted())).toBe(true);
  await expect(warning).toHaveCount(0);
});

test('[MC1] over plain HTTP to another computer the phone joins and works, and says what it cannot', async ({
  restaurant: { hub },
  profile,
}) => {
  const host = /On this network (\S+)/.exec(hub.output)?.[1] ?? '';
  expect(host).toContain('.local:');
  const context = await profile.open(['--host-resolver-rules=MAP *.local 127.0.0.1']);
  const phone = await joined(context, `http://${host}`, hub.joinCode);
  expect(await phone.evaluate(() => isSecureContext)).toBe(false);
  expect(await detailOf(phone, 'Without the hub')).toBe('Does not open');
  await expect(
    phone.getByText(
      'This phone cannot open Fynlo without the hub, because the connection is not secure yet.',
    ),
  ).toBeVisible();
  await orderAt(phone, '4');
  await expect(phone.getByRole('heading', { name: 'Table 4' })).toContainText('Order 1');
});

test('[MC1] a first visit joins by hand, and its scripts weigh at most 180 kB', async ({
  restaurant: { hub },
  profile,
}) => {
  const phone = await (await profile.open()).newPage();
  const scripts: Promise<Buffer>[] = [];
  phone.on('response', (response) => {
    const isScript = response.headers()['content-type']?.includes('javascript');
    if (isScript && response.url().includes('/phone/')) scripts.push(response.body());
  });
  await phone.goto(`${hub.url}/phone/`);
  await phone.getByLabel('Join code').fill(hub.joinCode);
  await phone.getByRole('button', { name: 'Join' }).click();
  await expect(phone.locator('[data-table="7"]')).toBeVisible();
  await mustBeKept(phone);
  expect(await detailOf(phone, 'Without the hub')).toBe('Opens and takes orders');
  const bodies = await Promise.all(scripts);
  expect(bodies.length).toBeGreaterThan(0);
  const bytes = bodies.reduce((sum, body) => sum + gzipSync(body).length, 0);
  test.info().annotations.push({ type: 'script, gzip', description: `${bytes} bytes` });
  expect(bytes).toBeLessThanOrEqual(scriptBytesMax);
});

async function joined(context: BrowserContext, url: string, code: string): Promise<Page> {
  const page = await context.newPage();
  await page.goto(`${url}/phone/#join=${code}`);
  await expect(page.locator('[data-connection="online"]')).toBeVisible();
  return page;
}
