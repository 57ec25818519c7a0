import { runDamage, runOlderCopy } from './damage.ts';
import { diskShim } from './disk-shim.ts';
import { runFrozen } from './frozen.ts';
import { runFullDisk, SmallDisk } from './full-disk.ts';
import { runIoErrors } from './io-errors.ts';
import { runKills } from './kills.ts';
import { runNetwork, type Weather } from './network.ts';
import type { PlantName } from './plants.ts';
import { coresForCrashes, runPowerCut } from './power-cut.ts';
import type { Ran, Say } from './report.ts';
import { runStorm } from './storm.ts';

export interface LongPlan {
  readonly seed: number;
  /** A bound for each scenario; one that has a count of its own may end before. */
  readonly minutes: number;
  readonly kills: number;
  readonly states: number;
  readonly deliveries: number;
  readonly plant: PlantName | undefined;
  readonly agreeMs: number;
  readonly say: Say;
}

/** What could not be tried here; said aloud where it was found out. */
const skipped: Ran = { figures: {}, wrong: [] };

const everyWeather: readonly Weather[] = [
  'cuts',
  'stalls',
  'half-closes',
  'slow',
  'duplicates',
  'reorders-to-hub',
];

/** The long versions, by name, in the order they are run in. */
export const scenarios = {
  kills: (plan) => runKills({ ...plan, clients: 20 }),

  'power-cut': async (plan) => {
    const library = diskShim(plan.say);
    if (library === undefined) return skipped;
    const service = { ...plan, library, workers: coresForCrashes };
    const ran = await runPowerCut({ ...service, commands: 1_500 });
    const unsafe = await runPowerCut({ ...service, commands: 600, states: 2_000, unsafe: true });
    const isSeen = (unsafe.figures['lost'] ?? 0) > 0;
    return {
      figures: { ...ran.figures, 'lost with NORMAL': unsafe.figures['lost'] ?? 0 },
      wrong: [...ran.wrong, ...(isSeen ? [] : ['what NORMAL loses was not seen'])],
    };
  },

  'io-errors': async (plan) => {
    const library = diskShim(plan.say);
    if (library === undefined) return skipped;
    const service = { ...plan, library, which: 'every', together: 3 } as const;
    const eio = await runIoErrors({ ...service, error: 'EIO' });
    const enospc = await runIoErrors({ ...service, error: 'ENOSPC' });
    return { figures: eio.figures, wrong: [...eio.wrong, ...enospc.wrong] };
  },

  'full-disk': async (plan) => {
    const disk = SmallDisk.mount(plan.say);
    if (!disk) return skipped;
    try {
      return await runFullDisk(disk, { ...plan, times: 5, fullMs: 10_000 });
    } finally {
      disk.remove();
    }
  },

  damage: async (plan) => {
    const harmed = await runDamage({ ...plan, flips: 1_000, truncations: 100, commands: 600 });
    const older = await runOlderCopy({ ...plan, how: 'older copy' });
    const tidied = await runOlderCopy({ ...plan, how: 'WAL deleted' });
    return {
      figures: harmed.figures,
      wrong: [...harmed.wrong, ...older.wrong, ...tidied.wrong],
    };
  },

  frozen: (plan) => runFrozen({ ...plan, hubSeconds: [1, 20, 70], clientSeconds: [20, 70] }),

  network: (plan) =>
    runNetwork({
      ...plan,
      ...busy,
      weathers: everyWeather,
      weatherMs: 5_000,
      deliveries: 0,
      minutes: 0,
    }),

  meddler: (plan) =>
    runNetwork({
      ...plan,
      ...busy,
      everyMs: 150,
      weathers: ['everything-many-times'],
      weatherMs: 20_000,
    }),

  'reorders-to-client': (plan) =>
    runNetwork({
      ...plan,
      ...busy,
      weathers: ['reorders-to-client'],
      weatherMs: 5_000,
      deliveries: 0,
      minutes: 0,
    }),

  storm: (plan) => runStorm({ ...plan, clients: 40, storms: 10, awayMs: 3_000 }),
} as const satisfies Record<string, (plan: LongPlan) => Promise<Ran>>;

const busy = { clients: 20, everyMs: 40 } as const;

export type ScenarioName = keyof typeof scenarios;
