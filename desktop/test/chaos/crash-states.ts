import { join } from 'node:path';
import { seededRandom } from '@fynlo/testing/surroundings';
import { CrashCheck } from './crash-check.ts';
import { CrashModel } from './crash-model.ts';
import { readDiskRecords } from './disk-shim.ts';
import { ToldSoFar } from './told.ts';

/** Which crash states to build, as plain JSON for a worker. */
export interface CrashRange {
  readonly record: string;
  readonly reference: string;
  readonly clients: readonly (readonly [port: number, key: string])[];
  readonly scratch: string;
  readonly seed: number;
  /** States by luck at each moment, on average. */
  readonly luckyPerMoment: number;
  /** The share of moments that is looked at. */
  readonly share: number;
  /** When to stop with the moments that come later not looked at; ms since 1970. */
  readonly endAt: number;
  readonly part: number;
  readonly parts: number;
}

export interface CrashTally {
  readonly states: number;
  /** States at a moment when something was unsynced. */
  readonly uncertain: number;
  readonly lost: number;
  readonly altered: number;
  readonly corrupt: number;
  readonly examples: readonly string[];
}

const examplesMax = 5;
const viewsEvery = 25;

/** Cuts the power at every moment of the recorded service that belongs to this part. */
export function tallyCrashes(range: CrashRange): Promise<CrashTally> {
  const check = new CrashCheck(
    join(range.scratch, `part-${range.part}`),
    range.reference,
    new Map(range.clients),
  );
  const model = new CrashModel();
  const told = new ToldSoFar();
  const random = seededRandom(range.seed * 1_000 + range.part);
  const tally = { states: 0, uncertain: 0, lost: 0, altered: 0, corrupt: 0 };
  const examples: string[] = [];
  let moment = 0;

  const build = (luck: 'none' | 'all' | (() => number), uncertain: number) => {
    const withViews = tally.states % viewsEvery === 0;
    tally.states++;
    if (uncertain > 0) tally.uncertain++;
    const found = check.check(model.crash(luck), told.now(), withViews);
    for (const kind of new Set(found.map((each) => each.kind))) tally[kind]++;
    if (found.length > 0 && examples.length < examplesMax) {
      const how = typeof luck === 'string' ? luck : 'some';
      const what = found.map((each) => `${each.kind}: ${each.what}`).join('; ');
      examples.push(`power cut at moment ${moment}, ${how} of ${uncertain} unsynced: ${what}`);
    }
  };

  for (const record of readDiskRecords(range.record)) {
    if (Date.now() > range.endAt) break;
    if (record.kind === 'says' || record.kind === 'said') {
      told.take(record);
      continue;
    }
    // The power goes just before this: all that was told until now counts.
    moment++;
    if (moment % range.parts === range.part && random() < range.share) {
      const uncertain = model.unsynced();
      build('none', uncertain);
      if (uncertain > 0) {
        build('all', uncertain);
        const lucky = Math.floor(range.luckyPerMoment + random());
        for (let i = 0; i < lucky; i++) build(random, uncertain);
      }
    }
    model.take(record);
  }
  return Promise.resolve({ ...tally, examples });
}

export function addTallies(tallies: readonly CrashTally[]): CrashTally {
  const sum = (of: (tally: CrashTally) => number) =>
    tallies.reduce((total, tally) => total + of(tally), 0);
  return {
    states: sum(({ states }) => states),
    uncertain: sum(({ uncertain }) => uncertain),
    lost: sum(({ lost }) => lost),
    altered: sum(({ altered }) => altered),
    corrupt: sum(({ corrupt }) => corrupt),
    examples: tallies.flatMap(({ examples }) => examples).slice(0, examplesMax),
  };
}
