import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { expect, sizes, test } from './fixtures.ts';

test('[H10] a wrong code is answered with what to do, and the right one joins', async ({
  restaurant,
  page,
}) => {
  const { hub } = restaurant;
  await page.goto(`${hub.url}/phone/`);
  const wrong = hub.joinCode === '123456' ? '654321' : '123456';
  await page.getByLabel('Join code').fill(wrong);
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.getByRole('alert')).toContainText('not right');
  await page.getByLabel('Join code').fill(hub.joinCode);
  await page.getByRole('button', { name: 'Join' }).click();
  await expect(page.locator('[data-table="7"]')).toBeVisible();
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`[Q3] [D3] screens fit their sizes and can be read, ${colorScheme}`, async ({
    restaurant,
  }) => {
    for (const size of ['phone', 'tablet', 'desktop'] as const) {
      const till = await restaurant.till({ size, colorScheme });
      await mustFit(till, `till floor at ${size}`);
      await till.getByRole('button', { name: 'Backups', exact: true }).click();
      await expect(till.getByText('No backup yet')).toBeVisible();
      await mustFit(till, `till backups at ${size}`);
      await mustBeAccessible(till, `till backups at ${size}`);
      await till.getByRole('button', { name: 'Floor', exact: true }).click();
      await till.locator('[data-table="7"]').click();
      await expect(till.locator('[data-product]').first()).toBeVisible();
      await mustFit(till, `till order at ${size}`);
      await mustBeAccessible(till, `till order at ${size}`);
      await till.context().close();
    }
    const phone = await restaurant.phone({ colorScheme });
    await mustFit(phone, 'phone tables');
    await mustBeAccessible(phone, 'phone tables');
    await phone.locator('[data-table="8"]').click();
    await phone.getByRole('button', { name: 'Sides' }).click();
    await phone.locator('[data-product="chips"]').click();
    await mustFit(phone, 'phone menu');
    await phone.getByRole('button', { name: /^Send 1/ }).click();
    await mustBeAccessible(phone, 'phone order');
    const kitchen = await restaurant.kitchen({ colorScheme });
    await expect(kitchen.locator('[data-ticket]')).toHaveCount(1);
    await mustFit(kitchen, 'kitchen');
    await mustBeAccessible(kitchen, 'kitchen');
  });
}

async function mustFit(page: Page, what: string): Promise<void> {
  const { scroll, view } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    view: document.documentElement.clientWidth,
  }));
  expect(scroll, `${what} does not scroll sideways`).toBeLessThanOrEqual(view);
  expect(Object.values(sizes).map(({ width }) => width)).toContain(view);
}

async function mustBeAccessible(page: Page, what: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag22aa'])
    .analyze();
  const found = violations.map(
    ({ id, nodes }) => `${id}: ${nodes.map((n) => n.html.slice(0, 120)).join(' | ')}`,
  );
  expect(found, what).toEqual([]);
}
