import { test as base, expect, type Browser, type Page } from '@playwright/test';
import { HubProcess } from '../hub-process.ts';

export const sizes = {
  phone: { width: 390, height: 844 },
  tablet: { width: 1180, height: 820 },
  desktop: { width: 1440, height: 900 },
  kitchen: { width: 1920, height: 1080 },
} as const;

export interface DeviceOptions {
  readonly size?: keyof typeof sizes;
  readonly colorScheme?: 'light' | 'dark';
}

/** A restaurant with a hub of its own, and devices that walk in. */
export interface Restaurant {
  readonly hub: HubProcess;
  till(options?: DeviceOptions): Promise<Page>;
  kitchen(options?: DeviceOptions & { station?: string }): Promise<Page>;
  phone(options?: DeviceOptions): Promise<Page>;
}

export const test = base.extend<{ restaurant: Restaurant }>({
  restaurant: async ({ browser }, use) => {
    const hub = await HubProcess.open();
    const errors: string[] = [];
    const open = (path: string, options: DeviceOptions) =>
      openDevice(browser, hub, path, options, errors);
    await use({
      hub,
      till: (options = {}) => open('/till', options),
      kitchen: ({ station, ...options } = {}) =>
        open(station ? `/kitchen?station=${station}` : '/kitchen', { size: 'kitchen', ...options }),
      phone: (options = {}) => open('/phone/', { size: 'phone', ...options }),
    });
    await hub.stop();
    expect(errors, 'no screen threw').toEqual([]);
  },
});

export { expect };

/** Each device is a browser of its own: it shares no storage with the others. */
async function openDevice(
  browser: Browser,
  hub: HubProcess,
  path: string,
  { size = 'desktop', colorScheme = 'light' }: DeviceOptions,
  errors: string[],
): Promise<Page> {
  const context = await browser.newContext({
    viewport: sizes[size],
    colorScheme,
    hasTouch: size === 'phone' || size === 'tablet',
  });
  const page = await context.newPage();
  page.on('pageerror', (error) => errors.push(`${path}: ${error.message}`));
  await page.goto(`${hub.url}${path}#join=${hub.joinCode}`);
  await expect(page.locator('[data-connection="online"]')).toBeVisible();
  return page;
}
