import { openClient, type Client } from '@fynlo/client/connection';
import type { DeviceId } from '@fynlo/domain';
import type { DeviceKind } from '@fynlo/domain/device';
import type { WireCommand } from '@fynlo/protocol/wire';
import type { Bugs } from './bugs.ts';
import { DeviceDisk, openDeviceStorage } from './device-storage.ts';
import type { Network } from './network.ts';
import { Process } from './process.ts';
import type { Scheduler } from './scheduler.ts';

export interface DeviceEvents {
  kept(device: DeviceNode, command: WireCommand): void;
  opened(device: DeviceNode, client: Client): void;
}

/** A till, a phone or a kitchen screen: the real client over a simulated storage and network. */
export class DeviceNode {
  readonly name: string;
  readonly deviceId: DeviceId;
  readonly kind: DeviceKind;
  readonly subscribe: readonly string[];
  readonly disk: DeviceDisk;
  client: Client | undefined;
  process: Process | undefined;
  crashes = 0;
  clockOffsetMs = 0;
  readonly #scheduler: Scheduler;
  readonly #network: Network;
  readonly #bugs: Bugs;
  readonly #events: DeviceEvents;

  constructor(
    given: {
      readonly name: string;
      readonly deviceId: DeviceId;
      readonly kind: DeviceKind;
      readonly subscribe: readonly string[];
    },
    scheduler: Scheduler,
    network: Network,
    bugs: Bugs,
    events: DeviceEvents,
  ) {
    this.name = given.name;
    this.deviceId = given.deviceId;
    this.kind = given.kind;
    this.subscribe = given.subscribe;
    this.disk = new DeviceDisk(scheduler, given.name);
    this.#scheduler = scheduler;
    this.#network = network;
    this.#bugs = bugs;
    this.#events = events;
  }

  start(): void {
    if (this.process?.isAlive) return;
    const process = new Process(this.#scheduler, () => this.#ended());
    this.process = process;
    const storage = openDeviceStorage(this.disk, process, {
      ...(this.#bugs.saysKeptTooEarly && { answersEarly: true }),
      ...(this.#bugs.cursorFirst && { cursorFirst: true }),
      ...(this.#bugs.dropsQueueOnReset && { dropsQueueOnReset: true }),
    });
    const wall = () => this.#scheduler.elapsed + this.clockOffsetMs;
    const opening = openClient({
      url: 'ws://hub.simulated/api/v1/live',
      token: this.deviceId,
      deviceId: this.deviceId,
      build: 'simulation',
      storage,
      subscribe: this.subscribe,
      kitchenPing: this.kind === 'kitchen',
      openSocket: () => this.#network.open(this.name, process),
      surroundings: {
        now: () => Math.floor(Date.UTC(2026, 10, 20, 19, 0) + wall()),
        elapsed: this.#bugs.waitsByTheWallClock ? wall : () => this.#scheduler.elapsed,
        random: () => this.#scheduler.random(),
        setTimer: (run, ms) => process.after(ms, run),
        knock: () =>
          new Promise((resolve) => {
            process.after(5, () => resolve(this.#network.isHubThere()));
          }),
      },
    });
    void this.#use(process, opening);
  }

  /** The battery, the browser, a person who closes the page. */
  crash(): void {
    this.process?.end();
  }

  dispatch(command: WireCommand): void {
    const { process, client } = this;
    if (!process?.isAlive || !client) return;
    process.run(() => void this.#noteKept(process, client, command));
  }

  async #use(process: Process, opening: Promise<Client>): Promise<void> {
    const client = await opening;
    if (!process.isAlive) return;
    this.client = client;
    this.#events.opened(this, client);
  }

  async #noteKept(process: Process, client: Client, command: WireCommand): Promise<void> {
    await client.dispatch(command).kept;
    if (process.isAlive) this.#events.kept(this, command);
  }

  #ended(): void {
    this.client = undefined;
    this.crashes++;
    this.#network.deviceEnded(this.name);
    this.disk.crash();
    this.#scheduler.after(100 + this.#scheduler.below(4_000), () => this.start());
  }
}
