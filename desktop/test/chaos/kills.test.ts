import { expect, test } from 'vitest';
import { runKills } from './kills.ts';
import { sayAloud as say } from './report.ts';
import { agreeInTestMs as agreeMs } from './settle.ts';

const plan = { seed: 1, kills: 5, minutes: 2, clients: 20, agreeMs, say };
const few = { ...plan, kills: 3, clients: 8 };

test('[H4] a hub killed under load loses nothing, doubles nothing, and all agree again', async () => {
  const { wrong, figures } = await runKills(plan);
  expect(wrong).toEqual([]);
  expect(figures['kills']).toBeGreaterThanOrEqual(5);
}, 600_000);

test('[H4] the judge sees a hub that answers before it has committed', async () => {
  const { wrong } = await runKills({ ...few, plant: 'ack-before-commit' });
  expect(wrong.join('\n')).toMatch(/lost|altered/);
}, 600_000);

test('[H7] the judge sees screens that show what the log does not tell', async () => {
  const { wrong } = await runKills({ ...few, kills: 1, plant: 'altered-frame' });
  expect(wrong.join('\n')).toMatch(/devices that differ/);
}, 600_000);
