import { spawn } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { OrderId } from '@fynlo/domain';
import { expect, onTestFinished, test, vi } from 'vitest';
import { clientNo, OldRestaurant, placeFish } from './support/old-restaurant.ts';

interface Known {
  readonly digest: string;
  readonly log: readonly string[];
  readonly orders: readonly unknown[];
  readonly answers: readonly unknown[];
}

// A file and a restaurant for each step take their time on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const client = clientNo(1);
const commands = 80;

/** Twenty guests on ten days, in a folder to copy from. */
async function build(): Promise<{ at: OldRestaurant; ids: OrderId[] }> {
  const at = await OldRestaurant.build();
  onTestFinished(() => at.remove());
  const ids: OrderId[] = [];
  for (let day = 0; day < 10; day++) {
    ids.push(...(await at.oneDay(2, client)));
    at.nextDay();
  }
  await at.oneDay(1, clientNo(2));
  return { at, ids };
}

async function known(at: OldRestaurant, ids: readonly OrderId[]): Promise<Known> {
  const repeated = Array.from({ length: commands }, (_, i) =>
    at.sendAgain(client, i + 1, placeFish()),
  );
  return {
    digest: at.digest(),
    log: at.wholeLog(),
    orders: ids.map((id) => at.views.foldOrder(id)),
    answers: await Promise.all(repeated),
  };
}

class Crash extends Error {}

test('[I27] a crash at any step leaves every event in one place at least, and the next run ends it', async () => {
  const { at, ids } = await build();
  const before = await known(at, ids);
  const whole = at.hotEvents();
  at.db.pragma('wal_checkpoint(TRUNCATE)');
  const crashedAt = new Set<string>();
  for (let crashAt = 1; ; crashAt++) {
    const folder = mkdtempSync(join(tmpdir(), 'fynlo-crash-'));
    cpSync(at.folder, folder, { recursive: true });
    const copy = new OldRestaurant(folder);
    copy.now = at.now;
    let steps = 0;
    const crash = (step: string) => {
      if (++steps < crashAt) return Promise.resolve();
      crashedAt.add(step);
      return Promise.reject(new Crash(step));
    };
    const end = await copy
      .archiver({ keepDays: 3, pause: crash, eventsPerFileMax: 30, eventsPerSlice: 12 })
      .run()
      .catch((error: unknown) => error);
    copy.reopen();
    expect(await known(copy, ids), `after a crash at step ${crashAt}`).toEqual(before);
    expect(copy.log.firstBrokenSince(0)).toBeUndefined();
    const upTo = copy.log.archives.upTo();
    expect(copy.hotEvents(), 'nothing is read from two places').toBe(whole - upTo);
    await copy.archiver({ keepDays: 3, eventsPerFileMax: 30 }).run();
    expect(copy.log.archives.upTo()).toBeGreaterThan(whole / 2);
    expect(await known(copy, ids)).toEqual(before);
    const files = readdirSync(join(folder, 'archive'));
    expect(files.filter((name) => name.endsWith('.partial'))).toEqual([]);
    copy.remove();
    if (!(end instanceof Crash)) break;
  }
  expect([...crashedAt].toSorted()).toEqual([
    'checked',
    'checking',
    'copied',
    'copying',
    'copying results',
    'events copied',
    'named',
    'planned',
    'recorded',
    'removed a slice',
    'removed old results',
    'safe',
  ]);
});

test('[I27] whoever reads while days are moved reads the same at every step', async () => {
  const { at, ids } = await build();
  const before = await known(at, ids);
  let steps = 0;
  const look = async () => {
    steps++;
    expect(await known(at, ids)).toEqual(before);
  };
  await at.archiver({ keepDays: 3, pause: look, eventsPerFileMax: 30 }).run();
  expect(steps).toBeGreaterThan(50);
});

test('[I27] killed again and again while it moves days, a hub loses no event', async () => {
  const { at, ids } = await build();
  const before = await known(at, ids);
  at.shut();
  let kills = 0;
  let isDone = false;
  while (!isDone) {
    isDone = await archiveUntil(at.folder, at.now, 10 + kills * 10);
    if (!isDone) kills++;
    expect(kills, 'each run comes further').toBeLessThan(60);
  }
  at.open();
  expect(kills).toBeGreaterThan(3);
  expect(await known(at, ids)).toEqual(before);
  expect(at.log.firstBrokenSince(0)).toBeUndefined();
  expect(at.log.archives.upTo()).toBeGreaterThan(before.log.length / 2);
});

/** Runs the archiver in a process of its own and kills it so many ms after it has begun. */
function archiveUntil(folder: string, now: number, killAfterMs: number): Promise<boolean> {
  const script = fileURLToPath(new URL('support/archive-process.ts', import.meta.url));
  const child = spawn(process.execPath, [script, folder, String(now)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  return new Promise((resolve) => {
    child.stdout.on('data', (chunk: Buffer) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), killAfterMs);
      said += chunk.toString();
    });
    child.once('exit', () => resolve(said.includes('done')));
  });
}
