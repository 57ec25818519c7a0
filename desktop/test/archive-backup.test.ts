import { execFile } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { OrderId } from '@fynlo/domain';
import { seededRandom } from '@fynlo/testing/surroundings';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { prepareRestore, putInPlace } from '../hub/backup/restore.ts';
import { verifyFile } from '../hub/backup/verify-file.ts';
import { tidyFolder } from '../hub/backup/write-backup.ts';
import type { HubConfig } from '../hub/config/config.ts';
import { hubSession } from '../hub/pairing/sessions.ts';
import { dayMs } from './support/old-restaurant.ts';
import { newClientId, openTestHub, placeOrder, type TestHub } from './support/test-hub.ts';

const cli = fileURLToPath(new URL('../hub/cli.ts', import.meta.url));
const verifyScript = fileURLToPath(new URL('../hub/verify.ts', import.meta.url));
const firstDay = Date.parse('2026-06-01T18:00:00Z');
const daysOpen = 40;
const keepDays = 5;
const ordersPerDay = 2;

let scratch = '';
let tries = 0;
beforeAll(() => {
  scratch = mkdtempSync(join(tmpdir(), 'fynlo-archive-backup-'));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function newFolder(name: string): string {
  const folder = join(scratch, `${name}-${++tries}`);
  mkdirSync(folder);
  return folder;
}

interface OldHub extends AsyncDisposable {
  readonly at: TestHub;
  readonly ids: readonly OrderId[];
  readonly clock: { now: number };
}

/** A restaurant on the evening of its last day, as the hub takes it: nothing is archived yet. */
async function openOldHub(config: Partial<HubConfig> = {}, days = daysOpen): Promise<OldHub> {
  const clock = { now: firstDay };
  const at = await openTestHub({ now: () => clock.now }, { keepDays, ...config });
  const ids: OrderId[] = [];
  for (let day = 0; day < days; day++) {
    if (day > 0) clock.now += dayMs;
    ids.push(...(await serve(at)));
  }
  return { at, ids, clock, [Symbol.asyncDispose]: () => at[Symbol.asyncDispose]() };
}

/** Orders that are taken and paid for. */
async function serve(at: TestHub, times = ordersPerDay): Promise<OrderId[]> {
  const { road } = at.hub.context;
  const clientId = newClientId();
  const ids: OrderId[] = [];
  let no = 0;
  for (let i = 0; i < times; i++) {
    const command = placeOrder();
    const { orderId } = command;
    await road.submit({ clientId, no: ++no, command, session: hubSession });
    const complete = { type: 'order.complete', orderId } as const;
    const answer = await road.submit({
      clientId,
      no: ++no,
      command: complete,
      session: hubSession,
    });
    expect(answer.kind).toBe('accepted');
    ids.push(orderId);
  }
  return ids;
}

/** The hub's hourly look, when it is due. */
async function archive(at: TestHub): Promise<number> {
  await at.hub.context.backups.findHeld();
  return (await at.hub.context.archiver.run()).events;
}

/** Backed up, archived, and backed up again. */
async function openArchivedHub(config: Partial<HubConfig> = {}): Promise<OldHub> {
  const old = await openOldHub(config);
  await old.at.hub.context.backups.backUp();
  expect(await archive(old.at)).toBeGreaterThan(30 * ordersPerDay);
  await old.at.hub.context.backups.backUp();
  return old;
}

function archivesIn(folder: string): string[] {
  const within = join(folder, 'archive');
  return existsSync(within) ? readdirSync(within).filter((file) => file.endsWith('.db')) : [];
}

function onlyArchive(folder: string): string {
  const [file, ...more] = archivesIn(folder);
  expect(more).toEqual([]);
  if (file === undefined) throw new Error(`There is no archive in ${folder}.`);
  return join(folder, 'archive', file);
}

function newestBackup(folder: string): string {
  const key = (file: string) => Number(/-seq(\d+)/.exec(file)?.[1]);
  const files = readdirSync(folder).filter((file) => /-seq\d+.*\.db$/.test(file));
  const newest = files
    .toSorted(
      (a, b) =>
        key(a) - key(b) || statSync(join(folder, a)).mtimeMs - statSync(join(folder, b)).mtimeMs,
    )
    .at(-1);
  return join(folder, newest ?? 'none');
}

/** Changes a byte in the middle of the text of an event. */
function damage(path: string): void {
  const bytes = readFileSync(path);
  const at = bytes.indexOf('"quantity":1', Math.floor(bytes.length / 2));
  expect(at).toBeGreaterThan(0);
  bytes[at + 11] = '2'.charCodeAt(0);
  writeFileSync(path, bytes);
}

function run(script: string, args: readonly string[]) {
  return new Promise<{ code: number; out: string; err: string }>((resolve) => {
    execFile(process.execPath, [script, ...args], { timeout: 30_000 }, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });
}

describe('what a backup holds may be archived', () => {
  test('[H14] [I27] no backup, no archive; then archived, backed up, and back on a new laptop', async () => {
    const stick = newFolder('stick');
    // A hundred days, of which a hub keeps sixty.
    await using old = await openOldHub({ backupFolder: stick, keepDays: 60 }, 100);
    const { at, ids, clock } = old;
    expect(await archive(at), 'nothing is held elsewhere').toBe(0);

    await at.hub.context.backups.backUp();
    const archived = await archive(at);
    expect(archived).toBe(at.hub.context.log.archives.upTo());
    expect(archived).toBeGreaterThan(39 * ordersPerDay * 2);
    expect(archivesIn(stick), 'the stick knows nothing of it yet').toEqual([]);
    await at.hub.context.backups.backUp();
    expect(archivesIn(stick)).toEqual(archivesIn(at.folder));
    expect(archivesIn(join(at.folder, 'backups'))).toEqual(archivesIn(at.folder));
    await at.hub.close();

    const folder = newFolder('new-laptop');
    const restored = await run(cli, ['restore', newestBackup(stick), '--data', folder]);
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(restored.out).toContain(`${ids.length} orders`);
    expect(archivesIn(folder)).toEqual(archivesIn(stick));
    expect(verifyFile(join(folder, 'fynlo.db'))).toMatchObject({
      ok: true,
      notChecked: 0,
      facts: { orders: ids.length, archived },
    });
    await using again = await openTestHub({ now: () => clock.now }, { dataFolder: folder });
    const token = await again.join();
    for (const id of [ids[0], ids[7], ids.at(-1)]) {
      const { status, body } = await again.call(`/api/v1/orders/${id}`, { token });
      expect(status).toBe(200);
      expect(body).toMatchObject({ id, state: 'completed' });
    }
    const first = await again.call(`/api/v1/orders/${ids[0]}/events`, { token });
    expect(first.body).toMatchObject({
      items: [{ type: 'order.placed', occurredAt: firstDay }, { type: 'order.completed' }],
    });
    expect(again.hub.context.log.firstBrokenSince(0)).toBeUndefined();
    const [next] = await serve(again, 1);
    const order = await again.call(`/api/v1/orders/${next}`, { token });
    expect(order.body).toMatchObject({ number: `B${ordersPerDay + 1}` });
  }, 600_000);

  test('[I27] held is what the newest backup of this history holds, rather the second folder’s', async () => {
    const stick = newFolder('stick');
    await using old = await openOldHub({ backupFolder: stick });
    const { backups, log } = old.at.hub.context;
    expect(backups.heldUpTo()).toBe(0);
    await backups.backUp();
    const first = log.head().seq;
    expect(backups.heldUpTo()).toBe(first);
    // The stick is in a pocket that was taken along: the computer's own backup is the newest.
    await serve(old.at, 1);
    renameSync(join(stick, 'fynlo-backups-here.txt'), join(stick, 'mark'));
    await backups.backUp();
    expect(backups.heldUpTo(), 'the stick’s, as long as it is there').toBe(first);
    rmSync(newestBackup(stick));
    expect(backups.heldUpTo()).toBe(log.head().seq);
    for (const file of readdirSync(join(old.at.folder, 'backups'))) {
      rmSync(join(old.at.folder, 'backups', file));
    }
    expect(backups.heldUpTo(), 'somebody deleted them').toBe(0);
  }, 600_000);

  test('[I27] after a restart a backup counts once it was read again, and another history’s never', async () => {
    const first = await openTestHub();
    await serve(first);
    const { path, facts } = await first.hub.context.backups.backUp();
    await first.hub.close();
    const again = await openTestHub({}, { dataFolder: first.folder });
    expect(again.hub.context.backups.heldUpTo()).toBe(0);
    await again.hub.context.backups.findHeld();
    expect(again.hub.context.backups.heldUpTo()).toBe(facts.position.seq);
    await again.hub.close();

    const name = path.slice(path.lastIndexOf('/') + 1);
    const bytes = readFileSync(path);
    damage(path);
    await using later = await openTestHub({}, { dataFolder: first.folder });
    await later.hub.context.backups.findHeld();
    expect(later.hub.context.backups.heldUpTo(), 'it broke meanwhile').toBe(0);

    await using other = await openTestHub();
    await serve(other, 5);
    mkdirSync(join(other.folder, 'backups'));
    writeFileSync(join(other.folder, 'backups', name), bytes);
    await other.hub.context.backups.findHeld();
    expect(other.hub.context.backups.heldUpTo(), 'of another restaurant').toBe(0);
  });
});

describe('a backup holds the archives', () => {
  test('[H14] each is copied once, is the same to the last byte, and stays when backups go', async () => {
    const stick = newFolder('stick');
    await using old = await openArchivedHub({ backupFolder: stick });
    const { at, clock } = old;
    const own = join(at.folder, 'backups');
    const whole = readFileSync(onlyArchive(at.folder));
    const copies = [own, stick].map(onlyArchive);
    for (const copy of copies) expect(readFileSync(copy).equals(whole)).toBe(true);
    const before = copies.map((copy) => statSync(copy).ino);
    await serve(at, 1);
    await at.hub.context.backups.backUp();
    expect(copies.map((copy) => statSync(copy).ino)).toEqual(before);
    expect((await at.hub.context.backups.describe()).problem).toBeNull();

    // Three years later the keep rule has deleted the backup that was made before.
    const files = readdirSync(own).filter((file) => file.endsWith('.db'));
    clock.now += 3 * 365 * dayMs;
    for (let month = 0; month < 40; month++) {
      const date = new Date(clock.now + month * 31 * dayMs).toISOString().slice(0, 10);
      copyFileSync(
        newestBackup(own),
        join(own, `fynlo-the-copper-kettle-${date}-1200-seq${90_000 + month}.db`),
      );
    }
    expect(tidyFolder(own, 'The Copper Kettle')).toEqual(expect.arrayContaining(files.slice(0, 1)));
    expect(verifyFile(newestBackup(own))).toMatchObject({ ok: true, notChecked: 0 });
  }, 600_000);

  test('[H14] an archive that is gone or cut short is put right from a backup', async () => {
    await using old = await openArchivedHub();
    const { at, ids } = old;
    const token = await at.join();
    const { backups, log } = at.hub.context;
    const path = onlyArchive(at.folder);
    const whole = readFileSync(path);
    const first = () => at.call(`/api/v1/orders/${ids[0]}`, { token });
    for (const harm of [() => rmSync(path), () => writeFileSync(path, whole.subarray(0, 50_000))]) {
      log.archives.close();
      harm();
      expect((await first()).status, 'the harm is real').toBe(503);
      await backups.backUp();
      expect((await first()).status).toBe(200);
      expect(readFileSync(path).equals(whole)).toBe(true);
      expect((await backups.describe()).problem).toBeNull();
    }
    expect(
      readdirSync(join(at.folder, 'archive')).filter((f) => f.endsWith('.damaged-1')),
    ).toHaveLength(1);
  }, 600_000);

  test('[H14] the daily check finds a changed byte in an archive, here and in a backup, and mends it', async () => {
    await using old = await openArchivedHub();
    const { at } = old;
    const { backups } = at.hub.context;
    const own = onlyArchive(at.folder);
    const copy = onlyArchive(join(at.folder, 'backups'));
    const whole = readFileSync(own);
    for (const path of [own, copy]) {
      damage(path);
      await backups.backUp();
      expect(readFileSync(path).equals(whole), 'a look at its size is not enough').toBe(false);
      await backups.checkAll();
      expect(readFileSync(path).equals(whole)).toBe(true);
      expect(backups.condition()).toBe('ok');
    }
    damage(own);
    damage(copy);
    await backups.checkAll();
    expect(backups.condition(), 'broken in both').toBe('damaged');
    const file = own.slice(own.lastIndexOf('/') + 1);
    expect((await backups.describe()).check?.problem).toContain(`in the archive ${file}`);
    // Today is backed up all the same.
    await serve(at, 1);
    expect((await backups.backUp()).facts.position.seq).toBe(at.hub.context.log.head().seq);
  }, 600_000);

  test('[H14] an archive that is nowhere is named, the rest is backed up, and it is taken when it is back', async () => {
    await using old = await openOldHub();
    const { at } = old;
    const { backups, log } = at.hub.context;
    await backups.backUp();
    await archive(at);
    const path = onlyArchive(at.folder);
    log.archives.close();
    const away = join(scratch, 'away.db');
    renameSync(path, away);
    const written = await backups.backUp();
    expect(existsSync(written.path)).toBe(true);
    expect(written.facts.position).toEqual(log.head());
    expect(backups.heldUpTo()).toBe(log.head().seq);
    const file = path.slice(path.lastIndexOf('/') + 1);
    const { problem } = await backups.describe();
    expect(problem).toMatch(/was made and lacks old days.*is missing/);
    expect(problem).toContain(file);
    expect(backups.condition()).toBe('backup-failing');

    const folder = newFolder('new-laptop');
    const refused = await run(cli, ['restore', written.path, '--data', folder]);
    expect(refused.code).toBe(1);
    expect(refused.err).toContain(file);
    expect(refused.err).toContain('nowhere to be found');
    expect(readdirSync(folder).filter((each) => each.endsWith('.db'))).toEqual([]);

    renameSync(away, path);
    await backups.backUp();
    expect((await backups.describe()).problem).toBeNull();
    expect(archivesIn(join(at.folder, 'backups'))).toEqual([file]);
    expect(await run(cli, ['restore', written.path, '--data', folder])).toMatchObject({ code: 0 });
  }, 600_000);
});

describe('verify', () => {
  let good = '';
  let orders = 0;
  let archived = 0;
  beforeAll(async () => {
    await using old = await openArchivedHub();
    good = join(scratch, 'good');
    cpSync(join(old.at.folder, 'backups'), good, { recursive: true, preserveTimestamps: true });
    orders = old.ids.length;
    archived = old.at.hub.context.log.archives.upTo();
  }, 600_000);

  function tryOn(change: (backup: string, archive: string) => void) {
    const folder = newFolder('verify');
    cpSync(good, folder, { recursive: true, preserveTimestamps: true });
    const backup = newestBackup(folder);
    change(backup, onlyArchive(folder));
    return verifyFile(backup);
  }

  function sql(path: string, text: string): void {
    const db = new Database(path);
    const triggers = db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'trigger'`);
    for (const name of triggers.pluck().all() as string[]) db.exec(`DROP TRIGGER ${name}`);
    db.exec(text);
    db.close();
  }

  test('[H14] begins in the archives and replays everything', () => {
    const verified = tryOn(() => undefined);
    expect(verified).toMatchObject({ ok: true, notChecked: 0, facts: { orders, archived } });
  });

  test('[H14] without the archives begins at the mark, and says how much it did not see', async () => {
    const without = tryOn((_backup, archive) => rmSync(archive));
    expect(without).toMatchObject({
      ok: true,
      notChecked: archived,
      facts: { orders, archived, restaurant: 'The Copper Kettle' },
    });
    const tamper = (text: string) =>
      tryOn((backup, archive) => {
        rmSync(archive);
        sql(backup, text);
      });
    expect(tamper(`DELETE FROM event WHERE seq = ${archived + 1}`)).toMatchObject({
      problem: { seq: archived + 1, what: 'it is missing' },
    });
    expect(tamper(`UPDATE event SET device = 'x' WHERE seq = ${archived + 9}`)).toMatchObject({
      problem: { seq: archived + 9 },
    });
    expect(tamper(`UPDATE archived SET hash = randomblob(32)`)).toMatchObject({ ok: false });
    expect(tamper(`DELETE FROM order_view WHERE opened_seq > ${archived + 20}`)).toMatchObject({
      ok: false,
    });

    const folder = newFolder('said');
    copyFileSync(newestBackup(good), join(folder, 'alone.db'));
    const said = await run(verifyScript, [join(folder, 'alone.db')]);
    expect(said).toMatchObject({ code: 0, err: '' });
    expect(said.out).toContain(`${archived} of them are archived elsewhere and were not checked`);
  });

  test('[H14] names the archive file in what is wrong', async () => {
    const named = { problem: { what: expect.stringMatching(/\(in the archive fynlo-archive-1-/) } };
    const inArchive = (text: string) => tryOn((_backup, archive) => sql(archive, text));
    expect(inArchive(`UPDATE event SET device = 'x' WHERE seq = 20`)).toMatchObject(named);
    expect(inArchive(`UPDATE event SET device = 'x' WHERE seq = 20`)).toMatchObject({
      problem: { seq: 20 },
    });
    expect(inArchive('DELETE FROM event WHERE seq = 21')).toMatchObject(named);
    expect(inArchive(`DELETE FROM event WHERE seq = ${archived}`)).toMatchObject(named);
    expect(inArchive('UPDATE archive SET hash = randomblob(32)')).toMatchObject(named);
    expect(inArchive(`UPDATE archive SET previous_hash = x'00'`)).toMatchObject(named);
    expect(tryOn((_b, archive) => writeFileSync(archive, 'a shopping list'))).toMatchObject(named);

    const said = await (async () => {
      const folder = newFolder('said');
      cpSync(good, folder, { recursive: true, preserveTimestamps: true });
      sql(onlyArchive(folder), `UPDATE event SET device = 'x' WHERE seq = 20`);
      return run(verifyScript, [newestBackup(folder)]);
    })();
    expect(said.code).toBe(1);
    expect(said.err).toMatch(/event 20 .*in the archive fynlo-archive-1-/);
  });

  test('[H14] what the database keeps of archived orders is compared too', () => {
    const inBackup = (text: string) => tryOn((backup) => sql(backup, text));
    for (const text of [
      'DELETE FROM archived_order WHERE order_id = (SELECT min(order_id) FROM archived_order)',
      `INSERT INTO archived_order VALUES (x'00', 1)`,
      `INSERT INTO order_view VALUES (9, 'x', '1', '2026-06-01', 'completed')`,
      `UPDATE archived SET hash = randomblob(32)`,
      `UPDATE archived SET up_to_seq = up_to_seq + 1`,
      'DELETE FROM archive_file',
      `UPDATE state_view SET body = replace(body, '"soldOut":[]', '"soldOut":["chips"]')`,
    ]) {
      expect(inBackup(text), text).toMatchObject({ ok: false });
    }
  });

  test('[H14] of 100 flipped bytes in the events of an archive every one is found', () => {
    const folder = newFolder('flips');
    cpSync(good, folder, { recursive: true, preserveTimestamps: true });
    const backup = newestBackup(folder);
    const path = onlyArchive(folder);
    const bytes = readFileSync(path);
    const random = seededRandom(27);
    const db = new Database(path, { readonly: true });
    const rows = db
      .prepare('SELECT seq, payload FROM event WHERE length(payload) < 2000 AND type = ?')
      .all('order.placed') as { seq: number; payload: string }[];
    db.close();
    const missed: string[] = [];
    for (let i = 0; i < 100; i++) {
      const { seq, payload } = rows[Math.floor(random() * rows.length)] as (typeof rows)[number];
      const start = bytes.indexOf(payload);
      expect(start).toBeGreaterThan(0);
      const at = start + Math.floor(random() * payload.length);
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 + Math.floor(random() * 255));
      writeFileSync(path, flipped);
      const verified = verifyFile(backup);
      if (verified.ok || verified.problem.seq !== seq) missed.push(`${seq} at ${at}`);
    }
    expect(missed).toEqual([]);
  }, 600_000);
});

describe('restore', () => {
  test('[H14] a backup from before the archiving: its days are hot again, the archive is set aside', async () => {
    await using old = await openOldHub();
    const { at, ids, clock } = old;
    const { path: early } = await at.hub.context.backups.backUp();
    await archive(at);
    const unnamed = onlyArchive(at.folder);
    await at.hub.context.backups.backUp();
    await at.hub.close();
    const restored = await run(cli, ['restore', early, '--data', at.folder]);
    expect(restored).toMatchObject({ code: 0, err: '' });
    expect(archivesIn(at.folder)).toEqual([]);
    expect(existsSync(`${unnamed}.unused-1`)).toBe(true);
    expect(verifyFile(join(at.folder, 'fynlo.db'))).toMatchObject({
      ok: true,
      facts: { archived: 0, orders: ids.length },
    });

    const again = await openTestHub({ now: () => clock.now }, { keepDays, dataFolder: at.folder });
    const token = await again.join();
    expect((await again.call(`/api/v1/orders/${ids[0]}`, { token })).status).toBe(200);
    await again.hub.context.backups.backUp();
    expect(await archive(again), 'and they go once more').toBeGreaterThan(0);
    expect((await again.call(`/api/v1/orders/${ids[0]}`, { token })).status).toBe(200);
    await again.hub.context.backups.backUp();
    await again.hub.context.backups.checkAll();
    expect(again.hub.context.backups.condition()).toBe('ok');
    expect(existsSync(`${unnamed}.unused-1`), 'never deleted').toBe(true);
    await again.hub.close();

    // What was set aside can be put back as well, with the archive that was set aside with it.
    rmSync(join(at.folder, 'backups'), { recursive: true });
    for (const file of archivesIn(at.folder)) rmSync(join(at.folder, 'archive', file));
    const [aside = ''] = readdirSync(at.folder).filter((f) => /^fynlo-set-aside-.*\.db$/.test(f));
    expect(await run(cli, ['restore', join(at.folder, aside), '--data', at.folder])).toMatchObject({
      code: 0,
      err: '',
    });
    expect(verifyFile(join(at.folder, 'fynlo.db'))).toMatchObject({ ok: true, notChecked: 0 });
  }, 600_000);

  test('[H14] a damaged archive beside the backup is not brought when a good one is elsewhere', async () => {
    await using old = await openArchivedHub();
    const { at } = old;
    const own = join(at.folder, 'backups');
    damage(onlyArchive(own));
    await at.hub.close();
    const backup = newestBackup(own);
    expect(await run(cli, ['restore', backup, '--data', newFolder('alone')])).toMatchObject({
      code: 1,
      err: expect.stringMatching(/nowhere to be found/),
    });
    expect(await run(cli, ['restore', backup, '--data', at.folder])).toMatchObject({ code: 0 });
    expect(verifyFile(join(at.folder, 'fynlo.db'))).toMatchObject({ ok: true, notChecked: 0 });
  }, 600_000);

  test('[H14] archives are in the data folder before the decision is written', async () => {
    await using old = await openArchivedHub();
    const { at } = old;
    const backup = newestBackup(join(at.folder, 'backups'));
    const folder = newFolder('prepared');
    const prepared = prepareRestore({ dataFolder: folder, backup, now: old.clock.now });
    expect(archivesIn(folder)).toEqual(prepared.archives);
    expect(prepared.archives).toHaveLength(1);
    expect(existsSync(join(folder, 'fynlo-restore.json'))).toBe(false);
    putInPlace(prepared);
    expect(verifyFile(join(folder, 'fynlo.db'))).toMatchObject({ ok: true, notChecked: 0 });
  }, 600_000);

  test('[H14] the second restore knows of the first, although that is archived', async () => {
    await using old = await openTestHub({ now: () => firstDay });
    await serve(old);
    const { path } = await old.hub.context.backups.backUp();
    await old.hub.close();
    expect(await run(cli, ['restore', path, '--data', old.folder])).toMatchObject({ code: 0 });

    const clock = { now: firstDay };
    const at = await openTestHub({ now: () => clock.now }, { keepDays, dataFolder: old.folder });
    for (let day = 0; day < daysOpen; day++) {
      clock.now += dayMs;
      await serve(at, 1);
    }
    await at.hub.context.backups.backUp();
    await archive(at);
    expect(at.hub.context.log.readRecentStream('history'), 'the first is archived').toEqual([]);
    await at.hub.context.backups.backUp();
    await at.hub.close();
    // On a computer that has no journal, so that only the log knows of the letter B.
    const folder = newFolder('second');
    const backup = newestBackup(join(old.folder, 'backups'));
    const again = await run(cli, ['restore', backup, '--data', folder]);
    expect(again.out).toContain('letter C');
    await using last = await openTestHub({ now: () => clock.now }, { dataFolder: folder });
    const restores = last.hub.context.log.readStream('history');
    expect(restores.map(({ streamVersion }) => streamVersion)).toEqual([1, 2]);
    expect(last.hub.context.log.head().epoch).toBe(3);
  }, 600_000);
});
