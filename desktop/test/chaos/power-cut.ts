import { fork } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { seededRandom } from '@fynlo/testing/surroundings';
import { HubProcess } from '../hub-process.ts';
import type { CrashRange, CrashTally } from './crash-states.ts';
import { addTallies, tallyCrashes } from './crash-states.ts';
import { readDiskRecords, shimEnv } from './disk-shim.ts';
import { complaints, judge } from './judge.ts';
import { figuresText, type Ran, type Say } from './report.ts';
import { pause, Staff } from './staff.ts';

export interface PowerCutPlan {
  readonly seed: number;
  readonly library: string;
  /** About how many crash states are built and opened. */
  readonly states: number;
  /** How many commands the recorded service has, at least. */
  readonly commands: number;
  readonly workers: number;
  readonly minutes: number;
  readonly say: Say;
  /** Records the hub with `synchronous=NORMAL`, to see that this harness sees what it loses. */
  readonly unsafe?: boolean;
}

const unsafeHub = fileURLToPath(new URL('unsafe-hub.ts', import.meta.url));
const workerFile = fileURLToPath(new URL('crash-worker.ts', import.meta.url));

/** Nothing and everything of what is unsynced: built at every moment that is looked at. */
const sureStates = 2;

/** Workers a machine has room for. */
export const coresForCrashes = Math.max(1, cpus().length);

/**
 * Records a short service of a real hub, every write and sync of it, and then cuts the power at
 * every moment: builds the files the disk might hold, opens each as a hub does, and compares.
 */
export async function runPowerCut(plan: PowerCutPlan): Promise<Ran> {
  const { say, states, seed } = plan;
  const scratch = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'fynlo-crash-'));
  const record = join(scratch, 'record');
  const hub = await HubProcess.prepare(plan.unsafe ? { entry: unsafeHub } : {});
  try {
    const { clients, answered, wrong } = await recordService(hub, plan, record);
    const records = readDiskRecords(record);
    const moments = records.filter(({ kind }) => isFileOp(kind)).length;
    const perMoment = Math.max(sureStates, states / moments);
    const range: CrashRange = {
      record,
      reference: join(hub.folder, 'fynlo.db'),
      clients: [...clients],
      scratch,
      seed,
      luckyPerMoment: Math.max(0, perMoment - sureStates),
      share: Math.min(1, states / (moments * perMoment)),
      endAt: Date.now() + plan.minutes * 60_000,
      part: 0,
      parts: plan.workers,
    };
    const started = performance.now();
    const tally = await (plan.workers > 1 ? inWorkers(range) : tallyCrashes(range));
    const seconds = (performance.now() - started) / 1000;
    const figures = {
      'writes and syncs recorded': moments,
      syncs: records.filter(({ kind }) => kind === 'synced').length,
      answered,
      'crash states': tally.states,
      'of them with something unsynced': tally.uncertain,
      lost: tally.lost,
      altered: tally.altered,
      corrupt: tally.corrupt,
      'states/s': tally.states / seconds,
    };
    say(`power cut${plan.unsafe ? ', synchronous=NORMAL' : ''}: ${figuresText(figures)}`);
    return { figures, wrong: [...wrong, ...tally.examples] };
  } finally {
    await hub.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

interface Recorded {
  /** Whose each port was: `device/client`. */
  readonly clients: ReadonlyMap<number, string>;
  readonly answered: number;
  readonly wrong: readonly string[];
}

async function recordService(
  hub: HubProcess,
  { library, seed, commands }: PowerCutPlan,
  record: string,
): Promise<Recorded> {
  hub.options.env = shimEnv({ library, dataFolder: hub.folder, record });
  await hub.start();
  const random = seededRandom(seed);
  const staff = await Staff.open(hub, { waiters: 3, tills: 1, kitchens: 2, random });
  const count = () =>
    staff.devices.reduce((sum, { said }) => sum + said.filter(({ outcome }) => outcome).length, 0);
  staff.work(12);
  while (count() < commands) await pause(10);
  await staff.rest();
  while (staff.devices.some(({ client }) => client.status().unsent > 0)) await pause(5);
  const clients = new Map(
    staff.devices.flatMap(({ ports, client }) =>
      ports.map((port) => [port, `${client.deviceId}/${client.clientId}`] as const),
    ),
  );
  await hub.close();
  const wrong = complaints(judge(hub.folder, staff.devices));
  await staff.close();
  return { clients, answered: count(), wrong };
}

function isFileOp(kind: string): boolean {
  return ['created', 'wrote', 'truncated', 'synced', 'folder-synced', 'unlinked'].includes(kind);
}

/** Each worker takes every n-th moment, so that they end together. */
async function inWorkers(range: CrashRange): Promise<CrashTally> {
  const tallies = await Promise.all(
    Array.from({ length: range.parts }, (_, part) => inWorker({ ...range, part })),
  );
  return addTallies(tallies);
}

function inWorker(range: CrashRange): Promise<CrashTally> {
  const plan = join(range.scratch, `plan-${range.part}.json`);
  writeFileSync(plan, JSON.stringify(range));
  return new Promise((resolve, reject) => {
    const worker = fork(workerFile, [plan]);
    const kill = () => worker.kill('SIGKILL');
    process.once('exit', kill);
    worker.once('message', (tally) => resolve(tally as CrashTally));
    worker.once('exit', (code) => {
      process.off('exit', kill);
      if (code !== 0) reject(new Error(`A worker that builds crash states ended with ${code}.`));
    });
  });
}
