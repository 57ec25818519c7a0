import { processUsage } from './process-usage.ts';
import { Samples, type Summary } from './samples.ts';
import { newOrderId, placeKey, updateKey, type RunningTarget, type Writer } from './target.ts';

export interface OpenLoop {
  readonly ordersPerSecond: number;
  readonly readers: number;
  readonly writers: number;
  readonly seconds: number;
}

export interface LoadResult {
  /** From the intended send to the arrival at a reader, ms. */
  readonly propagation: Summary;
  /** From the intended send to the answer, ms. */
  readonly ack: Summary;
  /** Arrivals that did not come within the grace, of those that should have. */
  readonly missing: number;
  readonly expected: number;
  readonly cpuShare: number;
  readonly rssMb: number;
}

const warmUpMs = 1_000;
const graceMs = 3_000;

/**
 * Places orders at a fixed rate, each followed by a status update once it is acknowledged, and
 * times every arrival from the moment the change was meant to be sent: a target that falls behind
 * is charged for the queue it caused.
 */
export async function openLoop(target: RunningTarget, load: OpenLoop): Promise<LoadResult> {
  const intended = new Map<string, number>();
  const propagation = new Samples();
  const ack = new Samples();
  let arrived = 0;
  const onArrival = (key: string) => {
    const at = intended.get(key);
    if (at === undefined) return;
    arrived++;
    propagation.add(performance.now() - at);
  };
  const readers = await all(load.readers, () => target.connectReader(onArrival));
  const writers = await all(load.writers, () => target.connectWriter());

  const intervalMs = 1000 / load.ordersPerSecond;
  await paceFor(warmUpMs, intervalMs, (i) => void placeAndUpdate(pick(writers, i)));
  const before = processUsage(target.pid);
  const started = performance.now();
  let sent = 0;
  await paceFor(load.seconds * 1000, intervalMs, (i, due) => {
    const id = newOrderId();
    const writer = pick(writers, i);
    sent += 2;
    intended.set(placeKey(id), due);
    void writer.place(id).then(() => {
      ack.add(performance.now() - due);
      intended.set(updateKey(id), performance.now());
      return writer.update(id);
    });
  });
  const after = processUsage(target.pid);
  const wallMs = performance.now() - started;
  const expected = sent * load.readers;
  const deadline = performance.now() + graceMs;
  while (arrived < expected && performance.now() < deadline) await sleep(20);

  for (const each of [...readers, ...writers]) each.close();
  return {
    propagation: propagation.summary(),
    ack: ack.summary(),
    missing: expected - arrived,
    expected,
    cpuShare: before && after ? (after.cpuMs - before.cpuMs) / wallMs : Number.NaN,
    rssMb: after?.rssMb ?? Number.NaN,
  };
}

export interface ClosedLoop {
  readonly writers: number;
  readonly outstanding: number;
  readonly readers: number;
  readonly seconds: number;
}

/** Keeps `writers × outstanding` orders in flight and counts what is acknowledged. */
export async function closedLoop(target: RunningTarget, load: ClosedLoop): Promise<number> {
  const readers = await all(load.readers, () => target.connectReader(() => undefined));
  const writers = await all(load.writers, () => target.connectWriter());
  let acknowledged = 0;
  let counting = false;
  let stopped = false;
  const flights = writers.flatMap((writer) =>
    Array.from({ length: load.outstanding }, async () => {
      while (!stopped) {
        await writer.place(newOrderId());
        if (counting) acknowledged++;
      }
    }),
  );
  await sleep(warmUpMs);
  counting = true;
  const started = performance.now();
  await sleep(load.seconds * 1000);
  counting = false;
  const seconds = (performance.now() - started) / 1000;
  stopped = true;
  await Promise.all(flights);
  for (const each of [...readers, ...writers]) each.close();
  return acknowledged / seconds;
}

/** Makes `changes` changes while nobody looks, then times how long a returning client takes. */
export async function catchUp(target: RunningTarget, changes: number): Promise<number> {
  const reader = await target.connectReader(() => undefined);
  const writer = await target.connectWriter();
  await placeAndUpdate(writer);
  await sleep(100);
  const comeBack = await target.markPosition();
  const together = 50;
  for (let made = 0; made < changes; made += together * 2) {
    await all(together, () => placeAndUpdate(writer));
  }
  await sleep(200);
  const started = performance.now();
  await comeBack();
  const took = performance.now() - started;
  reader.close();
  writer.close();
  return took;
}

async function placeAndUpdate(writer: Writer): Promise<void> {
  const id = newOrderId();
  await writer.place(id);
  await writer.update(id);
}

/** Calls `run` on the beat, catching up in a burst when a beat was missed. */
async function paceFor(
  durationMs: number,
  intervalMs: number,
  run: (index: number, dueAt: number) => void,
): Promise<void> {
  const started = performance.now();
  const beats = Math.floor(durationMs / intervalMs);
  for (let i = 0; i < beats; i++) {
    const due = started + i * intervalMs;
    const wait = due - performance.now();
    if (wait > 0) await sleep(wait);
    run(i, due);
  }
}

function pick<T>(items: readonly T[], i: number): T {
  const item = items[i % items.length];
  if (item === undefined) throw new Error('A load needs at least one writer.');
  return item;
}

function all<T>(count: number, make: () => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, make));
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
