import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { BackupsInfo } from '@fynlo/protocol/wire';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BackupFailedError } from '../hub/backup/errors.ts';
import { verifyFile } from '../hub/backup/verify-file.ts';
import { writeBackup } from '../hub/backup/write-backup.ts';
import { newClientId, openTestHub, placeOrder, type TestHub } from './support/test-hub.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const friday = Date.parse('2026-11-20T19:00:00Z');

/** A clock that stands until a test moves it. */
function standingClock(at = friday) {
  let now = at;
  return { now: () => now, pass: (ms: number) => (now += ms) };
}

function backupsIn(at: TestHub): string[] {
  const folder = join(at.folder, 'backups');
  return existsSync(folder) ? readdirSync(folder) : [];
}

async function order(at: TestHub, times = 1): Promise<void> {
  const clientId = newClientId();
  const session = { deviceId: 'd' as never, kind: 'till', role: 'manager' } as const;
  for (let no = 1; no <= times; no++) {
    const answer = await at.hub.context.road.submit({
      clientId,
      no,
      command: placeOrder(),
      session,
    });
    expect(answer.kind).toBe('accepted');
  }
}

let elsewhere = '';
beforeAll(() => {
  elsewhere = mkdtempSync(join(tmpdir(), 'fynlo-elsewhere-'));
});
afterAll(() => rmSync(elsewhere, { recursive: true, force: true }));

test('[H14] a backup made by hand is whole, checked and named by what is in it', async () => {
  const clock = standingClock();
  await using at = await openTestHub({ now: clock.now });
  await order(at, 3);
  const token = await at.join();
  const head = at.hub.context.log.head();
  const { status, body } = await at.call('/api/v1/backups', { token, body: {} });
  expect(status).toBe(200);
  expect(backupsIn(at)).toEqual([`fynlo-the-copper-kettle-2026-11-20-1900-seq${head.seq}.db`]);
  expect((body as BackupsInfo).items).toMatchObject([
    { orders: 3, isReadable: true, isSecondCopy: false, after: { changes: 0, orders: 0 } },
  ]);
  const verified = verifyFile(join(at.folder, 'backups', backupsIn(at)[0] ?? ''), [head]);
  expect(verified).toMatchObject({ ok: true, facts: { position: head, orders: 3 } });
});

test('[H14] a backup is made every hour in which something changed, and at the end of the day', async () => {
  const clock = standingClock();
  await using at = await openTestHub({ now: clock.now }, { backupEveryMinutes: 60 });
  const { backups } = at.hub.context;
  const countAfter = async (ms: number) => {
    clock.pass(ms);
    await backups.tick();
    return backupsIn(at).length;
  };
  expect(await countAfter(0), 'the first, at once').toBe(1);
  expect(await countAfter(5 * hourMs), 'nothing has changed').toBe(1);
  await order(at);
  expect(await countAfter(0), 'the last one is five hours old').toBe(2);
  await order(at);
  expect(await countAfter(59 * minuteMs), 'not yet an hour').toBe(2);
  expect(await countAfter(minuteMs), 'an hour').toBe(3);
  // It is one in the morning; the sample's day ends at four.
  await order(at);
  expect(await countAfter(30 * minuteMs)).toBe(3);
  clock.pass(2 * hourMs + 20 * minuteMs);
  expect(await countAfter(0)).toBe(4);
  await order(at);
  expect(await countAfter(20 * minuteMs), 'the business day is over').toBe(5);
});

test('[H14] a hub that starts again makes no backup of what it has one of', async () => {
  const clock = standingClock();
  const first = await openTestHub({ now: clock.now }, { backupEveryMinutes: 60 });
  await order(first);
  await first.hub.context.backups.tick();
  await first.hub.close();
  clock.pass(3 * hourMs);
  await using at = await openTestHub(
    { now: clock.now },
    { backupEveryMinutes: 60, dataFolder: first.folder },
  );
  await at.hub.context.backups.tick();
  expect(backupsIn(at)).toHaveLength(1);
});

test('[H14] a backup made while orders come in is a whole beginning of the log', async () => {
  await using at = await openTestHub();
  const { log, backups } = at.hub.context;
  let writing = true;
  let ordered = 0;
  const writer = (async () => {
    while (writing) {
      await order(at, 5);
      ordered += 5;
    }
  })();
  const made = [];
  for (let i = 0; i < 4; i++) {
    const before = log.head().seq;
    const written = await backups.backUp();
    made.push(written.facts.position);
    expect(written.facts.position.seq).toBeGreaterThanOrEqual(before);
  }
  writing = false;
  await writer;
  expect(ordered, 'orders came in meanwhile').toBeGreaterThan(20);
  expect(new Set(made.map(({ seq }) => seq)).size, 'at four different moments').toBe(4);
  for (const { seq, hash } of made) expect(log.hashAt(seq)).toBe(hash);
  expect(made.at(-1)?.seq).toBeLessThan(log.head().seq);
});

test('[H14] a copy that does not pass its check never gets a name', async () => {
  await using at = await openTestHub();
  await order(at, 2);
  const { db, backups } = at.hub.context;
  db.exec('DROP TRIGGER event_is_never_changed');
  db.exec(
    `UPDATE event SET payload = replace(payload, '"quantity":1', '"quantity":9') WHERE seq = 6`,
  );
  await expect(backups.backUp()).rejects.toThrow(/event 6 \(.*\): it is not what was written/);
  expect(backupsIn(at)).toEqual([]);
  expect((await at.call('/api/v1/health')).body).toMatchObject({ status: 'damaged' });
});

describe('the second folder', () => {
  test('[H14] gets a checked copy of each backup; a stick that is gone is said and holds nothing up', async () => {
    await using at = await openTestHub();
    const token = await at.join();
    const stick = join(elsewhere, 'stick');
    mkdirSync(stick);
    const chosen = await at.call('/api/v1/backups/folder', { token, body: { folder: stick } });
    expect(chosen.body).toMatchObject({ secondFolder: stick });
    await order(at);
    await at.hub.context.backups.backUp();
    const [copy = ''] = readdirSync(stick).filter((file) => file.endsWith('.db'));
    expect(verifyFile(join(stick, copy), [at.hub.context.log.head()]).ok).toBe(true);

    // Pulled out: the mount point stays, empty, on the computer's own disk.
    renameSync(stick, join(elsewhere, 'in-the-pocket'));
    mkdirSync(stick);
    await order(at);
    await at.hub.context.backups.backUp();
    expect(readdirSync(stick)).toEqual([]);
    expect(backupsIn(at).length).toBeGreaterThan(0);
    const said = (await at.call('/api/v1/backups', { token })).body as BackupsInfo;
    expect(said.problem).toMatch(/on this computer and not in the second folder.*plugged in/);
    expect((await at.call('/api/v1/health')).body).toMatchObject({ status: 'backup-failing' });

    rmSync(stick, { recursive: true });
    await at.hub.context.backups.backUp();
    const gone = (await at.call('/api/v1/backups', { token })).body as BackupsInfo;
    expect(gone.problem).toContain('Plug the stick in');

    renameSync(join(elsewhere, 'in-the-pocket'), stick);
    await at.hub.context.backups.backUp();
    const again = (await at.call('/api/v1/backups', { token })).body as BackupsInfo;
    expect(again.problem).toBeNull();
    expect(again.items.filter(({ isSecondCopy }) => isSecondCopy).length).toBe(2);
    expect((await at.call('/api/v1/health')).body).toMatchObject({ status: 'ok' });
  });

  test('[H14] is refused in words when it is no folder, and is remembered through a restart', async () => {
    const at = await openTestHub();
    const token = await at.join();
    for (const folder of ['not/whole', join(elsewhere, 'nowhere'), join(at.folder, 'fynlo.db')]) {
      const refused = await at.call('/api/v1/backups/folder', { token, body: { folder } });
      expect(refused.status, folder).toBe(422);
      expect(refused.body).toMatchObject({ code: 'backup-folder-refused' });
    }
    const folder = join(elsewhere, 'kept');
    mkdirSync(folder);
    await at.call('/api/v1/backups/folder', { token, body: { folder } });
    await at.hub.close();
    await using later = await openTestHub({}, { dataFolder: at.folder });
    expect((await later.hub.context.backups.describe()).secondFolder).toBe(folder);
  });
});

test('[H14] a second folder named on the command line is kept, and a missing one keeps nothing closed', async () => {
  const folder = join(elsewhere, 'named');
  mkdirSync(folder);
  await using at = await openTestHub({}, { backupFolder: folder });
  await at.hub.context.backups.backUp();
  expect(readdirSync(folder).filter((file) => file.endsWith('.db'))).toHaveLength(1);
  await using other = await openTestHub({}, { backupFolder: join(elsewhere, 'not-plugged-in') });
  await order(other);
  const { problem, secondFolder } = await other.hub.context.backups.describe();
  expect(problem).toContain('Plug the stick in');
  expect(secondFolder).toBeNull();
});

test('[H14] a full disk is said in plain words, leaves nothing behind, and the hub goes on', async () => {
  await using at = await openTestHub();
  await order(at, 5);
  const small = join(elsewhere, 'small');
  mkdirSync(small);
  const mounted = mountSmall(small);
  try {
    const source = join(at.folder, 'fynlo.db');
    const request = { source, to: { folder: small }, now: friday, promised: null };
    // Seen before it begins …
    expect(() => writeBackup(request)).toThrow(/no space for a backup in .*small: it needs \d+ MB/);
    if (mounted) {
      // … and when it happens on the way, which only a disk that is really full can show.
      expect(() => writeBackup({ ...request, spaceLeftMin: Number.NEGATIVE_INFINITY })).toThrow(
        /no space for a backup/,
      );
    }
    expect(readdirSync(small)).toEqual([]);
  } finally {
    if (mounted) execFileSync('umount', [small]);
  }
  await order(at);
  await at.hub.context.backups.backUp();
  expect(backupsIn(at)).toHaveLength(1);
});

test('[H14] only managers see and make backups', async () => {
  await using at = await openTestHub();
  for (const kind of ['phone', 'kitchen'] as const) {
    const token = await at.join(kind);
    expect((await at.call('/api/v1/backups', { token })).status).toBe(403);
    for (const path of ['', '/checks', '/folder', '/restores']) {
      const body = { folder: null, id: 'x', restaurant: 'x' };
      const { status } = await at.call(`/api/v1/backups${path}`, { token, body });
      expect(status, `${kind} ${path}`).toBe(403);
    }
  }
});

test('[H14] the daily check waits for a quiet time and finds what was changed on the disk', async () => {
  const clock = standingClock();
  await using at = await openTestHub({ now: clock.now }, { backupEveryMinutes: 60 });
  const { backups, db } = at.hub.context;
  const checkedAt = async () => (await backups.describe()).check?.at ?? null;
  await order(at, 2);
  await backups.tick();
  await backups.tick();
  expect(await checkedAt(), 'orders have just come in').toBeNull();
  clock.pass(11 * minuteMs);
  await backups.tick();
  expect(await checkedAt()).toBe(clock.now());
  expect(backups.condition()).toBe('ok');
  const first = clock.now();
  clock.pass(30 * minuteMs);
  await backups.tick();
  expect(await checkedAt(), 'once a day').toBe(first);

  db.exec('DROP TRIGGER event_is_never_deleted; DELETE FROM event WHERE seq = 5');
  clock.pass(24 * hourMs);
  await backups.tick();
  expect(backups.condition()).toBe('damaged');
  const { check } = await backups.describe();
  expect(check?.problem).toContain('event 5: it is missing');
  const health = (await at.call('/api/v1/health')).body as object;
  expect(health).toMatchObject({ status: 'damaged' });
  expect(Object.keys(health).toSorted(), 'and nothing else').toEqual([
    'status',
    'uptimeMs',
    'version',
  ]);
  // What is in memory is right, so the evening goes on.
  await order(at);
});

test('[H14] a backup that broke on its folder is shown as such', async () => {
  await using at = await openTestHub();
  await order(at);
  const { path } = await at.hub.context.backups.backUp();
  copyFileSync(path, path.replace('-seq', '-seq9'));
  truncateSync(path, Math.floor(statSync(path).size / 2));
  const { items } = await at.hub.context.backups.describe();
  expect(items.filter(({ isReadable }) => !isReadable).map(({ file }) => file)).toEqual([
    basename(path),
  ]);
  expect(items).toHaveLength(2);
});

test('[H14] what fails is an error for people', () => {
  const nowhere = join(elsewhere, 'nowhere', 'x.db');
  const request = { source: nowhere, to: { folder: elsewhere }, now: friday, promised: null };
  expect(() => writeBackup(request)).toThrow(BackupFailedError);
});

/** A disk of 64 kB, where the system lets a test make one. */
function mountSmall(folder: string): boolean {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder], { stdio: 'ignore' });
    return true;
  } catch {
    process.stderr.write(
      'SKIPPED: a really full disk, because mounting a small tmpfs is not permitted here.\n',
    );
    return false;
  }
}
