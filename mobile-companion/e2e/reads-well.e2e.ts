import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, test } from '../../desktop/test/e2e/fixtures.ts';
import {
  detailOf,
  forgetTokens,
  mustBeAway,
  mustBeKept,
  orderAt,
} from '../../desktop/test/e2e/phone.ts';

/** The narrowest phone that is still common. */
const narrow = { width: 360, height: 740 };

for (const colorScheme of ['light', 'dark'] as const) {
  test(`[Q3] what a phone shows without its hub fits and can be read, ${colorScheme}`, async ({
    restaurant,
  }) => {
    const { hub } = restaurant;
    const phone = await restaurant.phone({ colorScheme });
    await phone.setViewportSize(narrow);
    await mustBeKept(phone);
    await hub.kill();
    await phone.reload();
    await mustBeAway(phone, hub);
    await orderAt(phone, '4');
    await mustReadWell(phone, 'an order that waits');
    const number = phone.getByText(/^Order P-\d+$/);
    const isCut = await number.evaluate((it) => it.scrollWidth > it.clientWidth);
    expect(isCut, 'the provisional number is seen whole').toBe(false);
    await phone.getByLabel('Back to the tables').click();
    await mustReadWell(phone, 'tables that wait');
    await detailOf(phone, 'Version');
    await mustReadWell(phone, 'details');
    forgetTokens(hub);
    await hub.start();
    await phone.getByRole('button', { name: 'Join again' }).click({ timeout: 90_000 });
    await expect(phone.getByRole('dialog')).toBeVisible();
    await mustReadWell(phone, 'joining again');
  });
}

async function mustReadWell(page: Page, what: string): Promise<void> {
  // A sheet that is still rising has no colours to judge.
  await page.waitForFunction(() => document.getAnimations().length === 0);
  const isTooWide = await page.evaluate(
    () => document.documentElement.scrollWidth > document.documentElement.clientWidth,
  );
  expect(isTooWide, `${what} does not scroll sideways`).toBe(false);
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
    .analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`,
  );
  expect(found, what).toEqual([]);
}
