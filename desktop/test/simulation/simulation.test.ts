import { expect, test } from 'vitest';
import { bugNames, type BugName } from './bugs.ts';
import { faultKinds, runEvening, type FaultKind } from './evening.ts';
import { shrink } from './shrink.ts';

const seeds = 2_000;
const slices = 8;
const happened: Partial<Record<FaultKind, number>> = {};
const did: Record<string, number> = {};

test.each(Array.from({ length: slices }, (_, slice) => slice))(
  '[I1–I28] evenings in which everything breaks keep every promise, slice %i',
  async (slice) => {
    const size = seeds / slices;
    for (let seed = 1 + slice * size; seed <= (slice + 1) * size; seed++) {
      const { violation, faults, counts } = await runEvening({ seed });
      for (const kind of faultKinds) happened[kind] = (happened[kind] ?? 0) + faults[kind];
      for (const [name, n] of Object.entries(counts)) did[name] = (did[name] ?? 0) + n;
      if (violation) expect.fail(await story(seed));
    }
  },
  600_000,
);

test('[I1–I28] every fault of the simulation happened and had its effect', () => {
  for (const kind of faultKinds) expect(happened[kind], kind).toBeGreaterThan(seeds / 4);
  for (const name of [
    'crashes',
    'powerCuts',
    'outcomeUnknown',
    'restored',
    'deviceCrashes',
    'disk-dropped',
    'disk-failed',
    'disk-full',
    'duplicated',
    'reordered',
    'dropped',
    'cuts',
    'stalls',
  ]) {
    expect(did[name], name).toBeGreaterThan(100);
  }
  expect(did['disk-torn']).toBeGreaterThan(20);
});

test('[H5] the same seed gives the same evening', async () => {
  const lines: string[][] = [[], []];
  for (const into of lines) await runEvening({ seed: 7, trace: (line) => into.push(line) });
  expect(lines[0]?.length).toBeGreaterThan(100);
  expect(lines[0]).toEqual(lines[1]);
});

/** Where a rule guards against one fault, the evening has only that and what brings it out. */
const mixtures: Partial<Record<BugName, readonly FaultKind[]>> = {
  acksBeforeCommit: ['crashAtStep', 'power', 'kill'],
  weakSync: ['power'],
  viewsOutsideTransaction: ['crashAtStep', 'power'],
  noHashCheck: ['olderCopy', 'down', 'cut'],
  unboundedBuffer: ['down', 'pauseDevice'],
  cursorFirst: ['crashDevice', 'kill'],
  saysKeptTooEarly: ['crashDevice', 'down'],
  dropsQueueOnReset: ['restore', 'slow', 'crashDevice'],
  waitsByTheWallClock: ['deviceClock', 'cut'],
};

test.each(bugNames)(
  '[I1–I28] the simulation notices when the hub or the client %s',
  async (bug) => {
    const faults = mixtures[bug];
    let caught: string | undefined;
    for (let seed = 1; seed <= 300 && !caught; seed++) {
      const options = { seed, bugs: { [bug]: true }, ...(faults && { faults }) };
      const { violation } = await runEvening(options);
      caught = violation?.message;
      // Without the bug the same evening is as it should be: it is the bug that was seen.
      if (caught) {
        const sound = await runEvening({ seed, ...(faults && { faults }) });
        expect(sound.violation).toBeUndefined();
      }
    }
    expect(caught).toBeDefined();
  },
  600_000,
);

async function story(seed: number): Promise<string> {
  const { options, message, trace } = await shrink({ seed });
  const { faultsMax, commandsMax } = options;
  const how = `seed ${seed}, with ${faultsMax} faults and ${commandsMax} commands`;
  return [how, message, ...trace.slice(-120)].join('\n');
}
