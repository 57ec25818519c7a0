import { execFile } from 'node:child_process';
import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { Command, OrderId } from '@fynlo/domain';
import { seededRandom } from '@fynlo/testing/surroundings';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { verifyFile } from '../hub/backup/verify-file.ts';
import { hubSession } from '../hub/pairing/sessions.ts';
import { newClientId, openTestHub, placeOrder } from './support/test-hub.ts';

const script = fileURLToPath(new URL('../hub/verify.ts', import.meta.url));
const flips = 600;
const headerFlips = 200;

let folder = '';
/** A backup of an evening, and where it stands. */
let good = '';
let head = { seq: 0, hash: '' };
let tries = 0;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fynlo-verify-'));
  await using at = await openTestHub();
  await at.join();
  await anEvening(at.hub.context.road);
  const { path } = await at.hub.context.backups.backUp();
  head = at.hub.context.log.head();
  good = join(folder, 'good.db');
  copyFileSync(path, good);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function anEvening(road: {
  submit: (of: {
    clientId: ReturnType<typeof newClientId>;
    no: number;
    command: Command;
    session: typeof hubSession;
  }) => Promise<{ kind: string }>;
}): Promise<void> {
  const clientId = newClientId();
  let no = 0;
  const does = (command: Command) =>
    road.submit({ clientId, no: ++no, command, session: hubSession });
  for (let i = 0; i < 60; i++) {
    const placed = placeOrder();
    await does(placed);
    if (i % 3 !== 0) await does({ type: 'order.complete', orderId: placed.orderId });
    if (i % 5 === 0) await does({ type: 'order.send', orderId: 'no-such' as OrderId });
  }
}

function copy(change: (path: string) => void): string {
  const path = join(folder, `try-${++tries}.db`);
  copyFileSync(good, path);
  change(path);
  return path;
}

function changed(sql: string): string {
  return copy((path) => {
    const db = new Database(path);
    db.exec('DROP TRIGGER event_is_never_changed; DROP TRIGGER event_is_never_deleted');
    db.exec(sql);
    db.close();
  });
}

function problemOf(path: string, known = [head]) {
  const verified = verifyFile(path, known);
  rmSync(path);
  if (verified.ok) throw new Error('nothing was found');
  return verified.problem;
}

interface Place {
  readonly seq: number;
  readonly start: number;
  readonly end: number;
}

/** Where in the file the columns of an event lie: from its id to its hash. */
function placesOfEvents(bytes: Buffer): Place[] {
  const db = new Database(good, { readonly: true });
  // A menu or a floor plan is longer than a page and continues elsewhere.
  const rows = db
    .prepare('SELECT seq, event_id AS id, hash FROM event WHERE length(payload) < 2000')
    .all() as { seq: number; id: string; hash: Buffer }[];
  db.close();
  return rows.map(({ seq, id, hash }) => {
    const start = occurrences(bytes, id).find((at, _, all) => {
      return all.length === 1 || isRead(bytes, at, seq);
    });
    if (start === undefined) throw new Error(`Event ${seq} is nowhere in the file.`);
    return { seq, start, end: bytes.indexOf(hash, start) + hash.length };
  });
}

/** A page that was split keeps bytes that nobody reads any more. */
function isRead(bytes: Buffer, at: number, seq: number): boolean {
  const path = flipOne(bytes, at, 1);
  const db = new Database(path, { readonly: true });
  const id = db.prepare('SELECT event_id FROM event WHERE seq = ?').pluck().get(seq) as string;
  db.close();
  rmSync(path);
  return id !== bytes.toString('latin1', at, at + id.length);
}

function occurrences(bytes: Buffer, text: string): number[] {
  const places: number[] = [];
  for (let at = bytes.indexOf(text); at >= 0; at = bytes.indexOf(text, at + 1)) places.push(at);
  return places;
}

function flipOne(bytes: Buffer, at: number, by: number): string {
  const path = join(folder, `flip-${++tries}.db`);
  const flipped = Buffer.from(bytes);
  flipped[at] = (flipped[at] ?? 0) ^ by;
  writeFileSync(path, flipped);
  return path;
}

test('[H14] a good log is said to be good, with its counts and its head', () => {
  const db = new Database(good, { readonly: true });
  const orders = db.prepare('SELECT count(*) FROM order_view').pluck().get();
  db.close();
  expect(verifyFile(good, [head])).toMatchObject({
    ok: true,
    oddity: null,
    facts: { events: head.seq, orders, position: head, restaurant: 'The Copper Kettle' },
  });
  expect(orders).toBe(60);
});

test(`[H14] of ${flips} flipped bytes in events every one is found and its event named`, () => {
  const bytes = readFileSync(good);
  const places = placesOfEvents(bytes);
  expect(places.length).toBeGreaterThan(100);
  const random = seededRandom(20_261_120);
  const whole = (below: number) => Math.floor(random() * below);
  const missed: string[] = [];
  let named = 0;
  for (let i = 0; i < flips; i++) {
    const { seq, start, end } = places[whole(places.length)] as Place;
    const at = start + whole(end - start);
    const path = flipOne(bytes, at, 1 + whole(255));
    const verified = verifyFile(path);
    rmSync(path);
    if (!verified.ok && verified.problem.seq === seq) named++;
    else missed.push(`seq ${seq}, byte ${at}: ${JSON.stringify(verified)}`);
  }
  expect(missed).toEqual([]);
  expect(named).toBe(flips);
}, 600_000);

test(`[H14] of ${headerFlips} flipped bytes before an event’s columns every one is found`, () => {
  const bytes = readFileSync(good);
  const places = placesOfEvents(bytes);
  const random = seededRandom(7);
  const missed: string[] = [];
  for (let i = 0; i < headerFlips; i++) {
    const { seq, start } = places[Math.floor(random() * places.length)] as Place;
    // The record's header: how long it is, its seq, and the type of each column.
    const at = start - 1 - Math.floor(random() * 17);
    const path = flipOne(bytes, at, 1 << Math.floor(random() * 8));
    const verified = verifyFile(path);
    rmSync(path);
    if (verified.ok) missed.push(`seq ${seq}, byte ${at - start} before its columns`);
  }
  expect(missed).toEqual([]);
}, 600_000);

describe('[H14] is found and named', () => {
  test('a deleted event', () => {
    expect(problemOf(changed('DELETE FROM event WHERE seq = 20'))).toMatchObject({
      seq: 20,
      what: 'it is missing',
    });
  });

  test('two events that changed places', () => {
    const path = changed('UPDATE event SET seq = -1 WHERE seq = 30');
    const db = new Database(path);
    db.exec('UPDATE event SET seq = 30 WHERE seq = 31; UPDATE event SET seq = 31 WHERE seq = -1');
    db.close();
    expect(problemOf(path)).toMatchObject({ seq: 30, what: 'it is not what was written' });
  });

  test('an edited event, with its time and type', () => {
    const sql = `UPDATE event SET payload = replace(payload, '"quantity":1', '"quantity":2')
      WHERE seq = (SELECT min(seq) FROM event WHERE type = 'order.placed')`;
    const problem = problemOf(changed(sql));
    expect(problem).toMatchObject({ type: 'order.placed', what: 'it is not what was written' });
    expect(problem.at).toBeGreaterThan(1_600_000_000_000);
  });

  test('a cut tail, against a head that is known', () => {
    const cut = changed(`DELETE FROM order_view WHERE opened_seq > ${head.seq - 2};
      DELETE FROM event WHERE seq > ${head.seq - 2}`);
    expect(problemOf(cut)).toMatchObject({
      seq: head.seq - 1,
      what: expect.stringMatching(/ends/),
    });
    const another = copy(() => undefined);
    const known = [{ seq: head.seq, hash: 'f'.repeat(64) }];
    expect(problemOf(another, known)).toMatchObject({ seq: head.seq });
  });

  test('a file that is cut short, wherever it is cut', () => {
    const { size } = statSync(good);
    for (let part = 1; part < 20; part++) {
      const path = copy((each) => truncateSync(each, Math.floor((size * part) / 20)));
      expect(problemOf(path).what, `${part}/20`).not.toBe('');
    }
  });

  test('a view that does not show what the log tells', () => {
    expect(problemOf(changed(`UPDATE order_view SET number = '99' WHERE number = '7'`)).what).toBe(
      'the list of orders does not show order 7 as the log tells it',
    );
    expect(problemOf(changed('DELETE FROM order_view WHERE number = 7')).what).toMatch(/order 7/);
    const sold = `UPDATE state_view SET body = replace(body, '"soldOut":[]', '"soldOut":["chips"]')`;
    expect(problemOf(changed(sold)).what).toMatch(/kept of the menu/);
    const extra = `INSERT INTO order_view VALUES (1, 'x', '1', '2026-11-20', 'open')`;
    expect(problemOf(changed(extra)).what).toMatch(/holds 61 and the log 60/);
  });

  test('a command with two results', () => {
    const sql = `INSERT INTO recorded_result SELECT client_ref, command_no, seq, NULL, 0 FROM event
      WHERE type = 'order.placed' LIMIT 1`;
    expect(problemOf(changed(sql)).what).toMatch(/two results/);
  });

  test('an index that lost a row', () => {
    const path = copy((each) => {
      const bytes = readFileSync(each);
      const db = new Database(each, { readonly: true });
      const row = db
        .prepare(`SELECT stream FROM event WHERE type = 'order.placed'`)
        .pluck()
        .get() as string;
      db.close();
      // Where else the name of a stream stands is the index over it.
      const inTable = placesOfEvents(bytes);
      const inIndex = occurrences(bytes, row).filter((at) => {
        return !inTable.some(({ start, end }) => start <= at && at < end);
      });
      expect(inIndex.length).toBeGreaterThan(0);
      for (const at of inIndex) {
        const last = at + row.length - 1;
        bytes[last] = (bytes[last] ?? 0) ^ 1;
      }
      writeFileSync(each, bytes);
    });
    expect(problemOf(path).what).toMatch(/SQLite says/);
  });

  test('a file that is no database, another program’s, and one that is not there', () => {
    const text = copy((path) => writeFileSync(path, 'a shopping list'.repeat(500)));
    expect(problemOf(text).what).toMatch(/not a database/);
    const other = copy((path) => {
      rmSync(path);
      new Database(path).exec('CREATE TABLE recipes (name TEXT)').close();
    });
    expect(problemOf(other).what).toBe('it is not a Fynlo database');
    const nowhere = verifyFile(join(folder, 'nowhere.db'));
    expect(nowhere).toMatchObject({ ok: false, problem: { what: 'there is no such file' } });
  });
});

test('[H14] an order number given twice is said, and is no reason to distrust the file', async () => {
  const now = Date.parse('2026-11-20T19:00:00Z');
  await using at = await openTestHub({ now: () => now });
  // A hub whose counter forgets, which no hub should be.
  const { road, views } = at.hub.context;
  const clientId = newClientId();
  for (const no of [1, 2]) {
    road.state.orderCounter = () => undefined;
    views.lastOrderNumber = () => 0;
    await road.submit({ clientId, no, command: placeOrder(), session: hubSession });
  }
  const verified = verifyFile((await at.hub.context.backups.backUp()).path);
  expect(verified).toMatchObject({
    ok: true,
    oddity: { type: 'order.placed', what: 'order number 1 was given twice on 2026-11-20' },
  });
});

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

function verify(...args: string[]): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [script, ...args], { timeout: 20_000 }, (error, out, err) => {
      resolve({ code: Number(error?.code ?? 0), out, err });
    });
  });
}

/** Every file below a folder with its contents, but for what SQLite shares between processes. */
function contentsOf(below: string): string[] {
  return readdirSync(below, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.endsWith('-shm') && statSync(join(below, name)).isFile())
    .map((name) => {
      const bytes = readFileSync(join(below, name));
      return `${name} ${createHash('sha256').update(bytes).digest('hex')}`;
    })
    .toSorted();
}

test('[H14] npm run verify says good or what is wrong first, and writes nothing, hub or no hub', async () => {
  const at = await openTestHub();
  await anEvening(at.hub.context.road);
  const path = join(at.folder, 'fynlo.db');
  const { seq, hash } = at.hub.context.log.head();
  const files = readdirSync(at.folder).toSorted();
  const running = await verify(path, '--head', `${seq}:${hash}`);
  expect(running).toMatchObject({ code: 0, err: '' });
  expect(running.out).toContain(`Head        ${seq}:${hash}`);
  expect(running.out).toContain('Orders      60');
  expect(readdirSync(at.folder).toSorted()).toEqual(files);
  await at.hub.close();

  const before = contentsOf(at.folder);
  expect(await verify('--data', at.folder)).toMatchObject({ code: 0, err: '' });
  expect(contentsOf(at.folder), 'nothing was written').toEqual(before);

  const bad = changed('DELETE FROM event WHERE seq = 12');
  const found = await verify(bad);
  expect(found).toMatchObject({ code: 1, out: '' });
  expect(found.err).toContain('event 12: it is missing');
  const edited = changed(`UPDATE event SET device = 'x' WHERE seq = 13`);
  const named = await verify(edited);
  expect(named.code).toBe(1);
  expect(named.err).toMatch(/event 13 \([a-z.-]+, \d+ \w+ 20\d\d, [\d:]+\): it is not what was/);
  expect((await verify('--what')).code).toBe(2);
  rmSync(at.folder, { recursive: true });
});
