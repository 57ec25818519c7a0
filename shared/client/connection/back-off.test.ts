import { seededRandom } from '@fynlo/testing/surroundings';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BackOff } from './back-off.ts';

const steps = [1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000, 30_000];

test('[H12] tries wait 1, 2, 4, 8, 16, 30 and then 30 seconds', () => {
  const backOff = new BackOff(() => 0.5);
  expect(steps.map(() => backOff.nextMs())).toEqual(steps);
});

test('[H12] every wait is its step give or take 20 %, and not always the same', () => {
  fc.assert(
    fc.property(fc.integer(), (seed) => {
      const backOff = new BackOff(seededRandom(seed));
      for (const step of steps) {
        const wait = backOff.nextMs();
        expect(wait).toBeGreaterThanOrEqual(step * 0.8);
        expect(wait).toBeLessThanOrEqual(step * 1.2);
      }
    }),
  );
  const firstWaits = [1, 2, 3, 4].map((seed) => new BackOff(seededRandom(seed)).nextMs());
  expect(new Set(firstWaits).size).toBeGreaterThan(1);
});

test('[H12] success starts the waits over', () => {
  const backOff = new BackOff(() => 0.5);
  backOff.nextMs();
  backOff.nextMs();
  backOff.reset();
  expect(backOff.nextMs()).toBe(1_000);
});
