import { expect, test } from './fixtures.ts';

test('[H4] [H12] the hub is killed: screens say so, keep what is asked, and send it on its return', async ({
  restaurant,
}) => {
  const { hub } = restaurant;
  const [phone, kitchen] = await Promise.all([restaurant.phone(), restaurant.kitchen()]);
  await phone.locator('[data-table="3"]').click();
  await phone.getByRole('button', { name: 'Sides' }).click();
  await phone.locator('[data-product="chips"]').click();
  await phone.getByRole('button', { name: /^Send 1/ }).click();
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(1);
  await expect(phone.locator('[data-status="shown"]')).toHaveCount(1);

  await hub.kill();
  await expect(kitchen.getByRole('alert')).toContainText('No connection to the hub', {
    timeout: 15_000,
  });
  await expect(phone.locator('[data-connection="away"]')).toBeVisible();

  await phone.getByRole('button', { name: 'Add' }).click();
  await phone.getByRole('button', { name: 'Salads' }).click();
  await phone.locator('[data-product="caesar-salad"]').click();
  await phone.getByRole('button', { name: /^Send 1/ }).click();
  await expect(phone.locator('[data-unsent]')).toHaveAttribute('data-unsent', '2');
  await kitchen.getByRole('button', { name: 'Start' }).click();

  await hub.start();
  await expect(kitchen.getByRole('alert')).toHaveCount(0, { timeout: 90_000 });
  await expect(phone.locator('[data-connection="online"]')).toBeVisible({ timeout: 90_000 });
  await expect(phone.locator('[data-unsent]')).toHaveCount(0);
  const ticket = kitchen.locator('[data-ticket]');
  await expect(ticket).toHaveCount(1);
  await expect(ticket).toContainText('Chips');
  await expect(ticket).toContainText('Caesar salad');
  await expect(ticket).toContainText('ADD-ON');
  await expect(phone.locator('[data-status="started"]')).toHaveCount(1);
  await expect(phone.locator('[data-status="shown"]')).toHaveCount(1);
});
