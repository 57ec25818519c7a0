import { expect, test } from 'vitest';
import { diskShim } from './disk-shim.ts';
import { runPowerCut } from './power-cut.ts';
import { sayAloud as say } from './report.ts';

const library = diskShim() ?? '';
const plan = { seed: 1, library, workers: 1, minutes: 1, say };

test.skipIf(!library)(
  '[H4] whatever a power cut leaves of the unsynced writes, nothing told is lost',
  async () => {
    const { wrong, figures } = await runPowerCut({ ...plan, states: 300, commands: 350 });
    expect(wrong).toEqual([]);
    expect(figures['of them with something unsynced']).toBeGreaterThan(200);
  },
  600_000,
);

test.skipIf(!library)(
  '[H4] the same power cuts show what synchronous=NORMAL would lose',
  async () => {
    const unsafe = { ...plan, states: 120, commands: 100, unsafe: true };
    const { figures } = await runPowerCut(unsafe);
    expect(figures['lost']).toBeGreaterThan(10);
    expect(figures['corrupt']).toBe(0);
  },
  600_000,
);
