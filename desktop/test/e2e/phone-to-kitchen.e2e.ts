import { expect, test } from './fixtures.ts';

test('[MC1] [K1] a phone’s order is seen in the kitchen, and comes back ready', async ({
  restaurant,
}) => {
  const [phone, kitchen, till] = await Promise.all([
    restaurant.phone(),
    restaurant.kitchen(),
    restaurant.till(),
  ]);
  await phone.locator('[data-table="7"]').click();
  await phone.getByRole('button', { name: 'Burgers' }).click();
  await phone.locator('[data-product="house-burger"]').click();
  const add = phone.getByRole('button', { name: /^(Add|Choose)/ });
  await expect(add, 'a required choice comes first').toBeDisabled();
  await phone.getByRole('button', { name: 'Pink' }).click();
  await phone.getByLabel('Note for the kitchen').fill('No onion');
  await phone.getByRole('button', { name: /^Add ·/ }).click();
  await phone.getByRole('button', { name: 'Sides' }).click();
  await phone.locator('[data-product="chips"]').click();
  await phone.getByRole('button', { name: /^Send 2/ }).click();

  const ticket = kitchen.locator('[data-ticket]');
  await expect(ticket).toContainText('Table 7');
  await expect(ticket).toContainText('House burger');
  await expect(ticket).toContainText('Pink');
  await expect(ticket).toContainText('No onion');
  // Said by the screen that painted it, and seen by the phone and the till.
  await expect(phone.locator('[data-status="shown"]')).toHaveCount(2);

  await ticket.getByRole('button', { name: 'Start' }).click();
  await expect(phone.locator('[data-status="started"]')).toHaveCount(2);
  await ticket.getByRole('button', { name: 'Bump', exact: true }).click();
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(0);
  await expect(phone.locator('[data-ready]')).toContainText('Table 7: 2 ready');
  await expect(till.locator('[data-table="7"]')).toHaveAttribute('data-status', 'ready');

  await phone.getByRole('button', { name: 'Serve' }).first().click();
  await expect(phone.locator('[data-status="served"]')).toHaveCount(1);

  await kitchen.getByRole('button', { name: 'Recall' }).click();
  await kitchen
    .getByRole('dialog')
    .getByRole('button', { name: /Table 7/ })
    .click();
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(1);
  await kitchen.keyboard.press('1');
  await kitchen.keyboard.press('b');
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(0);
});

test('[O3] the bill adds up with service and VAT inside', async ({ restaurant }) => {
  const till = await restaurant.till();
  await till.locator('[data-table="5"]').click();
  await till.getByRole('button', { name: 'Sides', exact: true }).click();
  await till.locator('[data-product="chips"]').click();
  await till.locator('[data-product="chips"]').click();
  await till.locator('[data-product="onion-rings"]').click();
  // 2 × 4.75 + 5.00 = 14.50; 12.5 % of it is 1.8125, so 1.81; 14.50 × 20 ÷ 120 is 2.4166.
  await expect(till.locator('[data-total]')).toHaveAttribute('data-total', '1631');
  await expect(till.getByText('£1.81')).toBeVisible();
  await expect(till.getByText('£2.42')).toBeVisible();
});

test('[O1] any key begins a search, and Enter adds what it found', async ({ restaurant }) => {
  const till = await restaurant.till();
  await till.locator('[data-table="5"]').click();
  await expect(till.locator('[data-product]').first()).toBeVisible();
  await till.keyboard.type('scotch');
  await till.keyboard.press('Enter');
  await expect(till.getByRole('group', { name: 'Scotch egg' })).toBeVisible();
});

test('[K1] [H8] a station’s screen sees its own lines, and 86 reaches every screen', async ({
  restaurant,
}) => {
  const [till, bar, grill] = await Promise.all([
    restaurant.till(),
    restaurant.kitchen({ station: 'bar' }),
    restaurant.kitchen({ station: 'grill' }),
  ]);
  await till.locator('[data-table="9"]').click();
  await till.getByRole('button', { name: 'Soft drinks' }).click();
  await till.locator('[data-product="kombucha"]').click();
  await till.getByRole('button', { name: /^Send 1/ }).click();
  await expect(bar.locator('[data-ticket]')).toContainText('Kombucha');
  await expect(grill.locator('[data-ticket]')).toHaveCount(0);

  await bar.getByRole('button', { name: '86' }).click();
  await bar.getByLabel('Find a dish').fill('kombucha');
  await bar.getByRole('button', { name: /Kombucha/ }).click();
  await expect(till.locator('[data-product="kombucha"]')).toBeDisabled();
  await expect(till.locator('[data-product="kombucha"]')).toContainText('Sold out');
});
