import type { RecordedEvent } from '@fynlo/domain';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { eventShapes, isUnderstood, upcast, type EventShape, type EventShapes } from './index.ts';

/** Made up: `guests` became `covers`, and covers then came with children. */
const shapes: EventShapes = {
  'table.seated': {
    version: 3,
    upcasters: {
      1: (payload) => ({ covers: (payload as { guests: number }).guests }),
      2: (payload) => ({ ...(payload as object), children: 0 }),
    },
  },
};

function seated(version: number, payload: unknown): RecordedEvent {
  return {
    type: 'table.seated',
    version,
    payload,
    seq: 5,
    stream: 'table:7',
  } as unknown as RecordedEvent;
}

test('[I24] an old event is read as today’s, step by step, and stays as it was written', () => {
  const old = seated(1, { guests: 4 });
  const text = JSON.stringify(old);
  expect(upcast(old, shapes)).toEqual(seated(3, { covers: 4, children: 0 }));
  expect(upcast(seated(2, { covers: 2 }), shapes)).toEqual(seated(3, { covers: 2, children: 0 }));
  expect(JSON.stringify(old)).toBe(text);
});

test('[I24] an event of today is handed on as it is', () => {
  const event = seated(1, { covers: 4 });
  expect(upcast(event)).toBe(event);
});

test('[I24] an event from a newer build is known to be one, and never guessed at', () => {
  expect(isUnderstood({ type: 'table.seated', version: 1 })).toBe(true);
  expect(isUnderstood({ type: 'table.seated', version: 2 })).toBe(false);
  expect(isUnderstood({ type: 'table.teleported', version: 1 })).toBe(false);
  expect(isUnderstood({ type: 'constructor', version: 1 })).toBe(false);
  expect(() => upcast(seated(2, {}))).toThrow('newer than this build');
});

test('[I24] every version up to today’s has its step', () => {
  const shapesNow: [string, EventShape][] = Object.entries(eventShapes);
  expect(shapesNow.length).toBeGreaterThan(20);
  for (const [type, { version, upcasters = {} }] of [...shapesNow, ...Object.entries(shapes)]) {
    const steps = Array.from({ length: version - 1 }, (_, i) => String(i + 1));
    expect(Object.keys(upcasters), type).toEqual(steps);
  }
});

test('[I24] reading an old event once more changes nothing', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 99 }), (guests) => {
      const once = upcast(seated(1, { guests }), shapes);
      expect(upcast(once, shapes)).toBe(once);
    }),
  );
});
