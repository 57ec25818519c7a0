import { fileURLToPath } from 'node:url';
import { seededRandom } from '@fynlo/testing/surroundings';
import { HubProcess } from '../hub-process.ts';
import { complaints, judge } from './judge.ts';
import type { PlantName } from './plants.ts';
import { Proxy, type Direction } from './proxy.ts';
import { figuresText, type Ran, type Say } from './report.ts';
import { settle } from './settle.ts';
import { pause, Staff } from './staff.ts';

/** One way a network can be bad, for a while. */
export type Weather =
  | 'cuts'
  | 'stalls'
  | 'half-closes'
  | 'slow'
  | 'duplicates'
  | 'everything-many-times'
  | 'reorders-to-hub'
  | 'reorders-to-client';

export interface NetworkPlan {
  readonly seed: number;
  /** One after another, and from the beginning again until enough was delivered. */
  readonly weathers: readonly Weather[];
  readonly weatherMs: number;
  readonly clients: number;
  /** How often each device does something, in ms. */
  readonly everyMs: number;
  /** Duplicates and reorderings to deliver before it may end. */
  readonly deliveries: number;
  readonly minutes: number;
  /** How soon after the last fault all must agree. */
  readonly agreeMs: number;
  readonly say: Say;
  readonly plant?: PlantName | undefined;
}

const plantedHub = fileURLToPath(new URL('planted-hub.ts', import.meta.url));
const directions: readonly Direction[] = ['toHub', 'toClient'];

/** Real clients and a real hub with a bad network between them. */
export async function runNetwork(plan: NetworkPlan): Promise<Ran> {
  const { say } = plan;
  const random = seededRandom(plan.seed);
  const hub = await HubProcess.open(
    plan.plant ? { entry: plantedHub, env: { CHAOS_PLANT: plan.plant } } : {},
  );
  const proxy = await Proxy.open(hub.port, random);
  const side = Math.max(1, Math.round(plan.clients / 5));
  const staff = await Staff.open(hub, {
    waiters: plan.clients - 2 * side,
    tills: side,
    kitchens: side,
    random,
    ownAddresses: true,
    port: proxy.port,
  });
  const wrong: string[] = [];
  let slowestMs = 0;
  const { counts } = proxy;
  const delivered = () => counts.duplicated + counts.overtaken;
  const endAt = performance.now() + plan.minutes * 60_000;
  try {
    do {
      for (const weather of plan.weathers) {
        const before = { ...counts };
        staff.work(plan.everyMs);
        await blow(weather, proxy, plan.weatherMs, random);
        await staff.rest();
        proxy.heal();
        const settled = await settle(staff.devices, plan.agreeMs);
        slowestMs = Math.max(slowestMs, settled.tookMs);
        if (!settled.agreed) wrong.push(`after ${weather}: ${settled.late.join('; ')}`);
        if (!hasFired(weather, before, counts)) wrong.push(`${weather} did nothing`);
      }
      if (plan.deliveries > 0) {
        say(`  ${counts.duplicated} duplicates and ${counts.overtaken} reorderings delivered …`);
      }
    } while (delivered() < plan.deliveries && performance.now() < endAt && wrong.length === 0);
    await hub.kill();
    const verdict = judge(hub.folder, staff.devices);
    const figures = {
      messages: counts.messages,
      'duplicates delivered': counts.duplicated,
      'reorderings delivered': counts.overtaken,
      'connections cut': counts.cut,
      'half-closed': counts.halfClosed,
      'kB held up': counts.heldBytes / 1_000,
      'client ids taken anew': staff.devices.reduce((sum, { renumbered }) => sum + renumbered, 0),
      answered: verdict.answered,
      events: verdict.events,
      lost: verdict.lost.length,
      doubled: verdict.doubled.length,
      'all agree at most after ms': slowestMs,
    };
    say(`network (${plan.weathers.join(', ')}): ${figuresText(figures)}`);
    return { figures, wrong: [...wrong, ...complaints(verdict)] };
  } finally {
    await staff.close();
    await proxy.close();
    await hub.stop();
  }
}

async function blow(
  weather: Weather,
  proxy: Proxy,
  ms: number,
  random: () => number,
): Promise<void> {
  const endAt = performance.now() + ms;
  const until = async (stepMs: number, run: () => void) => {
    while (performance.now() < endAt) {
      run();
      await pause(Math.min(stepMs, Math.max(1, endAt - performance.now())));
    }
  };
  switch (weather) {
    case 'cuts':
      return until(400, () => proxy.cut(0.5));
    case 'stalls':
      return until(900, () => {
        const how = random();
        proxy.heal();
        proxy.stalled.toHub = how < 0.66;
        proxy.stalled.toClient = how > 0.33;
      });
    case 'half-closes':
      return until(600, () => proxy.halfClose(directions[random() < 0.5 ? 0 : 1] as Direction));
    case 'slow':
      proxy.delayMs = 150;
      proxy.bytesPerSecond = 100_000;
      return until(ms, () => undefined);
    case 'duplicates':
      for (const direction of directions) {
        proxy.meddling[direction] = { duplicate: 0.5, reorder: 0 };
      }
      return until(ms, () => undefined);
    case 'everything-many-times':
      proxy.meddling.toHub = { duplicate: 3, reorder: 0.1 };
      proxy.meddling.toClient = { duplicate: 4, reorder: 0 };
      return until(ms, () => undefined);
    case 'reorders-to-hub':
      proxy.meddling.toHub = { duplicate: 0.3, reorder: 0.6 };
      return until(ms, () => undefined);
    case 'reorders-to-client':
      proxy.meddling.toClient = { duplicate: 0.3, reorder: 0.3 };
      return until(ms, () => undefined);
  }
}

function hasFired(weather: Weather, before: Proxy['counts'], after: Proxy['counts']): boolean {
  switch (weather) {
    case 'cuts':
      return after.cut > before.cut;
    case 'stalls':
    case 'slow':
      return after.heldBytes > before.heldBytes;
    case 'half-closes':
      return after.halfClosed > before.halfClosed;
    case 'duplicates':
    case 'everything-many-times':
      return after.duplicated > before.duplicated;
    case 'reorders-to-hub':
    case 'reorders-to-client':
      return after.overtaken > before.overtaken;
  }
}
