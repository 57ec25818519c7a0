import { expect, test } from 'vitest';
import { runFrozen } from './frozen.ts';
import { sayAloud as say } from './report.ts';
import { agreeInTestMs as agreeMs } from './settle.ts';

test('[H11] a hub or a device that stands still is noticed, and goes on without loss', async () => {
  const plan = { seed: 1, hubSeconds: [1, 4.2], clientSeconds: [1.5], agreeMs, say };
  const { wrong } = await runFrozen(plan);
  expect(wrong).toEqual([]);
}, 600_000);
