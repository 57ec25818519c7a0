import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { LineId, OrderId, TableId } from '@fynlo/domain';
import { v7 as uuidv7 } from 'uuid';
import { HubProcess } from '../hub-process.ts';
import { Device } from './device.ts';
import { readDiskRecords, shimEnv, type DiskFault, type DiskRecord } from './disk-shim.ts';
import { complaints, judge } from './judge.ts';
import type { PlantName } from './plants.ts';
import { figuresText, type Ran, type Say } from './report.ts';
import { settle } from './settle.ts';
import { pause, simpleProducts } from './staff.ts';

export interface IoErrorsPlan {
  readonly library: string;
  readonly error: DiskFault['error'];
  /** Calls to fail: every one, or all syncs and so many others spread over the service. */
  readonly which: 'every' | { readonly syncsToo: boolean; readonly others: number };
  readonly minutes: number;
  /** Services tried at the same time. */
  readonly together: number;
  /** How soon after the last fault all must agree. */
  readonly agreeMs: number;
  readonly say: Say;
  readonly plant?: PlantName | undefined;
}

const plantedHub = fileURLToPath(new URL('planted-hub.ts', import.meta.url));
const orders = 20;
/** Orders under way at once, so that the hub writes some of them as one group. */
const tables = 10;
const startsMax = 6;

/**
 * Runs a short service again and again, and each time another call of the disk fails. What the hub
 * did is then unknown to it: it must stop, and after a restart every order is there once.
 */
export async function runIoErrors(plan: IoErrorsPlan): Promise<Ran> {
  const calls = await countCalls(plan);
  const waiting = choose(calls, plan);
  const endAt = performance.now() + plan.minutes * 60_000;
  const results: ServiceResult[] = [];
  const worker = async () => {
    while (waiting.length > 0 && performance.now() < endAt) {
      const fault = waiting.shift();
      if (fault) results.push(await oneService(plan, fault));
    }
  };
  await Promise.all(Array.from({ length: plan.together }, worker));

  const count = (is: (result: ServiceResult) => boolean) => results.filter(is).length;
  const sum = (of: (result: ServiceResult) => number) =>
    results.reduce((total, result) => total + of(result), 0);
  const figures = {
    'calls in a service': calls.length,
    tried: results.length,
    fired: count(({ fired }) => fired !== undefined),
    'on a sync': count(({ fired }) => fired === 'sync'),
    'on a truncation': count(({ fired }) => fired === 'truncate'),
    'hub stopped itself': count(({ stoppedItself }) => stoppedItself),
    'refused for now': sum(({ cannotNow }) => cannotNow),
    answered: sum(({ answered }) => answered),
    lost: sum(({ lost }) => lost),
    doubled: sum(({ doubled }) => doubled),
    'settled at most after ms': Math.max(0, ...results.map(({ settledMs }) => settledMs)),
  };
  plan.say(`${plan.error}: ${figuresText(figures)}`);
  const wrong = results.flatMap(({ fault, wrong }) =>
    wrong.map((each) => `${fault.error} on ${fault.of} ${fault.at}: ${each}`),
  );
  return { figures, wrong: figures.fired === 0 ? [...wrong, 'no fault fired'] : wrong };
}

interface ServiceResult {
  readonly fault: DiskFault;
  /** What kind of call failed; undefined when the service was over before. */
  readonly fired: string | undefined;
  readonly stoppedItself: boolean;
  readonly cannotNow: number;
  readonly answered: number;
  readonly lost: number;
  readonly doubled: number;
  readonly settledMs: number;
  readonly wrong: readonly string[];
}

const nothingDone = {
  fired: undefined,
  stoppedItself: false,
  cannotNow: 0,
  answered: 0,
  lost: 0,
  doubled: 0,
  settledMs: 0,
};

/** The calls of a service in which nothing fails, to know how many there are and which are syncs. */
async function countCalls({ library }: IoErrorsPlan): Promise<DiskRecord[]> {
  const scratch = mkdtempSync(join(tmpdir(), 'fynlo-io-'));
  const hub = await HubProcess.prepare();
  const record = join(scratch, 'record');
  hub.options.env = shimEnv({ library, dataFolder: hub.folder, record });
  const guests = new Service(hub);
  await guests.open();
  await guests.run();
  await hub.close();
  await guests.close();
  await hub.stop();
  const records = readDiskRecords(record);
  rmSync(scratch, { recursive: true, force: true });
  return records.filter(({ kind }) =>
    ['wrote', 'truncated', 'synced', 'folder-synced'].includes(kind),
  );
}

function choose(calls: readonly DiskRecord[], { which, error }: IoErrorsPlan): DiskFault[] {
  const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1);
  // A few more than there are: who writes with whom in one group is not the same every time.
  const spare = 5;
  if (which === 'every') {
    return upTo(calls.length + spare).map((at): DiskFault => ({ at, of: 'call', error }));
  }
  const syncs = which.syncsToo ? calls.filter(({ kind }) => kind.endsWith('synced')).length : 0;
  const step = calls.length / which.others;
  return [
    ...upTo(syncs).map((at): DiskFault => ({ at, of: 'sync', error })),
    ...upTo(which.others).map((i): DiskFault => ({
      at: Math.ceil(i * step - 2),
      of: 'write',
      error,
    })),
  ];
}

async function oneService(plan: IoErrorsPlan, fault: DiskFault): Promise<ServiceResult> {
  const { library } = plan;
  const scratch = mkdtempSync(join(tmpdir(), 'fynlo-io-'));
  const record = join(scratch, 'record');
  const hub = await HubProcess.prepare(plan.plant ? { entry: plantedHub } : {});
  const bug = plan.plant && { CHAOS_PLANT: plan.plant };
  hub.options.env = {
    ...bug,
    ...shimEnv({ library, dataFolder: hub.folder, record, fault }),
  };
  const service = new Service(hub);
  try {
    await service.open();
    await service.run();
    const stopped = service.starts > 1;
    if (!stopped) {
      // Closing writes, too. What it left must open again, and everybody come to the same.
      await hub.close();
      service.disarm();
      await hub.start();
    }
    const settled = await settle(service.devices, plan.agreeMs);
    await hub.kill();
    const verdict = judge(hub.folder, service.devices);
    const fired = readDiskRecords(record).find(({ kind }) => kind === 'failed');
    return {
      fault,
      fired: fired?.bytes.toString(),
      stoppedItself: stopped,
      cannotNow: service.devices.reduce((n, { heard }) => n + (heard.get('cannot-now') ?? 0), 0),
      answered: verdict.answered,
      lost: verdict.lost.length,
      doubled: verdict.doubled.length,
      settledMs: settled.tookMs,
      wrong: [...settled.late, ...complaints(verdict)],
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { ...nothingDone, fault, wrong: [why] };
  } finally {
    await service.close();
    await hub.stop();
    rmSync(scratch, { recursive: true, force: true });
  }
}

/**
 * A short service: two devices join, twenty orders are placed. Whenever the hub ends by itself it
 * is started again, as the person at the laptop would, and the fault does not come back.
 */
class Service {
  readonly devices: Device[] = [];
  starts = 0;
  readonly #hub: HubProcess;

  constructor(hub: HubProcess) {
    this.#hub = hub;
  }

  async open(): Promise<void> {
    await this.#start();
    for (const kind of ['till', 'phone'] as const) this.devices.push(await this.#join(kind));
  }

  async run(): Promise<void> {
    const [till, phone] = this.devices as [Device, Device];
    while (!this.devices.every((device) => device.isLive())) await this.#mend();
    const [productId] = simpleProducts(till);
    if (!productId) throw new Error('The menu has nothing simple on it.');
    for (let placed = 0; placed < orders; placed += tables) {
      for (let table = 1; table <= tables; table++) {
        const line = { lineId: uuidv7() as LineId, productId, quantity: table, options: [] };
        (table % 2 ? till : phone).ask({
          type: 'order.place',
          orderId: uuidv7() as OrderId,
          channel: 'dine-in',
          tableId: String(table) as TableId,
          lines: [line],
        });
      }
      while (this.devices.some((device) => device.unanswered().length > 0)) await this.#mend();
    }
  }

  /** The next start meets a sound disk. */
  disarm(): void {
    const { CHAOS_PLANT } = this.#hub.options.env ?? {};
    this.#hub.options.env = CHAOS_PLANT === undefined ? {} : { CHAOS_PLANT };
  }

  async close(): Promise<void> {
    await Promise.all(this.devices.map((device) => device.close()));
  }

  /** Starts the hub again if it has ended; the people at the devices try again at once. */
  async #mend(): Promise<void> {
    if (this.#hub.isRunning()) return pause(2);
    this.disarm();
    await this.#start();
    for (const { client } of this.devices) client.reconnectNow();
  }

  async #start(): Promise<void> {
    while (this.starts++ < startsMax) {
      try {
        return await this.#hub.start();
      } catch (error) {
        // A start that failed must have ended with a sentence; the next one meets a sound disk.
        if (this.#hub.isRunning()) throw error;
        this.disarm();
      }
    }
    throw new Error(`The hub did not start again: ${this.#hub.output}`);
  }

  async #join(kind: 'till' | 'phone'): Promise<Device> {
    for (let tries = 0; ; tries++) {
      try {
        return await Device.open(this.#hub, kind, kind);
      } catch (error) {
        if (tries === startsMax) throw error;
        await this.#mend();
      }
    }
  }
}
