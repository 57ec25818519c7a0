import { expect, test } from 'vitest';
import { runNetwork } from './network.ts';
import { sayAloud as say } from './report.ts';
import { agreeInTestMs as agreeMs } from './settle.ts';
import { runStorm } from './storm.ts';

test('[H5] a network that cuts, stalls, repeats and reorders: everything once, and all agree', async () => {
  const { wrong, figures } = await runNetwork({
    seed: 1,
    weathers: ['cuts', 'stalls', 'half-closes', 'slow', 'duplicates', 'reorders-to-hub'],
    weatherMs: 900,
    clients: 10,
    everyMs: 60,
    deliveries: 0,
    minutes: 1,
    agreeMs,
    say,
  });
  expect(wrong).toEqual([]);
  expect(figures['duplicates delivered']).toBeGreaterThan(50);
  expect(figures['reorderings delivered']).toBeGreaterThan(5);
}, 600_000);

test('[H5] the judge sees a hub that decides a repeated number again', async () => {
  const { wrong } = await runNetwork({
    seed: 1,
    weathers: ['duplicates'],
    weatherMs: 600,
    clients: 6,
    everyMs: 60,
    deliveries: 0,
    minutes: 1,
    agreeMs: 5_000,
    say,
    plant: 'no-dedupe',
  });
  expect(wrong.join('\n')).toMatch(/altered|doubled/);
}, 600_000);

test('[H12] forty devices cut at once and back at once are all live again', async () => {
  const plan = { seed: 1, clients: 40, storms: 1, awayMs: 500, agreeMs, say };
  const { wrong } = await runStorm(plan);
  expect(wrong).toEqual([]);
}, 600_000);
