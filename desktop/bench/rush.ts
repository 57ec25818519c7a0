/**
 * `npm run rush`: replays a Friday night. Tills, phones and kitchen screens, each the real client
 * over a real socket, work on a hub in a process of its own. Prints how fast they saw each other and
 * whether anything was lost, doubled or out of order. See `--help` for the numbers of the profile.
 */
import { parseArgs } from 'node:util';
import type { LineId, OrderId, ProductId } from '@fynlo/domain';
import type { DeviceKind } from '@fynlo/domain/device';
import type { Order } from '@fynlo/domain/order';
import { openClient, type Client } from '@fynlo/client/connection';
import { MemoryStorage } from '@fynlo/client/memory';
import { livePath, type JoinResponse } from '@fynlo/protocol/wire';
import { seededRandom } from '@fynlo/testing/surroundings';
import { v7 as uuidv7 } from 'uuid';
import { WebSocket } from 'ws';
import { HubProcess } from '../test/hub-process.ts';
import { processUsage } from './process-usage.ts';
import { Samples } from './samples.ts';
import { table } from './table.ts';

const usage = `npm run rush -- [options]
  --orders-per-hour 100   a very busy restaurant
  --hours 5               of service
  --seconds 60            how long the replay takes
  --tills 4 --phones 30 --kitchens 6
  --lines 5               lines an order, on average
  --kills 0               how often the hub is killed and started again on the way
  --seed 1`;

const { values } = parseArgs({
  options: {
    'orders-per-hour': { type: 'string', default: '100' },
    hours: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '60' },
    tills: { type: 'string', default: '4' },
    phones: { type: 'string', default: '30' },
    kitchens: { type: 'string', default: '6' },
    lines: { type: 'string', default: '5' },
    kills: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    help: { type: 'boolean', default: false },
  },
});

const number = (name: Exclude<keyof typeof values, 'help'>) => Number(values[name]);
const random = seededRandom(number('seed'));
const answered = new Samples();
const onGlass = new Samples();
/** What was asked for and accepted: the truth that is compared in the end. */
const expected = new Map<OrderId, Set<LineId>>();
const sentAt = new Map<OrderId, number>();
let outOfOrder = 0;
let products: ProductId[] | undefined;

if (values.help) process.stdout.write(`${usage}\n`);
else await rush();

async function rush(): Promise<void> {
  const hub = await HubProcess.open();
  const orders = Math.round(number('orders-per-hour') * number('hours'));
  const seconds = number('seconds');
  say(
    `${orders} orders of a ${number('hours')} h service in ${seconds} s, ${number('tills')} tills, ${number('phones')} phones, ${number('kitchens')} kitchen screens, ${number('kills')} kills`,
  );
  const tills = await openDevices(hub, 'till', number('tills'));
  const phones = await openDevices(hub, 'phone', number('phones'));
  const kitchens = await openDevices(hub, 'kitchen', number('kitchens'));
  for (const [i, kitchen] of kitchens.entries()) watchGlass(kitchen, i === 0);

  const cpuBefore = processUsage(hub.pid())?.cpuMs ?? 0;
  const started = performance.now();
  const killEvery = number('kills') > 0 ? Math.floor(orders / (number('kills') + 1)) : Infinity;
  const running: Promise<void>[] = [];
  for (let i = 0; i < orders; i++) {
    await until(started + (i / orders) * seconds * 1000);
    running.push(serveGuests(pick(phones), pick(tills)));
    if (i > 0 && i % killEvery === 0) {
      await hub.kill();
      await hub.start();
    }
  }
  await Promise.all(running);
  const usageAfter = processUsage(hub.pid());
  const tookMs = performance.now() - started;
  const { lost, doubled } = await compare(tills[0] as Client, hub);
  const digests = new Set([...tills, ...phones].map((client) => digest(client)));

  const row = (name: string, samples: Samples) => {
    const { p50, p95, p99, max, count } = samples.summary();
    return [name, String(count), ...[p50, p95, p99, max].map((ms) => ms.toFixed(1))];
  };
  say(
    table(
      ['ms', 'count', 'p50', 'p95', 'p99', 'max'],
      [row('tap to answer', answered), row('sent to kitchen glass', onGlass)],
    ),
  );
  say(
    table(
      ['lost', 'doubled', 'out of order', 'devices that differ', 'hub cpu', 'hub MB'],
      [
        [
          String(lost),
          String(doubled),
          String(outOfOrder),
          String(digests.size - 1),
          number('kills') > 0
            ? '–'
            : `${Math.round((((usageAfter?.cpuMs ?? 0) - cpuBefore) / tookMs) * 100)} %`,
          String(Math.round(usageAfter?.rssMb ?? 0)),
        ],
      ],
    ),
  );
  await Promise.all([...tills, ...phones, ...kitchens].map((client) => client.close()));
  await hub.stop();
  process.exitCode = lost + doubled + outOfOrder + (digests.size - 1) === 0 ? 0 : 1;
}

/** One table’s evening: ordered line by line, sent, added to, served and closed. */
async function serveGuests(phone: Client, till: Client): Promise<void> {
  const orderId = uuidv7() as OrderId;
  const lines = new Set<LineId>();
  expected.set(orderId, lines);
  const tableId = pick(phone.view().floor()?.floor.tables ?? []).id;
  await ask(phone, { type: 'order.open', orderId, channel: 'dine-in', tableId });
  const count = 1 + Math.floor(random() * (number('lines') * 2 - 1));
  for (let i = 0; i < count; i++) await addLine(phone, orderId, lines);
  await send(phone, orderId);
  await pause();
  if (random() < 0.3) {
    await addLine(till, orderId, lines);
    await send(till, orderId);
  }
  await pause();
  await ask(till, { type: 'kitchen.start', orderId, lineIds: [...lines] });
  await pause();
  await ask(till, { type: 'kitchen.bump', orderId, lineIds: [...lines] });
  await ask(phone, { type: 'order.serve', orderId, lineIds: [...lines] });
}

async function addLine(client: Client, orderId: OrderId, lines: Set<LineId>): Promise<void> {
  const lineId = uuidv7() as LineId;
  const line = { lineId, productId: pick(simpleProducts(client)), quantity: 1, options: [] };
  if (await ask(client, { type: 'order.add-lines', orderId, lines: [line] })) lines.add(lineId);
}

async function send(client: Client, orderId: OrderId): Promise<void> {
  if (!sentAt.has(orderId)) sentAt.set(orderId, performance.now());
  await ask(client, { type: 'order.send', orderId });
}

async function ask(client: Client, command: Parameters<Client['dispatch']>[0]): Promise<boolean> {
  const asked = performance.now();
  const { accepted } = await client.dispatch(command).outcome;
  answered.add(performance.now() - asked);
  return accepted;
}

/** What a kitchen screen does: sees a ticket, says that it has painted it, in log order. */
function watchGlass(kitchen: Client, acknowledges: boolean): void {
  const seen = new Set<OrderId>();
  let position = 0;
  kitchen.onChange(() => {
    const now = kitchen.position()?.seq ?? 0;
    if (now < position) outOfOrder++;
    position = now;
    for (const order of kitchen.view().openOrders()) {
      const lineIds = order.lines
        .filter(({ status }) => status === 'sent')
        .map((line) => line.lineId);
      if (order.rounds === 0 || seen.has(order.id)) continue;
      seen.add(order.id);
      const sent = sentAt.get(order.id);
      if (sent !== undefined) onGlass.add(performance.now() - sent);
      if (acknowledges && lineIds.length > 0) {
        kitchen.dispatch({ type: 'kitchen.show', orderId: order.id, lineIds });
      }
    }
  });
}

async function compare(
  client: Client,
  hub: HubProcess,
): Promise<{ lost: number; doubled: number }> {
  const token = await join(hub, 'till', 'Comparer');
  let lost = 0;
  let doubled = 0;
  for (const [orderId, lines] of expected) {
    const response = await fetch(`${hub.url}/api/v1/orders/${orderId}`, {
      headers: { authorization: `Bearer ${token.token}` },
    });
    const order = (await response.json()) as Order;
    const found = (order.lines ?? []).map(({ lineId }) => lineId);
    lost += [...lines].filter((lineId) => !found.includes(lineId)).length;
    doubled += found.length - new Set(found).size + found.filter((id) => !lines.has(id)).length;
  }
  const settled = performance.now() + 5_000;
  while (client.status().unsent > 0 && performance.now() < settled)
    await until(performance.now() + 50);
  return { lost, doubled };
}

function digest(client: Client): string {
  return JSON.stringify([...client.confirmed().openOrders()]);
}

async function openDevices(hub: HubProcess, kind: DeviceKind, count: number): Promise<Client[]> {
  const clients: Client[] = [];
  for (let i = 0; i < count; i++) {
    const { token, deviceId } = await join(hub, kind, `${kind} ${i + 1}`);
    const client = await openClient({
      url: hub.url.replace('http', 'ws') + livePath,
      token,
      deviceId,
      build: 'rush',
      storage: new MemoryStorage(),
      openSocket: (url) => new WebSocket(url, { perMessageDeflate: false }) as never,
      kitchenPing: kind === 'kitchen',
    });
    while (!client.status().current) await until(performance.now() + 5);
    clients.push(client);
  }
  return clients;
}

async function join(hub: HubProcess, kind: DeviceKind, name: string): Promise<JoinResponse> {
  const response = await fetch(`${hub.url}/api/v1/join`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code: hub.joinCode, name, kind }),
  });
  return (await response.json()) as JoinResponse;
}

/** What can be ordered at any hour without a question. */
function simpleProducts(client: Client): readonly ProductId[] {
  const menu = client.view().menu()?.menu;
  products ??= menu?.products
    .filter((product) => {
      const groups = menu.modifierGroups.filter(({ id }) => product.modifierGroupIds.includes(id));
      return (
        product.variants.length + product.availability.length === 0 &&
        groups.every(({ min }) => min === 0)
      );
    })
    .map(({ id }) => id);
  return products ?? [];
}

function pick<T>(items: readonly T[]): T {
  return items[Math.floor(random() * items.length)] as T;
}

function pause(): Promise<void> {
  return until(performance.now() + 200 + random() * 800);
}

async function until(at: number): Promise<void> {
  const wait = at - performance.now();
  if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
}

function say(text: string): void {
  process.stdout.write(`${text}\n\n`);
}
