import { fileURLToPath } from 'node:url';
import { seededRandom } from '@fynlo/testing/surroundings';
import { HubProcess } from '../hub-process.ts';
import { complaints, judge } from './judge.ts';
import type { PlantName } from './plants.ts';
import { figuresText, percentile, type Ran, type Say } from './report.ts';
import { settle } from './settle.ts';
import { pause, Staff } from './staff.ts';

export interface KillsPlan {
  readonly seed: number;
  readonly kills: number;
  readonly minutes: number;
  readonly clients: number;
  /** How soon after the last fault all must agree. */
  readonly agreeMs: number;
  readonly say: Say;
  /** A bug to put into the hub, by name. */
  readonly plant?: PlantName | undefined;
}

const plantedHub = fileURLToPath(new URL('planted-hub.ts', import.meta.url));
/** While a device waits a person may tap “try again”; half of the kills see nobody do it. */
const nudgeShare = 0.7;
const everyMs = 90;

/**
 * SIGKILL at a random moment, under load, again and again; sometimes while it is still starting.
 * After the last one nobody touches anything: everything must drain and agree by itself.
 */
export async function runKills(plan: KillsPlan): Promise<Ran> {
  const { say } = plan;
  const random = seededRandom(plan.seed);
  const hub = await HubProcess.open(
    plan.plant ? { entry: plantedHub, env: { CHAOS_PLANT: plan.plant } } : {},
  );
  const cooks = Math.max(1, Math.round(plan.clients / 5));
  const staff = await Staff.open(hub, {
    waiters: plan.clients - 2 * cooks,
    tills: cooks,
    kitchens: cooks,
    random,
    ownAddresses: true,
  });
  const readyMs: number[] = [];
  const unsentAtKill: number[] = [];
  let kills = 0;
  let whileStarting = 0;
  const endAt = performance.now() + plan.minutes * 60_000;
  try {
    staff.work(everyMs);
    while (kills < plan.kills && performance.now() < endAt) {
      await pause(50 + random() * 900);
      // Every other kill waits for a command to be on its way; the rest come when they come.
      while (kills % 2 === 0 && unsent() === 0) await pause(0);
      unsentAtKill.push(unsent());
      await killOne();
      const isEarly = random() < 0.15 && kills < plan.kills - 1;
      const startedAt = performance.now();
      const starting = hub.start();
      if (isEarly) {
        starting.catch(() => undefined);
        await pause(random() * 350);
        await killOne();
        whileStarting++;
        await hub.start();
      } else {
        await starting;
        readyMs.push(performance.now() - startedAt);
      }
      // Before the last kill all are there, so that what is timed is one outage and not three.
      const isNudged = random() < nudgeShare || kills === plan.kills - 1;
      if (isNudged && kills < plan.kills) {
        for (const { client } of staff.devices) client.reconnectNow();
        while (!staff.devices.every((device) => device.isLive())) await pause(10);
      }
      if (kills % 50 === 0) say(`  ${kills} kills …`);
    }
    await staff.rest();
    const settled = await settle(staff.devices, plan.agreeMs);
    await hub.kill();
    const verdict = judge(hub.folder, staff.devices);
    const figures = {
      kills,
      'of them while starting': whileStarting,
      'unanswered at a kill, on average': average(unsentAtKill),
      answered: verdict.answered,
      events: verdict.events,
      lost: verdict.lost.length,
      doubled: verdict.doubled.length,
      'ready again p99 ms': percentile(readyMs, 0.99),
      'all agree after ms': settled.tookMs,
    };
    say(`kills: ${figuresText(figures)}`);
    return { figures, wrong: [...settled.late, ...complaints(verdict), ...whyNotFired(figures)] };
  } finally {
    await staff.close();
    await hub.stop();
  }

  function unsent(): number {
    return staff.devices.reduce((sum, { client }) => sum + client.status().unsent, 0);
  }

  async function killOne(): Promise<void> {
    await hub.kill();
    kills++;
  }
}

/** A kill that interrupted nothing proves nothing. */
function whyNotFired(figures: Readonly<Record<string, number>>): string[] {
  const interrupted = figures['unanswered at a kill, on average'] ?? 0;
  return [
    ...(figures['kills'] === 0 ? ['nothing was killed'] : []),
    ...(interrupted === 0 ? ['no kill met a command on its way'] : []),
  ];
}

function average(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
