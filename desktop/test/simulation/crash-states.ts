import { hash } from 'node:crypto';
import type { ClientId, DeviceId } from '@fynlo/domain';
import { buildFloor, buildMenu, buildSettings } from '@fynlo/testing/builders';
import { prepareDatabase, type WritableDb } from '../../hub/db/open-database.ts';
import { CommandRoad } from '../../hub/commands/command-road.ts';
import { EventLog } from '../../hub/event-log/event-log.ts';
import { wireJson } from '../../hub/event-log/wire-event.ts';
import { Views } from '../../hub/projections/views.ts';
import { systemSurroundings } from '../../hub/surroundings.ts';
import { Disk, type DiskOperation } from './disk.ts';
import { Scheduler } from './scheduler.ts';
import { openOnDisk, type OpenOptions } from './sqlite-on-disk.ts';
import { orderCommands } from './workload.ts';

export interface CrashPlan {
  readonly seed: number;
  readonly commands: number;
  readonly states: number;
  /** A planted bug: `synchronous=NORMAL`. */
  readonly weakSync?: boolean;
}

export interface CrashTally {
  readonly writesAndFlushes: number;
  readonly flushes: number;
  readonly states: number;
  /** States in which something was not flushed, so that luck decided what is there. */
  readonly uncertain: number;
  readonly lost: number;
  readonly altered: number;
  readonly corrupt: number;
  readonly examples: readonly string[];
}

/** What a client had been told when the disk had done so many operations. */
interface Told {
  readonly operations: number;
  readonly seq: number;
  readonly results: number;
}

const commandsPerGroupMax = 6;
const examplesMax = 5;
const whollyEvery = 20;
/** The machine's other work gets a turn. */
const breatheEvery = 10;

/**
 * Records every write and flush of a service, then cuts the power between any two of them: what was
 * flushed is there, of the rest any part in any order, also half a page. Each state is opened as the
 * hub opens its database, and must hold everything that anybody was told by then.
 */
export async function tallyCrashStates(plan: CrashPlan): Promise<CrashTally> {
  const recorded = await recordService(plan);
  const scheduler = new Scheduler(plan.seed);
  const { operations, told, hashes } = recorded;
  const perMoment = plan.states / operations.length;
  const disk = new Disk();
  const tally = { states: 0, uncertain: 0, lost: 0, altered: 0, corrupt: 0 };
  const examples: string[] = [];
  let due = 0;
  let saying = 0;
  for (const [i, operation] of operations.entries()) {
    disk.redo(operation);
    while (told[saying + 1] && (told[saying + 1]?.operations ?? 0) <= i + 1) saying++;
    // The schema is made in transactions of its own, before anybody is told anything.
    if (i + 1 < (told[0]?.operations ?? 0)) continue;
    for (due += perMoment; due >= 1; due--) {
      tally.states++;
      if (tally.states % breatheEvery === 0) await new Promise((resolve) => setImmediate(resolve));
      if (disk.hasUnflushed()) tally.uncertain++;
      const found = look(
        disk.afterPowerCut(scheduler),
        told[saying],
        hashes,
        tally.states % whollyEvery === 0,
      );
      if (!found) continue;
      tally[found.kind]++;
      if (examples.length < examplesMax) {
        examples.push(`after operation ${i + 1}: ${found.kind}, ${found.what}`);
      }
    }
  }
  const flushes = operations.filter(({ kind }) => kind === 'flush').length;
  return { ...tally, examples, writesAndFlushes: operations.length, flushes };
}

/** One evening's commands on the real core, in groups as they come. */
async function recordService({ seed, commands, weakSync }: CrashPlan) {
  const scheduler = new Scheduler(seed);
  const operations: DiskOperation[] = [];
  const disk = new Disk();
  disk.onDone = (operation) => operations.push(operation);
  const options: OpenOptions = weakSync ? { weakSync } : {};
  const db = openOnDisk(disk, options);
  prepareDatabase(db, 'fynlo.db');
  const turns: (() => void)[] = [];
  const log = new EventLog(db);
  const road = new CommandRoad({
    log,
    views: new Views(db, log),
    surroundings: { ...systemSurroundings(), afterTurn: (run) => turns.push(run) },
    publish: () => undefined,
    onOutcomeUnknown: (error) => {
      throw error;
    },
  });
  const session = { deviceId: 'hub' as DeviceId, kind: 'till', role: 'manager' } as const;
  const clientId = '00000000-0000-7000-8000-000000000000' as ClientId;
  const told: Told[] = [];
  const hashes = new Map<number, string>([[0, '']]);
  let no = 0;
  let refused = 0;
  const run = (group: readonly Parameters<typeof road.submit>[0]['command'][]) => {
    for (const command of group) {
      road.submitWith({ clientId, no: ++no, command, session }, (answer) => {
        if (answer.kind === 'refused') refused++;
      });
    }
    for (const turn of turns.splice(0)) turn();
    for (const { row, hash: at } of log.readWireSince([...hashes.keys()].at(-1) ?? 0, 1_000)) {
      hashes.set(row.seq, at);
    }
    told.push({ operations: operations.length, seq: log.head().seq, results: no });
  };
  run([
    { type: 'settings.change', settings: buildSettings() },
    { type: 'menu.import', menu: buildMenu() },
    { type: 'floor.import', floor: buildFloor() },
  ]);
  const next = orderCommands(scheduler);
  while (no < commands) {
    run(Array.from({ length: 1 + scheduler.below(commandsPerGroupMax) }, () => next(road.state)));
  }
  if (refused === 0 || refused > commands / 2) throw new Error(`${refused} commands were refused.`);
  db.close();
  return { operations, told, hashes };
}

type Finding = { readonly kind: 'lost' | 'altered' | 'corrupt'; readonly what: string };

/**
 * Opens what is left as the hub does. The hash of the last event stands for all before it; every so
 * many states each row is read and the chain followed as well.
 */
function look(
  disk: Disk,
  told: Told | undefined,
  hashes: ReadonlyMap<number, string>,
  wholly: boolean,
): Finding | undefined {
  let db: ReturnType<typeof openOnDisk> | undefined;
  try {
    db = openOnDisk(disk);
    prepareDatabase(db, 'fynlo.db');
    if (wholly) {
      const broken = lookWholly(db);
      if (broken) return broken;
    }
    const seq = db.prepare('SELECT count(*) FROM event').pluck().get() as number;
    const last = db.prepare('SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1').get() as
      { seq: number; hash: Buffer } | undefined;
    if ((last?.seq ?? 0) !== seq || hashes.get(seq) !== (last?.hash.toString('hex') ?? '')) {
      return { kind: 'altered', what: `event ${last?.seq} is not what was written` };
    }
    const results = db
      .prepare(
        `SELECT (SELECT count(*) FROM recorded_result)
           + (SELECT count(DISTINCT command_no) FROM event)`,
      )
      .pluck()
      .get() as number;
    if (!told || (seq >= told.seq && results >= told.results)) return undefined;
    const what = `${told.seq} events and ${told.results} results were told, ${seq} and ${results} are there`;
    return { kind: 'lost', what };
  } catch (error) {
    return { kind: 'corrupt', what: (error as Error).message };
  } finally {
    db?.close();
  }
}

function lookWholly(db: WritableDb): Finding | undefined {
  const intact = db.pragma('integrity_check', { simple: true });
  if (intact !== 'ok') return { kind: 'corrupt', what: String(intact) };
  const log = new EventLog(db);
  new Views(db, log).load();
  let previous = '';
  for (const { row, hash: at } of log.readWireSince(0, 100_000)) {
    previous = hash('sha256', previous + wireJson(row), 'hex');
    if (previous !== at)
      return { kind: 'altered', what: `event ${row.seq} is not what was written` };
  }
  return undefined;
}
