import { expect, test } from 'vitest';
import { diskShim } from './disk-shim.ts';
import { runIoErrors } from './io-errors.ts';
import { sayAloud as say } from './report.ts';
import { agreeInTestMs as agreeMs } from './settle.ts';

const library = diskShim() ?? '';
const plan = { library, error: 'EIO', minutes: 3, together: 3, agreeMs, say } as const;

test.skipIf(!library)(
  '[H4] whichever sync or write fails, the hub stops, and every order is there once',
  async () => {
    const which = { syncsToo: true, others: 4 };
    const { wrong, figures } = await runIoErrors({ ...plan, which });
    expect(wrong).toEqual([]);
    expect(figures['on a sync']).toBeGreaterThan(10);
    expect(figures['hub stopped itself']).toBeGreaterThan(5);
  },
  600_000,
);

test.skipIf(!library)(
  '[H4] the judge sees a hub that takes a failed commit for a good one',
  async () => {
    const which = { syncsToo: false, others: 3 };
    const { wrong } = await runIoErrors({ ...plan, which, plant: 'io-error-ignored' });
    expect(wrong.join('\n')).toMatch(/lost|altered|damaged/);
  },
  600_000,
);
