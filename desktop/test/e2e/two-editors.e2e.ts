import { expect, test } from './fixtures.ts';

test('[H6] [O6] two people at one table lose nothing', async ({ restaurant }) => {
  const [till, phone] = await Promise.all([restaurant.till(), restaurant.phone()]);
  await till.locator('[data-table="10"]').click();
  await till.getByRole('button', { name: 'Sides', exact: true }).click();
  await till.locator('[data-product="chips"]').click();
  await phone.locator('[data-table="10"]').click();
  await expect(phone.getByText('Chips', { exact: true })).toBeVisible();
  await phone.getByRole('button', { name: 'Add' }).click();
  await phone.getByRole('button', { name: 'Sides' }).click();

  const fromTill = ['skinny-fries', 'mashed-potato', 'onion-rings', 'garlic-bread'];
  const fromPhone = ['house-salad', 'buttered-greens', 'mac-and-cheese', 'creamed-spinach'];
  await Promise.all([
    (async () => {
      for (const id of fromTill) await till.locator(`[data-product="${id}"]`).click();
    })(),
    (async () => {
      for (const id of fromPhone) await phone.locator(`[data-product="${id}"]`).click();
    })(),
  ]);
  await phone.getByRole('button', { name: 'Order', exact: true }).click();
  await expect(till.locator('[data-line]')).toHaveCount(9);
  await expect(phone.locator('[data-line]')).toHaveCount(9);
  const total = await till.locator('[data-total]').getAttribute('data-total');
  await expect(phone.locator('[data-total]')).toHaveAttribute('data-total', total ?? '');
});
