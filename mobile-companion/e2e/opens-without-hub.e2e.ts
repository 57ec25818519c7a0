import { expect, test } from '../../desktop/test/e2e/fixtures.ts';
import {
  forgetTokens,
  loggedNumbers,
  mustBeAway,
  mustBeKept,
  orderAt,
  queueOf,
  timesLogged,
} from '../../desktop/test/e2e/phone.ts';

test('[MC2] with the hub dead a reloaded phone opens, takes orders, and they go out once, in order', async ({
  restaurant,
}) => {
  const { hub } = restaurant;
  const [phone, kitchen] = await Promise.all([restaurant.phone(), restaurant.kitchen()]);
  await orderAt(phone, '3');
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(1);
  await expect(phone.locator('[data-status="shown"]')).toHaveCount(2);
  await mustBeKept(phone);
  // What the phone knows is stored within a second.
  await expect
    .poll(async () => (await queueOf(phone)).commands, { message: 'the view is stored' })
    .toEqual([]);

  await hub.kill();
  await phone.reload();
  await mustBeAway(phone, hub);
  await expect(phone.getByLabel('Join code')).toHaveCount(0);
  await expect(phone.getByRole('heading', { name: 'The Copper Kettle' })).toBeVisible();
  await expect(phone.locator('[data-table="3"]')).toHaveAttribute('data-status', 'ordered');
  await expect(phone.locator('[data-connection="away"]')).toContainText('No hub');

  await orderAt(phone, '4');
  await expect(phone.getByRole('heading', { name: 'Table 4' })).toContainText(/Order P-\d+/);
  await expect(phone.locator('[data-status="waiting"]')).toHaveCount(2);
  await expect(phone.getByText('The kitchen does not have this yet.')).toBeVisible();
  await phone.getByLabel('Back to the tables').click();
  await expect(phone.locator('[data-table="4"]')).toHaveAttribute('data-waiting', 'true');
  await orderAt(phone, '5');
  const { clientId, commands } = await queueOf(phone);
  expect(commands.map(({ type }) => type).filter((type) => type === 'order.send')).toHaveLength(2);
  await expect(phone.locator('[data-unsent]')).toHaveText(`· ${commands.length} unsent`);

  // Once more, now with a full queue.
  await phone.reload();
  await mustBeAway(phone, hub);
  await expect(phone.locator('[data-unsent]')).toHaveText(`· ${commands.length} unsent`);
  expect(await queueOf(phone)).toEqual({ clientId, commands });
  await phone.locator('[data-table="4"]').click();
  await expect(phone.getByRole('heading', { name: 'Table 4' })).toContainText(/Order P-\d+/);

  const before = loggedNumbers(hub, clientId);
  await hub.start();
  await expect(phone.locator('[data-connection="online"]')).toBeVisible({ timeout: 90_000 });
  await expect(phone.locator('[data-unsent]')).toHaveCount(0);
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(3, { timeout: 90_000 });
  for (const table of ['Table 4', 'Table 5']) {
    const ticket = kitchen.locator('[data-ticket]', { hasText: table });
    await expect(ticket).toContainText('Chips');
    await expect(ticket).toContainText('Caesar salad');
  }
  await expect(phone.locator('[data-status="shown"]')).toHaveCount(2);
  await expect(phone.getByRole('heading', { name: 'Table 4' })).toContainText(/Order [23]$/);
  expect(loggedNumbers(hub, clientId)).toEqual([...before, ...commands.map(({ no }) => no)]);
  expect(timesLogged(hub, 'order.opened')).toBe(3);
});

test('[MC2] a phone that knows nothing yet says what it needs, and does not load for ever', async ({
  restaurant,
}) => {
  const { hub } = restaurant;
  const phone = await restaurant.phone();
  await mustBeKept(phone);
  await hub.kill();
  await phone.evaluate(
    () =>
      new Promise<void>((resolve) => {
        const opening = indexedDB.open('fynlo-phone');
        opening.addEventListener('success', () => {
          const tx = opening.result.transaction('meta', 'readwrite');
          tx.objectStore('meta').delete('position');
          tx.addEventListener('complete', () => resolve(opening.result.close()));
        });
      }),
  );
  await phone.reload();
  await mustBeAway(phone, hub);
  await expect(phone.getByText('This phone needs the hub once')).toBeVisible();
  await hub.start();
  await expect(phone.locator('[data-table="7"]')).toBeVisible({ timeout: 90_000 });
});

test('[MC2] [H10] a token the hub refuses hides nothing and loses nothing: the phone joins again in place', async ({
  restaurant,
}) => {
  const { hub } = restaurant;
  const phone = await restaurant.phone();
  await mustBeKept(phone);
  await hub.kill();
  await mustBeAway(phone, hub);
  await orderAt(phone, '4');
  const { commands } = await queueOf(phone);
  forgetTokens(hub);

  await hub.start();
  await expect(phone.getByRole('button', { name: 'Join again' })).toBeVisible({ timeout: 90_000 });
  await expect(phone.locator('[data-unsent]')).toHaveText(`· ${commands.length} unsent`);
  await phone.reload();
  await expect(phone.getByRole('button', { name: 'Join again' })).toBeVisible();
  await expect(phone.locator('[data-table="4"]')).toHaveAttribute('data-waiting', 'true');
  await expect(phone.locator('[data-unsent]')).toHaveText(`· ${commands.length} unsent`);

  await phone.getByRole('button', { name: 'Join again' }).click();
  await phone.getByLabel('Join code').fill(hub.joinCode === '123456' ? '654321' : '123456');
  await phone.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(phone.getByRole('alert')).toContainText('not right');
  await phone.getByLabel('Join code').fill(hub.joinCode);
  await phone.getByRole('button', { name: 'Join', exact: true }).click();
  await expect(phone.locator('[data-connection="online"]')).toBeVisible();
  await expect(phone.locator('[data-unsent]')).toHaveCount(0);
  const kitchen = await restaurant.kitchen();
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(1);
  await expect(kitchen.locator('[data-ticket]')).toContainText('Table 4');
  expect(timesLogged(hub, 'order.opened')).toBe(1);
  // The next opening knows it too.
  await phone.reload();
  await expect(phone.locator('[data-connection="online"]')).toBeVisible();
});

test('[MC2] [H10] a refused phone that scans the code again has joined again, with its queue', async ({
  restaurant,
}) => {
  const { hub } = restaurant;
  const refused = await restaurant.phone();
  await mustBeKept(refused);
  await hub.kill();
  await orderAt(refused, '4');
  forgetTokens(hub);
  await refused.close();
  await hub.start();
  const phone = await refused.context().newPage();
  await phone.goto(`${hub.url}/phone/#join=${hub.joinCode}`);
  await expect(phone.locator('[data-connection="online"]')).toBeVisible();
  await expect(phone.locator('[data-unsent]')).toHaveCount(0);
  const kitchen = await restaurant.kitchen();
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(1);
  expect(timesLogged(hub, 'order.opened')).toBe(1);
  expect(timesLogged(hub, 'order.sent')).toBe(1);
});

test('[MC2] two tabs and a full queue: one has it, the other says so, takes over, and nothing is lost or doubled', async ({
  restaurant,
}) => {
  const { hub } = restaurant;
  const [first, kitchen] = await Promise.all([restaurant.phone(), restaurant.kitchen()]);
  await mustBeKept(first);
  await hub.kill();
  await orderAt(first, '4');
  const { clientId, commands } = await queueOf(first);

  const second = await first.context().newPage();
  await second.goto(`${hub.url}/phone/`);
  await mustBeAway(second, hub);
  await expect(second.getByRole('heading', { name: 'Open in another tab' })).toBeVisible();
  await expect(first.locator('[data-unsent]')).toHaveText(`· ${commands.length} unsent`);
  await second.getByRole('button', { name: 'Use it here' }).click();
  await expect(second.locator('[data-unsent]')).toHaveText(`· ${commands.length} unsent`);
  await expect(first.getByRole('heading', { name: 'Open in another tab' })).toBeVisible();
  await orderAt(second, '5');
  const all = (await queueOf(second)).commands;
  expect(all.length).toBeGreaterThan(commands.length);
  expect(all.slice(0, commands.length)).toEqual(commands);

  await hub.start();
  await expect(second.locator('[data-connection="online"]')).toBeVisible({ timeout: 90_000 });
  await expect(second.locator('[data-unsent]')).toHaveCount(0);
  await expect(kitchen.locator('[data-ticket]')).toHaveCount(2, { timeout: 90_000 });
  expect(loggedNumbers(hub, clientId)).toEqual(all.map(({ no }) => no));
  expect(timesLogged(hub, 'order.opened')).toBe(2);
});
