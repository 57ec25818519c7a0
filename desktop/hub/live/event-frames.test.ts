import type { StationId } from '@fynlo/domain';
import { expect, test } from 'vitest';
import type { PublishedEvent } from '../commands/command-road.ts';
import { eventFrames } from './event-frames.ts';

const bar = 'bar' as StationId;

test('[I16] a frame ends where a command ends, also when its last event is for others', () => {
  // Each command makes an order event for the bar and one of a table, which the bar does not see.
  const events = [1, 2, 3].flatMap((no) => [
    event(no * 2 - 1, no, 'order.placed'),
    event(no * 2, no, 'table.seated'),
  ]);
  const end = { historyId: 'h', epoch: 1, seq: 6, hash: 'hash-6' } as Parameters<
    typeof eventFrames
  >[1];
  const bounds = { frameEventsMax: 1, frameSizeBytesMax: 1_000_000 };
  const wanted = { topics: [], stations: [bar] };
  const framing = { after: 0, more: false, always: true, bounds };
  const frames = eventFrames(events, end, wanted, framing).map(
    (frame) => JSON.parse(frame.toString('utf8', frame.indexOf('{'))) as Frame,
  );
  expect(frames.map(({ events: inside }) => inside.map(({ seq }) => seq))).toEqual([[1], [3], [5]]);
  expect(frames.map(({ position }) => position.seq)).toEqual([2, 4, 6]);
  expect(frames.map(({ after }) => after)).toEqual([0, 2, 4]);
  expect(frames.map(({ more }) => more)).toEqual([true, true, false]);
});

interface Frame {
  readonly events: readonly { readonly seq: number }[];
  readonly after: number;
  readonly position: { readonly seq: number };
  readonly more: boolean;
}

function event(seq: number, no: number, type: 'order.placed' | 'table.seated'): PublishedEvent {
  const row = { seq, type, client_id: 'c', command_no: no } as PublishedEvent['row'];
  return { row, json: JSON.stringify({ seq, type }), hash: `hash-${seq}`, stations: [bar] };
}
