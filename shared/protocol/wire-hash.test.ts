import { expect, test } from 'vitest';
import {
  normalised,
  readHistory,
  readRecord,
  whatToDo,
  wireNow,
  type WireRecord,
} from '../../build/scripts/wire-hash.ts';

test('[I24] the wire is as it was recorded, or its version was raised', async () => {
  const todo = whatToDo(readRecord(), await wireNow(), readHistory());
  expect(todo, todo).toBeUndefined();
});

const before: WireRecord = { protocolVersion: 4, hash: 'a', parts: { Welcome: '1', Order: '1' } };
const changed: WireRecord = { protocolVersion: 4, hash: 'b', parts: { Welcome: '2', Order: '1' } };
const history = '| version | since | what changed |\n| 4 | 1.2.0 | More. |\n';

test('[I24] a change names its part and says the steps', () => {
  expect(whatToDo(before, before, history)).toBeUndefined();
  const todo = whatToDo(before, changed, history);
  expect(todo).toContain('The wire changed (Welcome), and protocolVersion is still 4.');
  expect(todo).toContain('Raise protocolVersion to 5');
  expect(todo).toContain('npm run wire-hash');
});

test('[I24] a raised version wants its line in the history, then to be recorded', () => {
  const raised = { ...changed, protocolVersion: 5 };
  expect(whatToDo(before, raised, history)).toContain('Say in shared/protocol/HISTORY.md');
  const written = `${history}| 5 | next | Still more. |\n`;
  expect(whatToDo(before, raised, written)).toContain('Record it: npm run wire-hash');
  expect(whatToDo(raised, { ...raised, hash: 'c' }, written), 'not yet spoken anywhere').toContain(
    'Record it',
  );
  expect(whatToDo(raised, changed, written)).toContain('It never falls');
});

test('[I24] comments and line breaks are no change, and any other word is', async () => {
  const one = await normalised(`
    /** Says hello. */
    export interface Hello {
      readonly kind: 'a' | 'b'; // two of them
    }
    export const limits = { authTimeoutMs: 10_000, nameLengthMax: 60 } as const;`);
  const same = await normalised(`
    export interface Hello { readonly kind:
      | 'a'
      | 'b' ;
    }
    export const limits = {
      // Ten seconds.
      authTimeoutMs: 10_000,
      nameLengthMax: 60,
    } as const;`);
  const other = await normalised(`
    export interface Hello { readonly kind: 'a' | 'c'; }
    export const limits = { authTimeoutMs: 10_000, nameLengthMax: 60 } as const;`);
  expect(same).toBe(one);
  expect(other).not.toBe(one);
});

test('[I24] what travels inside events, commands and snapshots is part of the wire', async () => {
  const { parts } = await wireNow();
  for (const name of ['Welcome', 'OrderEvent', 'OrderedItem', 'BillTerms', 'Menu', 'TableState']) {
    expect(Object.keys(parts)).toContain(name);
  }
  expect(Object.keys(parts)).toContain('shared/protocol/wire/limits.ts');
  expect(Object.keys(parts)).toContain('shared/protocol/schema/command-schema.ts');
});
