import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partsOf, RestaurantState } from '@fynlo/domain/restaurant';
import { seededRandom } from '@fynlo/testing/surroundings';
import Database from 'better-sqlite3';
import { openDatabase } from '../../hub/db/open-database.ts';
import { EventLog } from '../../hub/event-log/event-log.ts';
import { Views } from '../../hub/projections/views.ts';
import { HubProcess } from '../hub-process.ts';
import { digestOf, readHubFile } from './hub-file.ts';
import { figuresText, type Ran, type Say } from './report.ts';
import { nameKey } from './said.ts';
import { pause, Staff } from './staff.ts';

export interface DamagePlan {
  readonly seed: number;
  readonly flips: number;
  readonly truncations: number;
  readonly commands: number;
  readonly say: Say;
}

/** How one piece of damage was met. */
type Met =
  /** The hub would not open, and said why. */
  | 'said on opening'
  /** The hub opened; SQLite's own check or the whole chain tells. */
  | 'found by the full check'
  /** Every row is what it was. */
  | 'harmless'
  /** The hub opens on an earlier moment of its history: a client that knows more is the witness. */
  | 'end of the log gone, unseen by the hub'
  /** All checks pass, and a view is not what the events tell. */
  | 'view differs, unseen'
  /** All checks pass, and something outside the chain that is kept nowhere else is different. */
  | 'other row differs, unseen'
  /** All checks pass, and an event is not what it was. Must never be. */
  | 'event differs, unseen';

interface Damaged {
  readonly met: Met;
  readonly what: string;
}

type Content = ReadonlyMap<string, ReadonlySet<string>>;

const kept = ['event', 'client', 'recorded_result', 'device_token', 'history', 'setting'];
const views = ['order_view', 'state_view'];

/** Flips bits in a closed hub's files and cuts their ends off, and looks who notices. */
export async function runDamage(plan: DamagePlan): Promise<Ran> {
  const random = seededRandom(plan.seed);
  const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fynlo-harm-'));
  try {
    const healthy = join(scratch, 'healthy');
    await serveAnEvening(healthy, plan, random);
    const files = ['fynlo.db', 'fynlo.db-wal'].map((name) => readFileSync(join(healthy, name)));
    const [database = Buffer.alloc(0), wal = Buffer.alloc(0)] = files;
    const before = contentOf(healthy);
    const met = new Map<string, number>();
    const unseen = new Map<string, number>();
    const meet = (what: string, harm: (folder: string) => void) => {
      const folder = join(scratch, 'harmed');
      rmSync(folder, { recursive: true, force: true });
      mkdirSync(folder);
      writeFileSync(join(folder, 'fynlo.db'), database);
      writeFileSync(join(folder, 'fynlo.db-wal'), wal);
      harm(folder);
      const damaged = look(folder, before);
      const key = `${what}: ${damaged.met}`;
      met.set(key, (met.get(key) ?? 0) + 1);
      if (damaged.met.includes('unseen')) {
        const title = `${what}: ${damaged.met}: ${damaged.what}`;
        unseen.set(title, (unseen.get(title) ?? 0) + 1);
      }
    };
    for (let i = 0; i < plan.flips; i++) {
      meet('flip', (folder) => flipOne(join(folder, 'fynlo.db'), random));
      if (i % 4 === 0)
        meet('flip in the WAL', (folder) => flipOne(join(folder, 'fynlo.db-wal'), random));
    }
    for (let i = 0; i < plan.truncations; i++) {
      meet('cut short', (folder) => {
        const file = join(folder, 'fynlo.db');
        truncateSync(file, Math.floor(random() * statSync(file).size));
      });
    }
    meet('WAL deleted', (folder) => rmSync(join(folder, 'fynlo.db-wal')));
    const figures = Object.fromEntries([...met].toSorted(([a], [b]) => (a < b ? -1 : 1)));
    plan.say(`damaged files: ${figuresText(figures)}`);
    for (const [what, count] of unseen) plan.say(`  unseen, ${count} times: ${what}`);
    const wrong = [...unseen.keys()].filter((title) => title.includes('event differs'));
    if (met.size < 3) wrong.push('hardly anything was damaged');
    return { figures, wrong };
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

/** A folder as SIGKILL left it: a database and a WAL that holds commits of its own. */
async function serveAnEvening(
  folder: string,
  { commands }: DamagePlan,
  random: () => number,
): Promise<void> {
  const hub = await HubProcess.open();
  const staff = await Staff.open(hub, { waiters: 3, tills: 1, kitchens: 2, random });
  staff.work(15);
  const half = () => staff.devices.reduce((sum, { said }) => sum + said.length, 0) > commands / 2;
  while (!half()) await pause(10);
  await hub.close();
  await hub.start();
  for (const { client } of staff.devices) client.reconnectNow();
  const before = staff.devices.reduce((sum, { said }) => sum + said.length, 0);
  const all = () =>
    staff.devices.reduce((sum, { said }) => sum + said.length, 0) > before + commands / 2;
  while (!all()) await pause(10);
  await staff.rest();
  while (staff.devices.some(({ client }) => client.status().unsent > 0)) await pause(5);
  await hub.kill();
  cpSync(hub.folder, folder, { recursive: true });
  await staff.close();
  await hub.stop();
}

function flipOne(path: string, random: () => number): void {
  const bytes = readFileSync(path);
  const at = Math.floor(random() * bytes.length);
  bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
  writeFileSync(path, bytes);
}

/** Opens a folder as the hub does, then looks closer than the hub does. */
function look(folder: string, before: Content): Damaged {
  let db: Database.Database | undefined;
  try {
    db = openDatabase(join(folder, 'fynlo.db'));
    const log = new EventLog(db);
    const state = new Views(db, log).load();
    if (db.pragma('integrity_check', { simple: true }) !== 'ok') {
      return { met: 'found by the full check', what: 'integrity_check' };
    }
    const broken = log.firstBrokenSince(0);
    if (broken !== undefined) return { met: 'found by the full check', what: `chain at ${broken}` };
    const replayed = new RestaurantState();
    for (const event of log.readSince(0, 1_000_000)) replayed.apply(event);
    const lives = digestOf(partsOf(state)) === digestOf(partsOf(replayed));
    db.close();
    db = undefined;
    return compare(before, contentOf(folder), lives);
  } catch (error) {
    return { met: 'said on opening', what: error instanceof Error ? error.name : '' };
  } finally {
    db?.close();
  }
}

function compare(before: Content, after: Content, viewsTellTheLog: boolean): Damaged {
  const rows = (content: Content, name: string) => content.get(name) ?? new Set<string>();
  const others = kept.filter((name) => !isSubset(rows(after, name), rows(before, name)));
  const fewer = kept.filter((name) => rows(after, name).size < rows(before, name).size);
  if (others.includes('event')) return { met: 'event differs, unseen', what: 'event' };
  if (others.length > 0) return { met: 'other row differs, unseen', what: others.join(', ') };
  if (!viewsTellTheLog) return { met: 'view differs, unseen', what: 'the state made of views' };
  if (fewer.includes('event') || fewer.includes('recorded_result')) {
    return { met: 'end of the log gone, unseen by the hub', what: fewer.join(', ') };
  }
  if (fewer.length > 0) return { met: 'other row differs, unseen', what: fewer.join(', ') };
  const shown = views.filter((name) => !isSubset(rows(after, name), rows(before, name)));
  if (shown.length > 0) return { met: 'view differs, unseen', what: shown.join(', ') };
  return { met: 'harmless', what: '' };
}

function isSubset(some: ReadonlySet<string>, all: ReadonlySet<string>): boolean {
  return [...some].every((row) => all.has(row));
}

/** Every row of each table as text, without how often the file was opened. */
function contentOf(folder: string): Content {
  const copy = `${folder}-copy`;
  rmSync(copy, { recursive: true, force: true });
  mkdirSync(copy);
  for (const name of ['fynlo.db', 'fynlo.db-wal']) {
    if (existsSync(join(folder, name))) copyFileSync(join(folder, name), join(copy, name));
  }
  const db = new Database(join(copy, 'fynlo.db'));
  try {
    return new Map(
      [...kept, ...views].map((name) => {
        const where = name === 'setting' ? ` WHERE key <> 'openings'` : '';
        const rows = db.prepare(`SELECT * FROM ${name}${where}`).raw().all();
        return [name, new Set(rows.map((row) => JSON.stringify(row)))];
      }),
    );
  } finally {
    db.close();
  }
}

export interface OlderCopyPlan {
  readonly seed: number;
  readonly how: 'older copy' | 'WAL deleted';
  readonly agreeMs: number;
  readonly say: Say;
}

/**
 * While the hub is down its folder is put back as it was a while ago, with the same history id: what
 * a person does who copies folders, or one who tidies up a WAL. The hub cannot know. Clients that
 * know more must notice, and offer again what has no answer.
 */
export async function runOlderCopy({ seed, how, agreeMs, say }: OlderCopyPlan): Promise<Ran> {
  const hub = await HubProcess.open();
  const random = seededRandom(seed);
  const staff = await Staff.open(hub, { waiters: 3, tills: 1, kitchens: 1, random });
  const older = mkdtempSync(join(tmpdir(), 'fynlo-older-'));
  const wrong: string[] = [];
  try {
    staff.work(40);
    await pause(600);
    // Closing brings the database up to date, so that deleting the WAL later goes back to here.
    await hub.close();
    cpSync(hub.folder, older, { recursive: true });
    await hub.start();
    for (const { client } of staff.devices) client.reconnectNow();
    await pause(900);
    await hub.kill();
    const knownBefore = Math.max(...staff.devices.map(({ client }) => client.position()?.seq ?? 0));
    const accepted = staff.devices
      .flatMap(({ said }) => said)
      .filter(({ outcome }) => outcome?.accepted);
    // While it is down people go on; then somebody puts the old folder in its place.
    await pause(300);
    await staff.rest();
    const waiting = staff.devices.flatMap((device) => device.unanswered());
    if (how === 'WAL deleted') rmSync(join(hub.folder, 'fynlo.db-wal'));
    else {
      rmSync(hub.folder, { recursive: true });
      cpSync(older, hub.folder, { recursive: true });
    }
    const olderHead = readHubFile(hub.folder).events.length;
    await hub.start();
    for (const { client } of staff.devices) client.reconnectNow();
    const started = performance.now();
    while (staff.devices.some((d) => !d.isLive() || d.client.status().unsent > 0)) {
      if (performance.now() - started > agreeMs) {
        wrong.push(`not all were live and empty within ${agreeMs} ms`);
        break;
      }
      await pause(20);
    }
    const tookMs = performance.now() - started;
    await pause(200);
    await hub.kill();
    const file = readHubFile(hub.folder);
    const truth = digestOf(partsOf(file.replayed));
    const differing = staff.devices.filter(
      ({ client }) => digestOf(partsOf(client.confirmed())) !== truth,
    );
    wrong.push(...file.wrong, ...differing.map(({ name }) => `${name} shows what is no more`));
    const noAnswer = waiting.filter(({ outcome }) => !outcome);
    if (noAnswer.length > 0) wrong.push(`${noAnswer.length} commands got no answer`);
    const unaware = staff.devices.filter(({ resets }) => resets === 0);
    wrong.push(...unaware.map(({ name }) => `${name} did not notice`));
    if (olderHead >= knownBefore) wrong.push('the copy was not older than what clients knew');
    const figures = {
      'clients knew up to': knownBefore,
      'the copy ends at': olderHead,
      'devices told to start over': staff.devices.filter(({ resets }) => resets > 0).length,
      'client ids taken anew': staff.devices.reduce((sum, { renumbered }) => sum + renumbered, 0),
      'accepted before': accepted.length,
      'of them gone with the file': accepted.filter(
        ({ names }) => !names.some((name) => file.kept.has(nameKey(name))),
      ).length,
      'without an answer then': waiting.length,
      'of them accepted': waiting.filter(({ outcome }) => outcome?.accepted).length,
      'all current after ms': tookMs,
    };
    say(`${how}: ${figuresText(figures)}`);
    return { figures, wrong };
  } finally {
    await staff.close();
    await hub.stop();
    rmSync(older, { recursive: true, force: true });
  }
}
