import type { Position, Subscription } from '@fynlo/protocol/wire';
import { wantsStations, wantsTopic } from '@fynlo/protocol/wire';
import type { PublishedEvent } from '../commands/command-road.ts';
import { frameText } from './frame.ts';

export interface FrameBounds {
  readonly frameEventsMax: number;
  readonly frameSizeBytesMax: number;
}

export interface Framing {
  /** The seq up to which this audience has been sent everything. */
  readonly after: number;
  readonly more: boolean;
  readonly always: boolean;
  readonly bounds: FrameBounds;
}

/**
 * The frames that bring one audience from before `events` to `end`: whole transactions, bounded in
 * number and size, except that one transaction is never torn. Without `always`, nothing that the
 * audience wants makes no frame.
 */
export function eventFrames(
  events: readonly PublishedEvent[],
  end: Position,
  wanted: Subscription,
  { after, more, always, bounds }: Framing,
): Buffer[] {
  const isSeen = events.map(
    ({ row, stations }) => wantsTopic(wanted, row.type) && wantsStations(wanted, stations),
  );
  let left = isSeen.filter(Boolean).length;
  if (left === 0 && !always) return [];
  const frames: Buffer[] = [];
  let batch: string[] = [];
  let size = 0;
  let sentUpTo = after;
  events.forEach((event, i) => {
    if (isSeen[i]) {
      batch.push(event.json);
      size += event.json.length;
      left--;
    }
    const next = events[i + 1];
    const isFull = batch.length >= bounds.frameEventsMax || size >= bounds.frameSizeBytesMax;
    // A transaction ends with its last event, also where that one is not for this audience.
    if (!isFull || left === 0 || (next && isSameTransaction(event, next))) return;
    const position = { ...end, seq: event.row.seq, hash: event.hash };
    frames.push(oneFrame(batch, sentUpTo, position, true));
    batch = [];
    size = 0;
    sentUpTo = position.seq;
  });
  frames.push(oneFrame(batch, sentUpTo, end, more));
  return frames;
}

export function isSameTransaction(a: PublishedEvent, b: PublishedEvent): boolean {
  return a.row.client_id === b.row.client_id && a.row.command_no === b.row.command_no;
}

function oneFrame(
  batch: readonly string[],
  after: number,
  position: Position,
  more: boolean,
): Buffer {
  const where = `"after":${after},"position":${JSON.stringify(position)}`;
  return frameText(`{"type":"events","events":[${batch.join(',')}],${where},"more":${more}}`);
}
