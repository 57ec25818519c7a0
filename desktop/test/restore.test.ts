import { execFile } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { HistoryEvent } from '@fynlo/domain/history';
import type { BackupsInfo, RestoreResponse, Welcome } from '@fynlo/protocol/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyFile } from '../hub/backup/verify-file.ts';
import { openFolder } from '../hub/db/open-folder.ts';
import { hubSession } from '../hub/pairing/sessions.ts';
import {
  helloOf,
  newClientId,
  openTestHub,
  placeOrder,
  Wire,
  type TestHub,
} from './support/test-hub.ts';

const cli = fileURLToPath(new URL('../hub/cli.ts', import.meta.url));
const crashPreload = new URL('support/crash-at.ts', import.meta.url).href;
const friday = Date.parse('2026-11-20T19:00:00Z');
const dayMs = 24 * 3_600_000;

let scratch = '';
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'fynlo-restore-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function order(at: TestHub, times = 1): Promise<string[]> {
  const { road } = at.hub.context;
  const clientId = newClientId();
  const numbers: string[] = [];
  for (let no = 1; no <= times; no++) {
    const command = placeOrder();
    const answer = await road.submit({ clientId, no, command, session: hubSession });
    expect(answer.kind).toBe('accepted');
    numbers.push(road.state.order(command.orderId)?.number ?? '');
  }
  return numbers;
}

async function restoreFromScreen(at: TestHub, token: string, id?: string) {
  const { items } = (await at.call('/api/v1/backups', { token })).body as BackupsInfo;
  const { historyId } = at.hub.context.log.head();
  const body = { id: id ?? items.at(-1)?.id, restaurant: 'the copper kettle ' };
  const answer = await at.call('/api/v1/backups/restores', { token, body });
  if (answer.status === 200) {
    await until(() => at.hub.context.log.head().historyId !== historyId);
    await until(async () => (await at.call('/api/v1/health')).status === 200);
  }
  return answer;
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!(await Promise.resolve(holds()).catch(() => false))) {
    if (Date.now() > deadline) throw new Error('Waited in vain.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function run(args: readonly string[], env: NodeJS.ProcessEnv = {}, nodeArgs: string[] = []) {
  return new Promise<Ended>((resolve) => {
    const options = { timeout: 120_000, env: { ...process.env, ...env } };
    execFile(process.execPath, [...nodeArgs, cli, ...args], options, (error, out, err) => {
      resolve({ code: error ? Number(error.code ?? -1) : 0, out, err });
    });
  });
}

function setAsideIn(folder: string): string[] {
  return readdirSync(folder).filter((file) => file.startsWith('fynlo-set-aside-'));
}

describe('from the screen', () => {
  test('[H14] a restore begins a new history on the same port, and reuses no number', async () => {
    const clock = { now: friday };
    await using at = await openTestHub({ now: () => clock.now });
    const token = await at.join();
    expect(await order(at, 12)).toEqual(Array.from({ length: 12 }, (_, i) => String(i + 1)));
    await at.hub.context.backups.backUp();
    const backedUp = at.hub.context.log.head();
    const late = await at.join('kitchen', 'Came later');
    expect(await order(at, 2), 'on paper in the kitchen').toEqual(['13', '14']);
    const before = { ...at.hub.context.log.head(), port: at.hub.port, joinCode: at.hub.joinCode };

    const { items } = (await at.call('/api/v1/backups', { token })).body as BackupsInfo;
    expect(items[0]?.after).toMatchObject({ orders: 2 });
    const wrong = await at.call('/api/v1/backups/restores', {
      token,
      body: { id: items[0]?.id, restaurant: 'The Blue Door' },
    });
    expect(wrong).toMatchObject({ status: 422, body: { code: 'restore-not-confirmed' } });
    expect(at.hub.context.log.head().seq, 'nothing was changed').toBe(before.seq);

    const wire = await at.connect(token);
    const { status, body } = await restoreFromScreen(at, token);
    expect(status).toBe(200);
    expect(body).toMatchObject({ series: 'B' });
    expect(await wire.closed).toBe(1001);
    const head = at.hub.context.log.head();
    expect(head.historyId).toBe((body as RestoreResponse).historyId);
    expect(head.historyId).not.toBe(before.historyId);
    expect(head.epoch).toBe(before.epoch + 1);
    expect(at.hub.port).toBe(before.port);
    expect(at.hub.joinCode).toBe(before.joinCode);
    expect(head.seq).toBe(backedUp.seq + 1);

    // A device comes back with its position and is told to begin afresh.
    const back = await Wire.open(at.hub.port);
    back.send({ ...helloOf(token), position: before });
    const welcome = (await back.until(({ type }) => type === 'welcome')) as Welcome;
    expect(welcome.catchUp).toBe('reset');
    // One that joined after the backup is a stranger.
    const stranger = await Wire.open(at.hub.port);
    stranger.send(helloOf(late));
    expect(await stranger.closed).toBe(4003);

    expect(await order(at, 2)).toEqual(['B13', 'B14']);
    const events = (await at.call(`/api/v1/events?after=${backedUp.seq}&limit=1`, { token })).body;
    expect(events).toMatchObject({
      items: [
        {
          type: 'history.restored',
          stream: 'history',
          epoch: head.epoch,
          payload: { fromSeq: backedUp.seq, series: 'B', seriesUntil: '2026-11-20' },
        },
      ],
    });
    const [aside = ''] = setAsideIn(at.folder);
    expect(verifyFile(join(at.folder, aside), [before])).toMatchObject({
      ok: true,
      facts: { orders: 14 },
    });

    clock.now += dayMs;
    expect(await order(at, 1), 'from the next business day on').toEqual(['1']);
    await at.hub.context.backups.checkAll();
    expect(at.hub.context.backups.condition()).toBe('ok');
  });

  test('[H14] the same backup put back again takes the next letter', async () => {
    await using at = await openTestHub({ now: () => friday });
    const token = await at.join();
    await order(at, 3);
    await at.hub.context.backups.backUp();
    const given: string[] = ['1', '2', '3'];
    const histories = new Set<string>();
    for (const series of ['B', 'C', 'D']) {
      given.push(...(await order(at, 2)));
      expect((await restoreFromScreen(at, token)).body).toMatchObject({ series });
      histories.add(at.hub.context.log.head().historyId);
    }
    given.push(...(await order(at, 2)));
    expect(given.slice(3)).toEqual(['4', '5', 'B4', 'B5', 'C4', 'C5', 'D4', 'D5']);
    expect(histories.size).toBe(3);
    expect(setAsideIn(at.folder)).toHaveLength(3);
    expect(at.hub.context.log.head().epoch).toBe(4);
  });

  test('[H14] numbers go on after a restart within a series', async () => {
    const first = await openTestHub({ now: () => friday });
    const token = await first.join();
    await order(first, 3);
    await first.hub.context.backups.backUp();
    await restoreFromScreen(first, token);
    expect(await order(first, 1)).toEqual(['B4']);
    await first.hub.close();
    await using at = await openTestHub({ now: () => friday }, { dataFolder: first.folder });
    expect(await order(at, 1)).toEqual(['B5']);
  });

  test('[H14] a backup that broke is refused, and the evening goes on', async () => {
    await using at = await openTestHub();
    const token = await at.join();
    await order(at, 3);
    const { path } = await at.hub.context.backups.backUp();
    const db = new Database(path);
    db.exec('DROP TRIGGER event_is_never_changed');
    db.exec(`UPDATE event SET device = 'x' WHERE seq = 7`);
    db.close();
    const before = at.hub.context.log.head();
    const refused = await restoreFromScreen(at, token);
    expect(refused).toMatchObject({ status: 422, body: { code: 'restore-failed' } });
    expect(JSON.stringify(refused.body)).toContain('event 7');
    expect(at.hub.context.log.head()).toEqual(before);
    expect(readdirSync(at.folder).filter((file) => file.includes('restor'))).toEqual([]);
    await order(at);
  });

  test('[H14] nothing but a listed backup can be put back', async () => {
    await using at = await openTestHub();
    const token = await at.join();
    for (const id of ['../fynlo.db', join(at.folder, 'fynlo.db'), 'hub/../fynlo.db', '']) {
      const body = { id, restaurant: 'The Copper Kettle' };
      const { status } = await at.call('/api/v1/backups/restores', { token, body });
      expect(status, id).toBe(404);
    }
  });
});

/** A folder as a closed hub left it: three orders in its backup, and two more after it. */
async function closedRestaurant(name: string): Promise<{ folder: string; backup: string }> {
  const folder = join(scratch, name);
  const at = await openTestHub({}, { dataFolder: folder });
  await order(at, 3);
  const { path } = await at.hub.context.backups.backUp();
  await order(at, 2);
  await at.hub.close();
  return { folder, backup: path };
}

describe('from the command line', () => {
  test('[H14] backup and restore, with and without a hub', async () => {
    const { folder, backup } = await closedRestaurant('cli');
    const aFile = join(scratch, 'mine.db');
    const made = await run(['backup', aFile, '--data', folder]);
    expect(made).toMatchObject({ code: 0, err: '' });
    expect(verifyFile(aFile)).toMatchObject({ ok: true, facts: { orders: 5 } });
    expect((await run(['backup', aFile, '--data', folder])).err).toContain('already');
    expect((await run(['backup', join(scratch, 'no-dir'), '--data', folder])).err).toContain(
      'Make it first',
    );

    const restored = await run(['restore', backup, '--data', folder]);
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(restored.out).toContain('3 orders');
    expect(restored.out).toContain('letter B');
    await using at = await openTestHub({}, { dataFolder: folder });
    expect(await order(at)).toEqual(['B4']);
    const while_ = await run(['restore', backup, '--data', folder]);
    expect(while_.err).toContain('Another hub is already running');
    // A hub holds nobody up who makes a backup besides.
    const besides = await run(['backup', '--data', folder]);
    expect(besides).toMatchObject({ code: 0, err: '' });
    expect(besides.out).toContain('4 orders');
  });

  test('[H14] the letter is known beside the database, should that be lost', async () => {
    const { folder, backup } = await closedRestaurant('journal');
    await run(['restore', backup, '--data', folder]);
    rmSync(join(folder, 'fynlo.db'));
    for (const file of setAsideIn(folder)) rmSync(join(folder, file));
    const again = await run(['restore', backup, '--data', folder]);
    expect(again.out).toContain('letter C');
    await using at = await openTestHub({}, { dataFolder: folder });
    expect(at.hub.context.log.head().epoch).toBe(3);
  });

  test('[H14] on a computer that never had it, a backup opens the restaurant', async () => {
    const { backup } = await closedRestaurant('old-laptop');
    const folder = join(scratch, 'new-laptop');
    expect(await run(['restore', backup, '--data', folder])).toMatchObject({ code: 0, err: '' });
    await using at = await openTestHub({}, { dataFolder: folder });
    expect(at.hub.context.road.state.settings()?.settings.name).toBe('The Copper Kettle');
    expect(await order(at)).toEqual(['B4']);
  });
});

describe('what is not the restaurant’s database is never opened as one', () => {
  const start = (folder: string, config = {}) => openTestHub({}, { dataFolder: folder, ...config });

  test('[H14] a deleted file is said, with the way back; --new insists', async () => {
    const { folder, backup } = await closedRestaurant('deleted');
    rmSync(join(folder, 'fynlo.db'));
    await expect(start(folder)).rejects.toThrow(/of The Copper Kettle is gone.*restore "/);
    expect(existsSync(join(folder, 'fynlo.db')), 'nothing was begun').toBe(false);
    // The folder without the journal still has its backups, and says so.
    rmSync(join(folder, 'fynlo-journal.json'));
    await expect(start(folder)).rejects.toThrow('is gone');
    // And an empty file is to SQLite a new database.
    writeFileSync(join(folder, 'fynlo.db'), '');
    await expect(start(folder)).rejects.toThrow('is gone');
    expect(statSync(join(folder, 'fynlo.db')).size).toBe(0);
    rmSync(join(folder, 'fynlo.db'));
    const begun = await start(folder, { insistOnNew: true });
    expect(await order(begun)).toEqual(['1']);
    await begun.hub.close();
    expect(existsSync(backup)).toBe(true);
    const opened = await start(folder);
    expect(await order(opened)).toEqual(['2']);
    await opened.hub.close();
  });

  test('[H14] a cut file names the newest good backup and the command that works', async () => {
    const { folder, backup } = await closedRestaurant('cut');
    // A newer one that broke must not be recommended.
    const broken = backup.replace(/seq\d+/, 'seq999999');
    copyFileSync(backup, broken);
    truncateSync(broken, 20_000);
    const path = join(folder, 'fynlo.db');
    const whole = readFileSync(path);
    for (const part of [0.2, 0.5, 0.9]) {
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length * part)));
      await expect(start(folder), `cut at ${part}`).rejects.toThrow('is damaged');
    }
    const said = await run(['--data', folder, '--port', '0', '--no-mdns']);
    expect(said.code).toBe(1);
    expect(said.err.trim().split('\n')).toHaveLength(1);
    const command = /type: npm start -- restore "([^"]+)" --data "([^"]+)"/.exec(said.err);
    expect(command?.[1]).toBe(backup);
    const done = await run(['restore', command?.[1] ?? '', '--data', command?.[2] ?? '']);
    expect(done).toMatchObject({ code: 0, err: '' });
    const at = await start(folder);
    expect(await order(at)).toEqual(['B4']);
    await at.hub.close();
  });

  test('[H14] an older copy put in its place is said, and a restore of it takes new numbers', async () => {
    const { folder } = await closedRestaurant('older');
    const path = join(folder, 'fynlo.db');
    const older = readFileSync(path);
    const at = await start(folder);
    expect(await order(at, 2)).toEqual(['6', '7']);
    await at.hub.close();
    writeFileSync(path, older);
    await expect(start(folder)).rejects.toThrow(/it is an older copy.*numbers out twice/);
    expect(await run(['restore', path, '--data', folder])).toMatchObject({ code: 0 });
    const again = await start(folder);
    expect(await order(again)).toEqual(['B6']);
    await again.hub.close();
  });

  test('[H14] a database that was set aside and is put back by hand is said', async () => {
    const { folder, backup } = await closedRestaurant('by-hand');
    await run(['restore', backup, '--data', folder]);
    const [aside = ''] = setAsideIn(folder);
    copyFileSync(join(folder, aside), join(folder, 'fynlo.db'));
    await expect(start(folder)).rejects.toThrow('another history');
  });
});

test('[H14] a restore that crashes anywhere leaves the old database or the new one', async () => {
  const { template, name } = await killedRestaurant();
  const newest = new Map<'old' | 'new', number>();
  let wholeRuns = 0;
  for (let crashAt = 1; wholeRuns === 0; crashAt++) {
    const folder = join(scratch, `crash-${crashAt}`);
    cpSync(template, folder, { recursive: true });
    const ended = await run(
      ['restore', join(folder, name), '--data', folder],
      { CRASH_AT: String(crashAt) },
      ['--import', crashPreload],
    );
    if (ended.out.includes('changes ')) wholeRuns++;
    else expect(ended.out, `crash ${crashAt} happened`).toBe('');

    const db = openFolder(folder);
    const orders = db.prepare('SELECT count(*) FROM order_view').pluck().get();
    const restores = db
      .prepare(`SELECT payload FROM event WHERE type = 'history.restored'`)
      .pluck()
      .all() as string[];
    db.close();
    const is = restores.length === 0 ? 'old' : 'new';
    newest.set(is, (newest.get(is) ?? 0) + 1);
    expect(orders, `crash ${crashAt}: ${is}`).toBe(is === 'old' ? 5 : 3);
    expect(verifyFile(join(folder, 'fynlo.db')).ok).toBe(true);
    const aside = setAsideIn(folder).filter((file) => file.endsWith('.db'));
    expect(aside).toHaveLength(is === 'old' ? 0 : 1);
    // What was there before is kept whole, with what was only in its write-ahead log.
    const kept = aside.map((file) => verifyFile(join(folder, file)));
    for (const each of kept) expect(each).toMatchObject({ ok: true, facts: { orders: 5 } });
    expect(readdirSync(folder).filter((file) => /restor/.test(file))).toEqual([]);

    if (crashAt % 4 === 0) await mustWorkNow(folder, join(folder, name), restores);
    rmSync(folder, { recursive: true });
  }
  expect(newest.get('old'), 'crashes before the decision').toBeGreaterThan(3);
  expect(newest.get('new'), 'crashes after it').toBeGreaterThan(3);
}, 600_000);

/** A folder as a hub leaves it that was killed: some of its orders are only in the log beside it. */
async function killedRestaurant(): Promise<{ template: string; name: string }> {
  const template = join(scratch, 'killed');
  await using at = await openTestHub();
  await order(at, 3);
  const { path } = await at.hub.context.backups.backUp();
  await order(at, 2);
  cpSync(at.folder, template, { recursive: true });
  expect(statSync(join(template, 'fynlo.db-wal')).size).toBeGreaterThan(0);
  return { template, name: path.slice(at.folder.length + 1) };
}

/** Tried again after a crash, it works, and a letter that was used is not given again. */
async function mustWorkNow(folder: string, backup: string, restores: string[]): Promise<void> {
  const again = await run(['restore', backup, '--data', folder]);
  expect(again).toMatchObject({ code: 0, err: '' });
  for (const text of restores) {
    const { series } = JSON.parse(text) as HistoryEvent['payload'];
    expect(again.out).not.toContain(`letter ${series} `);
  }
}
