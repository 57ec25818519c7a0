/**
 * `node desktop/bench/backup-stall.ts --data DIR`: how long the hub's event loop stands still, and
 * how late an order is answered, while nothing, a backup and a check of the whole database go on.
 * Fill a folder first with `fill-log.ts`.
 */
import { randomUUID } from 'node:crypto';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { ClientId, LineId, OrderId, ProductId } from '@fynlo/domain';
import { v7 as uuidv7 } from 'uuid';
import { hubSession } from '../hub/pairing/sessions.ts';
import { startHub } from '../hub/start-hub.ts';

const { values } = parseArgs({ options: { data: { type: 'string', default: '' } } });
const orderEveryMs = 20;

const hub = await startHub({
  dataFolder: values.data,
  host: '127.0.0.1',
  port: 0,
  beginWith: 'sample',
  announce: false,
  connectionsMax: 1,
  connectionsPerDeviceMax: 1,
  logLevel: 'error',
});
const { road, backups } = hub.context;
const clientId = randomUUID() as ClientId;
let no = 0;

const megabytes = Math.round(statSync(join(values.data, 'fynlo.db')).size / 1e6);
process.stdout.write(`${megabytes} MB, an order every ${orderEveryMs} ms\n`);
for (let round = 1; round <= 3; round++) {
  await measure('nothing else', () => new Promise((resolve) => setTimeout(resolve, 3_000)));
  await measure('a backup', () => backups.backUp());
  await measure('a check', () => backups.checkAll());
}
await hub.close();

async function measure(what: string, work: () => Promise<unknown>): Promise<void> {
  let longest = 0;
  let last = performance.now();
  let goesOn = true;
  const turn = () => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
    if (goesOn) setImmediate(turn);
  };
  turn();
  const answers: number[] = [];
  const orders = setInterval(() => void placeOrder().then((ms) => answers.push(ms)), orderEveryMs);
  const started = performance.now();
  await work();
  const tookMs = performance.now() - started;
  clearInterval(orders);
  goesOn = false;
  answers.sort((a, b) => a - b);
  const p99 = answers[Math.floor(answers.length * 0.99)] ?? 0;
  process.stdout.write(
    `${what.padEnd(14)} ${tookMs.toFixed(0).padStart(6)} ms  longest stall ${longest.toFixed(1)} ms  order p99 ${p99.toFixed(1)} ms  max ${(answers.at(-1) ?? 0).toFixed(1)} ms\n`,
  );
}

async function placeOrder(): Promise<number> {
  const lineId = uuidv7() as LineId;
  const line = { lineId, productId: 'chips' as ProductId, quantity: 1, options: [] };
  const orderId = uuidv7() as OrderId;
  const command = { type: 'order.place', orderId, channel: 'takeaway', lines: [line] } as const;
  const started = performance.now();
  await road.submit({ clientId, no: ++no, command, session: hubSession });
  return performance.now() - started;
}
