/**
 * `npm run bench`: the hub against the reference, in the same run and in turns, because absolute
 * times drift with the machine and ratios do not. See docs/operating/benchmarks.md.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { hubTarget, startHubOn } from './hub-target.ts';
import { catchUp, closedLoop, openLoop, type LoadResult } from './load.ts';
import { processUsage } from './process-usage.ts';
import { referenceTarget } from './reference-target.ts';
import { table } from './table.ts';
import { spawnServer, type RunningTarget, type Target } from './target.ts';

const { values } = parseArgs({
  options: {
    rates: { type: 'string', default: '5,100,1000' },
    readers: { type: 'string', default: '10,50,200' },
    rounds: { type: 'string', default: '3' },
    seconds: { type: 'string', default: '5' },
    only: { type: 'string', default: 'open,closed,catchup,start' },
    worker: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const usage = `npm run bench -- [options]
  --rates 5,100,1000       orders a second, open loop
  --readers 10,50,200      devices that must receive every change
  --rounds 3               rounds of each cell; targets take turns, figures are the median's
  --seconds 5              how long each measurement runs
  --only open,closed,catchup,start
  --worker                 also measure the reference with its commits on a worker thread`;

const numbers = (text: string) => text.split(',').map(Number);
const rounds = Number(values.rounds);
const seconds = Number(values.seconds);
const targets: readonly Target[] = values.worker
  ? [referenceTarget(), referenceTarget('worker'), hubTarget]
  : [referenceTarget(), hubTarget];

if (values.help) {
  print(usage);
} else {
  if (values.only.includes('open')) await benchOpenLoop();
  if (values.only.includes('closed')) await benchClosedLoop();
  if (values.only.includes('catchup')) await benchCatchUp();
  if (values.only.includes('start')) await benchStart();
}

async function benchOpenLoop(): Promise<void> {
  print(`\nOpen loop, 10 writers, ${seconds} s a round, median of ${rounds} rounds; times in ms`);
  const rows: string[][] = [];
  for (const ordersPerSecond of numbers(values.rates)) {
    for (const readers of numbers(values.readers)) {
      const load = { ordersPerSecond, readers, writers: 10, seconds };
      const results = await inTurns((target) => openLoop(target, load));
      const base = results[0] as Measured<LoadResult>;
      for (const { name, runs } of results) {
        const of = (pick: (run: LoadResult) => number) => median(runs.map(pick));
        const ratio = (pick: (run: LoadResult) => number) => of(pick) / median(base.runs.map(pick));
        rows.push([
          `${ordersPerSecond}/s`,
          String(readers),
          name,
          ms(of((run) => run.ack.p50)),
          ms(of((run) => run.ack.p99)),
          ms(of((run) => run.propagation.p50)),
          ms(of((run) => run.propagation.p95)),
          ms(of((run) => run.propagation.p99)),
          ms(of((run) => run.propagation.max)),
          times(ratio((run) => run.propagation.p50)),
          times(ratio((run) => run.propagation.p99)),
          String(runs.reduce((sum, run) => sum + run.missing, 0)),
          `${Math.round(of((run) => run.cpuShare) * 100)} %`,
          `${Math.round(of((run) => run.rssMb))}`,
        ]);
      }
    }
  }
  const head = ['orders', 'readers', 'target', 'ack p50', 'ack p99', 'p50', 'p95', 'p99', 'max'];
  print(table([...head, '× p50', '× p99', 'missing', 'cpu', 'MB'], rows));
}

async function benchClosedLoop(): Promise<void> {
  print(`\nClosed loop, 64 writers × 4 in flight, 10 readers, median of ${rounds} rounds`);
  const load = { writers: 64, outstanding: 4, readers: 10, seconds };
  const results = await inTurns((target) => closedLoop(target, load));
  const base = median(results[0]?.runs ?? []);
  const rows = results.map(({ name, runs }) => {
    const rate = median(runs);
    return [name, Math.round(rate).toLocaleString('en'), times(rate / base)];
  });
  print(table(['target', 'acked orders/s', '× reference'], rows));
}

async function benchCatchUp(): Promise<void> {
  print(
    `\nA client that missed 1,000 and 10,000 changes is current after, median of ${rounds} rounds`,
  );
  const rows: string[][] = [];
  for (const changes of [1_000, 10_000]) {
    const results = await inTurns((target) => catchUp(target, changes));
    const base = median(results[0]?.runs ?? []);
    for (const { name, runs } of results) {
      rows.push([String(changes), name, `${ms(median(runs))} ms`, times(median(runs) / base)]);
    }
  }
  print(table(['missed', 'target', 'current after', '× reference'], rows));
}

/** A hub that has been there for long: how soon it is ready, and what it holds with 100 devices. */
async function benchStart(): Promise<void> {
  print('\nStart with a long history, and memory with 100 devices watching');
  const rows: string[][] = [];
  for (const events of [100_000, 1_000_000]) {
    const folder = mkdtempSync(join(tmpdir(), 'fynlo-bench-'));
    const filled = await spawnServer('./fill-log.ts', ['--events', String(events)], folder);
    await filled.ended;
    const started = performance.now();
    const running = await startHubOn(folder);
    const readyMs = performance.now() - started;
    const readers = await Promise.all(
      Array.from({ length: 100 }, () => running.connectReader(() => undefined)),
    );
    const rssMb = processUsage(running.pid)?.rssMb ?? Number.NaN;
    for (const reader of readers) reader.close();
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
    rows.push([events.toLocaleString('en'), `${Math.round(readyMs)} ms`, `${Math.round(rssMb)}`]);
  }
  print(table(['events', 'process start to ready', 'MB'], rows));
}

interface Measured<Result> {
  readonly name: string;
  readonly runs: readonly Result[];
}

/** Every round starts each target afresh, one after the other. */
async function inTurns<Result>(
  measure: (target: RunningTarget) => Promise<Result>,
): Promise<readonly Measured<Result>[]> {
  const runs = new Map<string, Result[]>(targets.map(({ name }) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const target of targets) {
      const running = await target.start();
      runs.get(target.name)?.push(await measure(running));
      await running.stop();
    }
  }
  return [...runs].map(([name, results]) => ({ name, runs: results }));
}

function median(numbersOfRounds: readonly number[]): number {
  const sorted = numbersOfRounds.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function ms(value: number): string {
  return value < 10 ? value.toFixed(2) : value.toFixed(1);
}

function times(ratio: number): string {
  return `${ratio.toFixed(2)}×`;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
