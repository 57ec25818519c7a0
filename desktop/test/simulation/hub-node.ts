import type { DeviceId } from '@fynlo/domain';
import { roleOf, type DeviceKind } from '@fynlo/domain/device';
import type { RestaurantState } from '@fynlo/domain/restaurant';
import { CommandRoad, type CommittedGroup } from '../../hub/commands/command-road.ts';
import type { Answer, Submission } from '../../hub/commands/submission.ts';
import { prepareDatabase, type WritableDb } from '../../hub/db/open-database.ts';
import { EventLog } from '../../hub/event-log/event-log.ts';
import { LiveSockets, type LiveLimits } from '../../hub/live/live-sockets.ts';
import type { Session } from '../../hub/pairing/session.ts';
import { Views } from '../../hub/projections/views.ts';
import type { HubSurroundings } from '../../hub/surroundings.ts';
import type { Bugs } from './bugs.ts';
import type { Disk } from './disk.ts';
import { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';
import { openOnDisk } from './sqlite-on-disk.ts';

/** Small enough that an evening of a minute reaches every one of them. */
export const simulatedLimits: Partial<LiveLimits> = {
  frameEventsMax: 12,
  frameSizeBytesMax: 6_000,
  tailEventsMax: 50,
  bufferedBytesMax: 4_000,
  slowConsumerMs: 6_000,
  connectionsPerDeviceMax: 2,
};

/** The hub's core as it runs at this moment. */
export interface RunningCore {
  readonly process: Process;
  readonly db: WritableDb;
  readonly log: EventLog;
  readonly road: CommandRoad;
  readonly live: LiveSockets;
}

export interface HubEvents {
  published(group: CommittedGroup): void;
  opened(log: EventLog, state: RestaurantState): void;
  /** A crash may be placed here: throws `PowerCut` to place it. */
  step(): void;
  /** The same inside the disk, which must not throw: it dies instead. */
  diskStep(): void;
}

/**
 * The hub's machine: the core that `start-hub.ts` puts together, over a simulated disk and network,
 * with a watchdog that starts it again.
 */
export class HubNode {
  disk: Disk;
  core: RunningCore | undefined;
  starts = 0;
  failedStarts = 0;
  crashes = 0;
  powerCuts = 0;
  outcomeUnknown = 0;
  clockOffsetMs = 0;
  /** Nobody starts it again until this is lifted. */
  staysDown = false;
  /** Says `true` when the next end is the machine's and not only the program's. */
  nextEndIsPower = false;
  /** Done while it is down, before it starts again. */
  whileDown: (() => void)[] = [];
  readonly #scheduler: Scheduler;
  readonly #events: HubEvents;
  readonly #devices: ReadonlyMap<string, DeviceKind>;
  readonly #bugs: Bugs;
  readonly #onEnd: () => void;

  constructor(
    scheduler: Scheduler,
    disk: Disk,
    devices: ReadonlyMap<string, DeviceKind>,
    bugs: Bugs,
    events: HubEvents,
    onEnd: () => void,
  ) {
    this.#scheduler = scheduler;
    this.disk = disk;
    this.#devices = devices;
    this.#bugs = bugs;
    this.#events = events;
    this.#onEnd = onEnd;
  }

  start(): void {
    if (this.core || this.staysDown) return;
    this.disk.isDead = false;
    this.disk.onOperation = () => undefined;
    const process = new Process(this.#scheduler, () => this.#ended(process));
    this.starts++;
    try {
      this.core = this.#open(process);
    } catch (error) {
      // A disk that fails or is full while the hub opens: it tries again, as a watchdog does.
      if (!(error instanceof Error) || !('code' in error)) throw error;
      this.failedStarts++;
      process.isAlive = false;
      this.#startLater();
      return;
    }
    this.disk.onOperation = () => this.#events.diskStep();
  }

  /** Ends the program, or the whole machine. */
  end(kind: 'process' | 'power'): void {
    this.nextEndIsPower = kind === 'power';
    this.core?.process.end();
  }

  #open(process: Process): RunningCore {
    const db = openOnDisk(this.disk, {
      ...(this.#bugs.weakSync && { weakSync: true }),
      ...(this.#bugs.acksBeforeCommit && { commitLater: (work) => commitLate(process, work) }),
    });
    try {
      prepareDatabase(db, 'fynlo.db');
      const surroundings = this.#surroundings(process);
      const log = this.#openLog(db, surroundings);
      const views = new Views(db, log);
      const road: CommandRoad = new CommandRoad({
        log,
        views,
        surroundings,
        publish: (group) => {
          this.#events.step();
          this.#events.published(group);
          live.publish(group);
        },
        onOutcomeUnknown: () => {
          this.outcomeUnknown++;
          process.end();
        },
      });
      if (this.#bugs.noDedupe) decideAgain(road);
      if (this.#bugs.acceptsGaps) closeGaps(road);
      const live = new LiveSockets({
        road,
        log,
        surroundings,
        authenticate: (token) => this.#authenticate(token),
        limits: {
          ...simulatedLimits,
          ...(this.#bugs.unboundedBuffer && {
            bufferedBytesMax: Number.POSITIVE_INFINITY,
            slowConsumerMs: Number.POSITIVE_INFINITY,
          }),
        },
      });
      this.#events.opened(log, road.state);
      return { process, db, log, road, live };
    } catch (error) {
      db.close();
      throw error;
    }
  }

  #openLog(db: WritableDb, surroundings: HubSurroundings): EventLog {
    if (this.#bugs.viewsOutsideTransaction) return new LogWithLateViews(db, surroundings);
    if (this.#bugs.forgetsRefusals) return new LogWithoutRefusals(db, surroundings);
    if (this.#bugs.noHashCheck) return new LogThatBelieves(db, surroundings);
    return new EventLog(db, surroundings);
  }

  #authenticate(token: string): Session | undefined {
    const kind = this.#devices.get(token);
    return kind && { deviceId: token as DeviceId, kind, role: roleOf(kind) };
  }

  #surroundings(process: Process): HubSurroundings {
    const scheduler = this.#scheduler;
    const startedAt = Date.UTC(2026, 10, 20, 19, 0);
    return {
      now: () => Math.floor(startedAt + scheduler.elapsed + this.clockOffsetMs),
      elapsed: () => scheduler.elapsed,
      soon: (run) => queueMicrotask(() => process.run(run)),
      afterTurn: (run) => void process.after(0, run),
      setTimer: (run, ms) => process.after(ms, run),
      uuid: () => `00000000-0000-4000-8000-${String(scheduler.below(1e12)).padStart(12, '0')}`,
      fillRandom: (bytes) => {
        for (let i = 0; i < bytes.length; i += 4) {
          bytes.writeUInt32LE(Math.floor(scheduler.random() * 2 ** 32), i);
        }
      },
    };
  }

  #ended(process: Process): void {
    const core = this.core;
    if (core && core.process !== process) return;
    this.core = undefined;
    this.crashes++;
    const isPower = this.nextEndIsPower;
    this.nextEndIsPower = false;
    this.disk.onOperation = () => undefined;
    // Whatever the dead program still tries reaches no disk.
    this.disk.isDead = true;
    core?.db.close();
    if (isPower) {
      this.powerCuts++;
      this.disk.cutPower(this.#scheduler);
    } else {
      this.disk.endProcess();
    }
    this.#onEnd();
    this.#startLater();
  }

  #startLater(): void {
    this.#scheduler.after(200 + this.#scheduler.below(3_000), () => {
      if (this.core) return;
      for (const work of this.whileDown.splice(0)) work();
      this.start();
    });
  }
}

/** Planted: the answer goes out first. A disk that then says no ends the hub, too late. */
function commitLate(process: Process, work: () => void): void {
  process.after(4, () => {
    try {
      work();
    } catch {
      process.end();
    }
  });
}

/** Planted: what was decided before is decided once more. */
function decideAgain(road: CommandRoad): void {
  const submit = road.submitWith.bind(road);
  let again = 0;
  road.submitWith = (submission: Submission, answer: (answer: Answer) => void) => {
    const { clientId, session, no } = submission;
    if (no > road.lastCommandNo({ clientId, device: session.deviceId })) {
      return submit(submission, answer);
    }
    const other = `${clientId.slice(0, -12)}f${String(again++).padStart(11, '0')}`;
    submit({ ...submission, clientId: other as typeof clientId, no: 1 }, answer);
  };
}

/** Planted: a command is taken although one before it is missing. */
function closeGaps(road: CommandRoad): void {
  const submit = road.submitWith.bind(road);
  road.submitWith = (submission: Submission, answer: (answer: Answer) => void) => {
    const { clientId, session } = submission;
    const last = road.lastCommandNo({ clientId, device: session.deviceId });
    submit({ ...submission, no: Math.min(submission.no, last + 1) }, answer);
  };
}

class LogWithLateViews extends EventLog {
  override commit(project: () => void): void {
    super.commit(() => undefined);
    project();
  }
}

class LogWithoutRefusals extends EventLog {
  override stage(entry: Parameters<EventLog['stage']>[0]): ReturnType<EventLog['stage']> {
    return entry.refusal ? [] : super.stage(entry);
  }
}

class LogThatBelieves extends EventLog {
  override hashAt(seq: number): string | undefined {
    return believed.get(seq) ?? super.hashAt(seq);
  }
}
/** Hashes by what a device said of itself: for the planted bug alone. */
export const believed = new Map<number, string>();
