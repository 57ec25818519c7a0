import { expect, test } from 'vitest';
import { tallyCrashStates } from './crash-states.ts';

test('[H4] whatever a power cut leaves of the writes that were not flushed, nothing told is lost', async () => {
  const tally = await tallyCrashStates({ seed: 1, commands: 300, states: 500 });
  expect(tally.examples).toEqual([]);
  expect(tally).toMatchObject({ lost: 0, altered: 0, corrupt: 0 });
  expect(tally.uncertain).toBeGreaterThan(300);
  expect(tally.flushes).toBeGreaterThan(50);
}, 600_000);

test('[H4] the same power cuts show what synchronous=NORMAL would lose', async () => {
  const tally = await tallyCrashStates({ seed: 1, commands: 300, states: 120, weakSync: true });
  expect(tally.lost).toBeGreaterThan(10);
  expect(tally.corrupt).toBe(0);
}, 600_000);
