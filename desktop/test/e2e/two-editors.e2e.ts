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

test('[O2] what is on the order survives a reload; sizes are asked for; an empty order is cancelled', async ({
  restaurant,
}) => {
  const till = await restaurant.till();
  await till.locator('[data-table="11"]').click();
  await till.getByRole('button', { name: 'Wine' }).click();
  await till.locator('[data-product="malbec"]').click();
  await till.getByRole('button', { name: '175 ml' }).click();
  await till.getByRole('button', { name: /^Add ·/ }).click();
  await expect(till.locator('[data-line]')).toContainText('175 ml');
  await till.reload();
  await expect(till.locator('[data-line]')).toContainText('175 ml');
  await till.getByRole('button', { name: 'Remove Malbec' }).click();
  await expect(till.locator('[data-line]')).toHaveCount(0);
  await till.getByRole('button', { name: 'Cancel order' }).click();
  await expect(till.locator('[data-table="11"]')).toHaveAttribute('data-status', 'free');
});

test('[O4] an order moves to another table, and a void stays on the bill with its reason', async ({
  restaurant,
}) => {
  const [till, kitchen] = await Promise.all([restaurant.till(), restaurant.kitchen()]);
  await till.locator('[data-table="5"]').click();
  await till.getByRole('button', { name: 'Sides', exact: true }).click();
  await till.locator('[data-product="chips"]').click();
  await till.locator('[data-product="onion-rings"]').click();
  await till.getByRole('button', { name: /^Send 2/ }).click();
  await till.getByRole('button', { name: 'Void …' }).first().click();
  await till.getByRole('button', { name: 'Ordered by mistake' }).click();
  await till.getByRole('button', { name: 'Void it' }).click();
  await expect(till.locator('[data-status="voided"]')).toHaveCount(1);
  await expect(kitchen.locator('[data-ticket] [data-status="voided"]')).toContainText('VOID');
  await till.getByRole('button', { name: 'Move' }).click();
  await till.getByRole('dialog').getByRole('button', { name: '6', exact: true }).click();
  await expect(kitchen.locator('[data-ticket]')).toContainText('Table 6');
  await till.getByRole('button', { name: 'Close order' }).click();
  await expect(till.locator('[data-table="6"]')).toHaveAttribute('data-status', 'dirty');
  await expect(till.locator('[data-table="5"]')).toHaveAttribute('data-status', 'dirty');
});
