import type { Client } from '@fynlo/client/connection';
import type { DeviceId } from '@fynlo/domain';
import type { DeviceKind } from '@fynlo/domain/device';
import { buildFloor, buildMenu, buildSettings } from '@fynlo/testing/builders';
import type { WritableDb } from '../../hub/db/open-database.ts';
import { believed, HubNode, simulatedLimits } from './hub-node.ts';
import { tear, withBugs, type Bugs } from './bugs.ts';
import { DeviceNode } from './device-node.ts';
import { Disk } from './disk.ts';
import { Judge, Violation } from './judge.ts';
import { goodWeather, Network } from './network.ts';
import { PowerCut, Scheduler } from './scheduler.ts';
import { openOnDisk } from './sqlite-on-disk.ts';
import { Workload } from './workload.ts';

export const faultKinds = [
  'kill',
  'power',
  'crashAtStep',
  'pauseHub',
  'diskFull',
  'diskError',
  'cut',
  'down',
  'stall',
  'goneSilent',
  'spoil',
  'slow',
  'crashDevice',
  'pauseDevice',
  'hubClock',
  'deviceClock',
  'olderCopy',
  'restore',
] as const;
export type FaultKind = (typeof faultKinds)[number];

export interface EveningOptions {
  readonly seed: number;
  readonly bugs?: Bugs;
  /** What may break, in place of a mixture of the seed's own. */
  readonly faults?: readonly FaultKind[];
  /** How long people work and things break; 15 s unless told otherwise. */
  readonly eveningMs?: number;
  /** Only the first so many faults happen: for shrinking. */
  readonly faultsMax?: number;
  /** Only the first so many commands are given: for shrinking. */
  readonly commandsMax?: number;
  readonly trace?: (line: string) => void;
}

export interface EveningResult {
  readonly violation: Violation | undefined;
  readonly faults: Readonly<Record<FaultKind, number>>;
  readonly counts: Readonly<Record<string, number>>;
  /** Milliseconds from the last fault's end until everything agreed. */
  readonly settledMs: number;
}

const devices = [
  { name: '1', kind: 'till', subscribe: ['*'] },
  { name: '2', kind: 'phone', subscribe: ['*'] },
  { name: '3', kind: 'phone', subscribe: ['*'] },
  { name: '4', kind: 'kitchen', subscribe: ['*'] },
  { name: '5', kind: 'kitchen', subscribe: ['station:bar', 'menu.*'] },
] as const;
const kinds = new Map<string, DeviceKind>(devices.map(({ name, kind }) => [idOf(name), kind]));
/** A page of the log with its frame, at most. */
const pageBytesMax = 12_000;
const usualEveningMs = 15_000;
const settleWithinMs = 10_000;
/** Quiet for so long is quiet. */
const quietMs = 300;

let openingNight: ReadonlyMap<string, Uint8Array> | undefined;

/**
 * One evening of a restaurant, from one seed: what people do, what breaks and when, and what the
 * judge says of it. Each seed has its own mixture of faults, so that rare ones meet undisturbed.
 */
export async function runEvening(options: EveningOptions): Promise<EveningResult> {
  openingNight ??= await prepareRestaurant();
  // An evening is one long turn; whoever runs many of them must be heard in between.
  await new Promise((resolve) => setImmediate(resolve));
  return withBugs(options.bugs ?? {}, () => new Evening(options, openingNight ?? new Map()).run());
}

class Evening {
  readonly #options: EveningOptions;
  readonly #eveningMs: number;
  readonly #scheduler: Scheduler;
  readonly #judge = new Judge();
  readonly #network: Network;
  readonly #hub: HubNode;
  readonly #devices: DeviceNode[];
  readonly #workload: Workload;
  readonly #enabled: readonly FaultKind[];
  readonly #faults = Object.fromEntries(faultKinds.map((kind) => [kind, 0])) as Record<
    FaultKind,
    number
  >;
  #stepsToCrash: number | null = null;
  #commands = 0;
  #faultsSoFar = 0;
  #restored = 0;
  #violation: Violation | undefined;

  constructor(options: EveningOptions, files: ReadonlyMap<string, Uint8Array>) {
    this.#options = options;
    this.#eveningMs = options.eveningMs ?? usualEveningMs;
    const scheduler = new Scheduler(options.seed);
    const bugs = options.bugs ?? {};
    this.#scheduler = scheduler;
    this.#workload = new Workload(scheduler);
    const mixture = faultKinds.filter(() => scheduler.chance(0.3));
    this.#enabled = options.faults ?? mixture;
    believed.clear();
    this.#network = new Network(scheduler, {
      hub: () => {
        const { core } = this.#hub;
        return core && { process: core.process, accept: core.live.accept.bind(core.live) };
      },
      watch: {
        heard: (device, text) => {
          this.#say(`${device} → hub ${text.slice(0, 160)}`);
          if (bugs.noHashCheck) believe(text);
          this.#judged(() => this.#judge.heard(device, text));
        },
        sent: (device, text) => {
          this.#say(`hub → ${device} ${text.slice(0, 160)}`);
          this.#judged(() => this.#judge.sent(device, text));
          this.#step();
          return bugs.tearsTransactions ? tear(text) : [text];
        },
      },
    });
    this.#hub = new HubNode(
      scheduler,
      Disk.from(files),
      kinds,
      bugs,
      {
        published: (group) => this.#judge.published(group),
        opened: (log) => this.#judged(() => this.#judge.opened(log)),
        step: () => this.#step(),
        diskStep: () => this.#isTimeToCrash(),
      },
      () => this.#network.hubEnded(),
    );
    this.#devices = devices.map(
      (device) =>
        new DeviceNode({ ...device, deviceId: idOf(device.name) }, scheduler, this.#network, bugs, {
          kept: (node, command) => this.#judge.kept(node, command),
          opened: (node, client) => {
            this.#judge.startedAgain(node);
            if (options.trace) this.#tellStates(node, client);
          },
        }),
    );
  }

  async run(): Promise<EveningResult> {
    this.#hub.start();
    for (const device of this.#devices) device.start();
    this.#peopleArrive();
    this.#faultsArrive();
    await this.#pass(this.#eveningMs);
    this.#heal();
    const settledMs = await this.#settle();
    this.#judged(() => {
      const { core } = this.#hub;
      if (!core) throw new Violation('I17', 'the hub did not come back.');
      this.#judge.verdict(core.db, core.road.state, this.#devices);
    });
    this.#judged(() => {
      // What a buffer takes, and the page or the group that comes on top of it.
      const onTop = Math.max(pageBytesMax, 1.2 * this.#judge.largestGroupBytes);
      if (this.#network.bufferedMax <= (simulatedLimits.bufferedBytesMax ?? 0) + onTop) return;
      throw new Violation('I18', `${this.#network.bufferedMax} bytes waited for one device.`);
    });
    this.#hub.staysDown = true;
    this.#hub.core?.process.end();
    return {
      violation: this.#violation,
      faults: this.#faults,
      counts: this.#counts(),
      settledMs,
    };
  }

  #peopleArrive(): void {
    for (const device of this.#devices) {
      const act = () => {
        if (this.#scheduler.elapsed > this.#eveningMs - 1_000) return;
        const { client } = device;
        const isOver = this.#commands >= (this.#options.commandsMax ?? Number.POSITIVE_INFINITY);
        if (client && device.process && !device.process.isPaused && !isOver) {
          this.#commands++;
          const command = this.#workload.next(device, client);
          this.#say(`${device.name} taps ${JSON.stringify(command).slice(0, 160)}`);
          device.dispatch(command);
        }
        // Now and then in a hurry.
        const pause = this.#scheduler.chance(0.3) ? 20 : 2_200;
        this.#scheduler.after(2 + this.#scheduler.below(pause), act);
      };
      this.#scheduler.after(this.#scheduler.below(1_500), act);
    }
  }

  #faultsArrive(): void {
    const next = () => {
      if (this.#scheduler.elapsed > this.#eveningMs - 500) return;
      const kind = this.#scheduler.pick(this.#enabled);
      if (kind && this.#faultsSoFar++ < (this.#options.faultsMax ?? Number.POSITIVE_INFINITY)) {
        this.#say(`FAULT ${kind}`);
        this.#break(kind);
      }
      this.#scheduler.after(this.#scheduler.below(2_500), next);
    };
    this.#scheduler.after(this.#scheduler.below(2_500), next);
  }

  #break(kind: FaultKind): void {
    const scheduler = this.#scheduler;
    const hub = this.#hub;
    const device = scheduler.pick(this.#devices);
    this.#faults[kind]++;
    switch (kind) {
      case 'kill':
        return hub.end('process');
      case 'power':
        return hub.end('power');
      case 'crashAtStep':
        this.#stepsToCrash = scheduler.below(40);
        return;
      case 'pauseHub':
        return hub.core?.process.pause(scheduler.below(9_000));
      case 'diskFull':
        hub.disk.isFull = true;
        return void scheduler.after(scheduler.below(6_000), () => (hub.disk.isFull = false));
      case 'diskError':
        if (hub.core) hub.disk.failIn = scheduler.below(30);
        return;
      case 'cut':
        return this.#network.cutAll();
      case 'down':
        this.#network.weather = { ...this.#network.weather, down: true };
        this.#network.cutAll();
        return void scheduler.after(scheduler.below(9_000), () => {
          this.#network.weather = { ...this.#network.weather, down: false };
        });
      case 'stall':
        return this.#network.stall(scheduler.below(9_000), false);
      case 'goneSilent':
        return this.#network.stall(0, true);
      case 'spoil':
        this.#network.weather = {
          ...this.#network.weather,
          duplicate: scheduler.random() * 0.2,
          reorder: scheduler.random() * 0.2,
          drop: scheduler.random() * 0.1,
        };
        return;
      case 'slow':
        this.#network.weather = {
          ...this.#network.weather,
          latencyMsMax: scheduler.below(2_000),
        };
        return;
      case 'crashDevice':
        return device?.crash();
      case 'pauseDevice':
        return device?.process?.pause(scheduler.below(9_000));
      case 'hubClock':
        hub.clockOffsetMs = (scheduler.below(3) - 1) * 24 * 3_600_000;
        return;
      case 'deviceClock':
        if (device) device.clockOffsetMs = (scheduler.below(3) - 1) * 24 * 3_600_000;
        return;
      case 'olderCopy':
      case 'restore':
        return this.#putOlderCopy(kind === 'restore');
    }
  }

  /** Somebody copies the folder while the hub is down, and puts it back some time later. */
  #putOlderCopy(asNewHistory: boolean): void {
    const hub = this.#hub;
    hub.end('process');
    hub.whileDown.push(() => {
      const copy = hub.disk.copyAll();
      this.#scheduler.after(1_000 + this.#scheduler.below(6_000), () => {
        if (this.#scheduler.elapsed > this.#eveningMs) return;
        hub.end('process');
        hub.whileDown.push(() => {
          this.#restored++;
          hub.disk = Disk.from(copy);
          openCopy(hub.disk, asNewHistory ? this.#restored : null, (db) =>
            this.#judge.restored(db),
          );
          this.#say(`the copy is in place, ${asNewHistory ? 'as a new history' : 'as it was'}`);
        });
      });
    });
  }

  #heal(): void {
    this.#say('everything is mended');
    this.#stepsToCrash = null;
    this.#network.weather = goodWeather;
    this.#hub.disk.isFull = false;
    this.#hub.disk.failIn = null;
  }

  /** Waits until everybody runs again, and then no more than the promised time. */
  async #settle(): Promise<number> {
    const isRunning = () =>
      this.#hub.core &&
      !this.#hub.core.process.isPaused &&
      this.#devices.every(({ client, process }) => client && process && !process.isPaused);
    for (let i = 0; i < 300 && !isRunning(); i++) await this.#pass(100);
    const from = this.#scheduler.elapsed;
    let quietSince = this.#isQuiet() ? from : null;
    while (this.#scheduler.elapsed - from < settleWithinMs) {
      if (quietSince !== null && this.#scheduler.elapsed - quietSince >= quietMs) break;
      await this.#pass(100);
      quietSince = this.#isQuiet() ? (quietSince ?? this.#scheduler.elapsed) : null;
    }
    return (quietSince ?? this.#scheduler.elapsed) - from;
  }

  #isQuiet(): boolean {
    const head = this.#hub.core?.log.head();
    return this.#devices.every(({ client }) => {
      if (!client) return false;
      const { connection, current, unsent } = client.status();
      const isThere = connection === 'CONNECTED' && current && unsent === 0;
      return isThere && client.position()?.seq === head?.seq;
    });
  }

  #tellStates(node: DeviceNode, client: Client): void {
    let before = '';
    client.onChange(() => {
      const { connection, current, unsent } = client.status();
      const now = `${connection}${current ? ', current' : ''}, ${unsent} unsent`;
      if (now !== before) this.#say(`${node.name} is ${now}`);
      before = now;
    });
  }

  async #pass(ms: number): Promise<void> {
    await this.#scheduler.pass(ms, () => {
      if (this.#violation) return;
      this.#judged(() => {
        for (const device of this.#devices) {
          if (device.client) this.#judge.look(device, device.client);
        }
      });
    });
  }

  /** Every write to a disk or a socket is a place to crash at. */
  #step(): void {
    if (this.#isTimeToCrash()) throw new PowerCut();
  }

  #isTimeToCrash(): boolean {
    if (this.#stepsToCrash === null || this.#stepsToCrash-- > 0) return false;
    this.#stepsToCrash = null;
    this.#hub.nextEndIsPower = this.#scheduler.chance(0.5);
    this.#hub.disk.isDead = true;
    return true;
  }

  #judged(look: () => void): void {
    if (this.#violation) return;
    try {
      look();
    } catch (error) {
      if (!(error instanceof Violation)) throw error;
      this.#violation = error;
      this.#say(`VIOLATION ${error.message}`);
    }
  }

  #say(line: string): void {
    this.#options.trace?.(`${this.#scheduler.elapsed.toFixed(1).padStart(9)} ${line}`);
  }

  #counts(): Record<string, number> {
    const { disk, starts, crashes, powerCuts, outcomeUnknown, failedStarts } = this.#hub;
    return {
      ...this.#network.counts,
      ...Object.fromEntries(Object.entries(disk.counts).map(([key, n]) => [`disk-${key}`, n])),
      starts,
      crashes,
      powerCuts,
      outcomeUnknown,
      failedStarts,
      restored: this.#restored,
      deviceCrashes: this.#devices.reduce((sum, device) => sum + device.crashes, 0),
      commands: this.#commands,
      kept: this.#judge.commandsKept,
      steps: this.#scheduler.steps,
    };
  }
}

/** The restaurant before its first guest: settings, menu, tables, devices. */
async function prepareRestaurant(): Promise<ReadonlyMap<string, Uint8Array>> {
  const scheduler = new Scheduler(0);
  const hub = new HubNode(
    scheduler,
    new Disk(),
    kinds,
    {},
    {
      published: () => undefined,
      opened: () => undefined,
      step: () => undefined,
      diskStep: () => undefined,
    },
    () => undefined,
  );
  hub.start();
  const session = { deviceId: 'hub' as DeviceId, kind: 'till', role: 'manager' } as const;
  const clientId = '00000000-0000-7000-8000-000000000000' as Parameters<
    NonNullable<typeof hub.core>['road']['lastCommandNo']
  >[0]['clientId'];
  const commands = [
    { type: 'settings.change', settings: buildSettings() },
    { type: 'menu.import', menu: buildMenu() },
    { type: 'floor.import', floor: buildFloor() },
    ...devices.map(({ name, kind }) => ({
      type: 'device.join' as const,
      deviceId: idOf(name),
      name: `Device ${name}`,
      kind,
    })),
  ] as const;
  commands.forEach((command, i) => {
    hub.core?.road.submitWith({ clientId, no: i + 1, command, session }, () => undefined);
  });
  await scheduler.pass(100, () => undefined);
  hub.staysDown = true;
  hub.core?.process.end();
  return hub.disk.copyAll();
}

/** Opens a copy for a look; for a proper restore begins a new history with it. */
function openCopy(disk: Disk, restore: number | null, look: (db: WritableDb) => void): void {
  const db = openOnDisk(disk);
  if (restore !== null) {
    db.prepare('UPDATE history SET history_id = ?, epoch = epoch + 1').run(`restored-${restore}`);
  }
  look(db);
  db.close();
}

function believe(text: string): void {
  if (!text.startsWith('{"type":"hello"')) return;
  const { position } = JSON.parse(text) as { position: { seq: number; hash: string } | null };
  if (position) believed.set(position.seq, position.hash);
}

function idOf(name: string): DeviceId {
  return `00000000-0000-7000-8000-00000000d00${name}` as DeviceId;
}
