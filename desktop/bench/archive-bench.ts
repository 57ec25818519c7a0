/**
 * What archiving costs and brings: fills a year, archives all but sixty days while orders are
 * taken, and prints sizes, times and stalls. `node desktop/bench/archive-bench.ts --events 1000000`
 */
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import type { ClientId, LineId, OrderId, ProductId, TableId } from '@fynlo/domain';
import { v7 as uuidv7 } from 'uuid';
import { Archiver, type Archived } from '../hub/archive/archiver.ts';
import { hubSession } from '../hub/pairing/sessions.ts';
import { startHub, type RunningHub } from '../hub/start-hub.ts';
import { Samples, type Summary } from './samples.ts';
import { table } from './table.ts';
import { spawnServer } from './target.ts';

const { values } = parseArgs({
  options: {
    events: { type: 'string', default: '1000000' },
    days: { type: 'string', default: '365' },
    /** Orders a second while the archiver works; 0 for none. */
    rate: { type: 'string', default: '20' },
  },
});
const megabyte = 1_000_000;
const folder = mkdtempSync(join(tmpdir(), 'fynlo-archive-bench-'));
const hotFile = join(folder, 'fynlo.db');

await fill(Number(values.events), Number(values.days));
const hotBefore = sizeOf(hotFile);
const readyBefore = await readyMs();
const quiet = await whileOrdering(() => new Promise((resolve) => setTimeout(resolve, 20_000)));
const slices = new Samples();
/** What of it this thread worked, and did not wait for a disk or for other programs. */
const slicesCpu = new Samples();
const busy = await whileOrdering(archive);
const hotAfter = sizeOf(hotFile);
const readyAfter = await readyMs();
const archives = readdirSync(join(folder, 'archive')).map((name) => ({
  name,
  size: sizeOf(join(folder, 'archive', name)),
}));
await fill(Math.round(busy.result.events / 2), 1);
const hotLater = sizeOf(hotFile);

const mb = (bytes: number) => `${(bytes / megabyte).toFixed(0)} MB`;
const ms = (value: number) => `${value.toFixed(1)} ms`;
const { events } = busy.result;
print(
  table(
    ['', 'before', 'after'],
    [
      ['hot file', mb(hotBefore), mb(hotAfter)],
      ['the same after half of it was written anew', '', mb(hotLater)],
      ['process start to ready, fastest of 9', ms(readyBefore), ms(readyAfter)],
    ],
  ),
);
print(
  table(
    [`${values.rate} orders/s`, 'alone', 'while archiving'],
    [
      ['event loop held up: p99.9', ms(quiet.loopP999Ms), ms(busy.loopP999Ms)],
      ['event loop held up: longest', ms(quiet.loopMaxMs), ms(busy.loopMaxMs)],
      ['order to answer: p50', ms(quiet.answers.p50), ms(busy.answers.p50)],
      ['order to answer: p99', ms(quiet.answers.p99), ms(busy.answers.p99)],
      ['order to answer: longest', ms(quiet.answers.max), ms(busy.answers.max)],
    ],
  ),
);
for (const [what, samples] of [
  ['took', slices],
  ['worked', slicesCpu],
] as const) {
  const { p50, p99, max, count } = samples.summary();
  print(`${count} slices ${what}: p50 ${ms(p50)}, p99 ${ms(p99)}, longest ${ms(max)}`);
}
print(`${events.toLocaleString('en')} events archived in ${(busy.tookMs / 1000).toFixed(0)} s:`);
for (const { name, size } of archives) print(`  ${name}  ${mb(size)}`);
rmSync(folder, { recursive: true, force: true });

async function fill(count: number, days: number): Promise<void> {
  const args = ['--events', String(count), '--days', String(days)];
  await (
    await spawnServer('./fill-log.ts', args, folder)
  ).ended;
}

/** From the start of a process until it takes orders. */
async function readyMs(): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < 9; i++) {
    const started = performance.now();
    const { child, ended } = await spawnServer('./hub-server.ts', [], folder);
    times.push(performance.now() - started);
    child.kill('SIGTERM');
    await ended;
  }
  return Math.min(...times);
}

/** As the hub does it by itself, but with short rests although there are orders: the harder case. */
function archive({ context }: RunningHub): Promise<Archived> {
  const { db, log, road, now } = context;
  const restMs = 10;
  let goesOnAt = performance.now();
  let cpuAt = process.threadCpuUsage();
  const archiver = new Archiver({
    db,
    log,
    now,
    heldElsewhere: { upTo: () => Number.MAX_SAFE_INTEGER },
    keepDays: 60,
    today: () => road.today(),
    onOutcomeUnknown: (error) => {
      throw error;
    },
    pause: async (step) => {
      if (step === 'removed a slice') {
        slices.add(performance.now() - goesOnAt);
        const { user, system } = process.threadCpuUsage(cpuAt);
        slicesCpu.add((user + system) / 1_000);
      }
      await new Promise((resolve) => setTimeout(resolve, restMs));
      goesOnAt = performance.now();
      cpuAt = process.threadCpuUsage();
    },
  });
  return archiver.run();
}

interface Ordered<Result> {
  readonly result: Result;
  readonly tookMs: number;
  readonly loopP999Ms: number;
  readonly loopMaxMs: number;
  readonly answers: Summary;
}

/** A hub in this process takes orders while it does something else. */
async function whileOrdering<Result>(
  run: (hub: RunningHub) => Promise<Result>,
): Promise<Ordered<Result>> {
  const hub = await startHub({
    dataFolder: folder,
    host: '127.0.0.1',
    port: 0,
    beginWith: 'sample',
    announce: false,
    connectionsMax: 1,
    connectionsPerDeviceMax: 1,
    logLevel: 'error',
  });
  const answers = new Samples();
  const clientId = randomUUID() as ClientId;
  let no = 0;
  const rate = Number(values.rate);
  const order = async () => {
    const began = performance.now();
    const command = oneOrder();
    await hub.context.road.submit({ clientId, no: ++no, command, session: hubSession });
    answers.add(performance.now() - began);
    // Eaten at once: a thousand open orders would be another measurement.
    const { orderId } = command;
    const done = { type: 'order.complete', orderId } as const;
    await hub.context.road.submit({ clientId, no: ++no, command: done, session: hubSession });
  };
  await order();
  const loop = monitorEventLoopDelay({ resolution: 1 });
  loop.enable();
  const timer = rate > 0 ? setInterval(() => void order(), 1_000 / rate) : undefined;
  const began = performance.now();
  const result = await run(hub);
  const tookMs = performance.now() - began;
  clearInterval(timer);
  loop.disable();
  await hub.close();
  return {
    result,
    tookMs,
    loopP999Ms: loop.percentile(99.9) / 1e6,
    loopMaxMs: loop.max / 1e6,
    answers: answers.summary(),
  };
}

function oneOrder() {
  const orderId = uuidv7() as OrderId;
  const lines = Array.from({ length: 5 }, () => ({
    lineId: uuidv7() as LineId,
    productId: 'chips' as ProductId,
    quantity: 1,
    options: [],
  }));
  const tableId = '7' as TableId;
  return { type: 'order.place', orderId, channel: 'dine-in', tableId, lines } as const;
}

/** With what a crash would replay. */
function sizeOf(path: string): number {
  const wal = `${path}-wal`;
  return statSync(path).size + (existsSync(wal) ? statSync(wal).size : 0);
}

function print(text: string): void {
  process.stdout.write(`${text}\n\n`);
}
