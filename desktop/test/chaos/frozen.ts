import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ConnectionState } from '@fynlo/client/connection';
import { seededRandom } from '@fynlo/testing/surroundings';
import { HubProcess } from '../hub-process.ts';
import type { Device } from './device.ts';
import type { FrozenClientReport } from './frozen-client.ts';
import { readHubFile } from './hub-file.ts';
import { complaints, judge } from './judge.ts';
import { figuresText, type Ran, type Say } from './report.ts';
import { nameKey } from './said.ts';
import { settle } from './settle.ts';
import { pause, Staff } from './staff.ts';

export interface FrozenPlan {
  readonly seed: number;
  /** How long the hub stands still, one after another. */
  readonly hubSeconds: readonly number[];
  /** How long a client’s process stands still, one after another. */
  readonly clientSeconds: readonly number[];
  /** How soon after the last fault all must agree. */
  readonly agreeMs: number;
  readonly say: Say;
}

/** Nothing heard for this long and the screen says so: three pings, and a second for the timers. */
const noticedWithinMs = { kitchen: 4_000, other: 16_000 };

/** SIGSTOP: the hub’s computer sleeps, or a device’s. Who waits must notice, and lose nothing. */
export async function runFrozen(plan: FrozenPlan): Promise<Ran> {
  const hub = await HubProcess.open();
  const random = seededRandom(plan.seed);
  const staff = await Staff.open(hub, { waiters: 3, tills: 1, kitchens: 2, random });
  const wrong: string[] = [];
  const figures: Record<string, number> = {};
  let frozenClient: FrozenClient | undefined;
  try {
    for (const seconds of plan.hubSeconds) {
      staff.work(100);
      await pause(300);
      const heardAt = Date.now();
      hub.freeze();
      await pause(seconds * 1_000);
      await noticed(staff.devices, heardAt, seconds * 1_000, plan.agreeMs);
      const unsent = staff.devices.reduce((sum, { client }) => sum + client.status().unsent, 0);
      if (unsent === 0) wrong.push(`nothing waited while the hub stood still for ${seconds} s`);
      wrong.push(...whoDidNotNotice(staff.devices, heardAt, seconds * 1_000));
      await staff.rest();
      hub.thaw();
      const settled = await settle(staff.devices, plan.agreeMs);
      if (!settled.agreed) wrong.push(`after ${seconds} s: ${settled.late.join('; ')}`);
      figures[`hub ${seconds} s: unsent`] = unsent;
      figures[`hub ${seconds} s: kitchen noticed after ms`] = noticedAfter(staff.devices, heardAt);
      figures[`hub ${seconds} s: all agree after ms`] = settled.tookMs;
    }
    frozenClient = await FrozenClient.open(hub);
    for (const seconds of plan.clientSeconds) {
      frozenClient.child.kill('SIGSTOP');
      staff.work(100);
      await pause(seconds * 1_000);
      await staff.rest();
      frozenClient.child.kill('SIGCONT');
      await settle(staff.devices, plan.agreeMs);
      figures[`client ${seconds} s: current again after ms`] = await frozenClient.catchesUp(
        staff.devices[0] as Device,
        plan.agreeMs,
      );
    }
    const report = await frozenClient.end();
    figures['frozen client: answered'] = report.said.length;
    await settle(staff.devices, plan.agreeMs);
    await hub.kill();
    const verdict = judge(hub.folder, staff.devices);
    const kept = readHubFile(hub.folder).kept;
    const lost = report.said.filter(({ name }) => !kept.has(nameKey(name)));
    if (report.said.length === 0) wrong.push('the frozen client did nothing');
    if (lost.length > 0) wrong.push(`${lost.length} answers of the frozen client are lost`);
    figures['lost'] = verdict.lost.length + lost.length;
    figures['doubled'] = verdict.doubled.length;
    plan.say(`SIGSTOP: ${figuresText(figures)}`);
    return { figures, wrong: [...wrong, ...complaints(verdict)] };
  } finally {
    frozenClient?.kill();
    await staff.close();
    await hub.stop();
  }
}

/** On a busy machine timers are late: the hub stands still until they have had their chance. */
async function noticed(
  devices: readonly Device[],
  since: number,
  frozenMs: number,
  patienceMs: number,
): Promise<void> {
  const until = performance.now() + patienceMs;
  while (whoDidNotNotice(devices, since, frozenMs).length > 0 && performance.now() < until) {
    await pause(50);
  }
}

/** Devices whose screen still said “connected” after their limit of silence. */
function whoDidNotNotice(devices: readonly Device[], since: number, frozenMs: number): string[] {
  return devices
    .filter(({ kind }) => frozenMs > noticedWithinMs[kind === 'kitchen' ? 'kitchen' : 'other'])
    .filter((device) => leftAt(device, since) === undefined)
    .map(({ name }) => `${name} did not notice that the hub stood still`);
}

function noticedAfter(devices: readonly Device[], since: number): number {
  const cooks = devices.filter(({ kind }) => kind === 'kitchen');
  return Math.max(0, ...cooks.map((device) => (leftAt(device, since) ?? since) - since));
}

function leftAt({ states }: Device, since: number): number | undefined {
  const isAway = (state: ConnectionState) => state !== 'CONNECTED';
  return states.find(({ state, at }) => at >= since && isAway(state))?.at;
}

/** A scripted client in a process of its own, that can be stopped without stopping the test. */
class FrozenClient {
  readonly child: ChildProcess;
  readonly #kill = () => this.kill();

  private constructor(child: ChildProcess) {
    this.child = child;
    process.once('exit', this.#kill);
  }

  static async open({ url, joinCode }: HubProcess): Promise<FrozenClient> {
    const file = fileURLToPath(new URL('frozen-client.ts', import.meta.url));
    const client = new FrozenClient(fork(file, [url, joinCode]));
    await client.#next('ready');
    return client;
  }

  /** Resolves with how long it took until it stood where `other` stands. */
  async catchesUp(other: Device, withinMs: number): Promise<number> {
    const started = performance.now();
    for (;;) {
      this.child.send('where');
      const { seq, unsent } = await this.#next('where');
      const isThere = (seq ?? 0) >= (other.client.position()?.seq ?? 0) && unsent === 0;
      const tookMs = performance.now() - started;
      if (isThere) return tookMs;
      if (tookMs > withinMs) throw new Error('The thawed client did not catch up.');
      await pause(10);
    }
  }

  async end(): Promise<FrozenClientReport> {
    this.child.send('end');
    return this.#next('end');
  }

  kill(): void {
    process.off('exit', this.#kill);
    this.child.kill('SIGKILL');
  }

  #next(type: FrozenClientReport['type']): Promise<FrozenClientReport> {
    return new Promise((resolve, reject) => {
      const onExit = () => reject(new Error('The client’s process ended.'));
      const onMessage = (message: unknown) => {
        const report = message as FrozenClientReport;
        if (report.type !== type) return;
        this.child.off('message', onMessage);
        this.child.off('exit', onExit);
        resolve(report);
      };
      this.child.on('message', onMessage);
      this.child.once('exit', onExit);
    });
  }
}
