import type { Events, HubMessage } from '@fynlo/protocol/wire';
import { FynloClient } from '../../../shared/client/connection/fynlo-client.ts';
import { Outbox } from '../../../shared/client/connection/outbox.ts';
import { MissedFrameError, Replica } from '../../../shared/client/connection/replica.ts';

/** One rule of the protocol each, broken. A simulation that does not notice is worth nothing. */
export const bugNames = [
  'acksBeforeCommit',
  'weakSync',
  'viewsOutsideTransaction',
  'noDedupe',
  'acceptsGaps',
  'forgetsRefusals',
  'noHashCheck',
  'unboundedBuffer',
  'tearsTransactions',
  'cursorFirst',
  'saysKeptTooEarly',
  'dropsQueueOnReset',
  'neverSendsAgain',
  'trustsItsNumbers',
  'losesWakeUps',
  'overlooksMissedFrames',
  'waitsByTheWallClock',
] as const;

export type BugName = (typeof bugNames)[number];
export type Bugs = { readonly [Name in BugName]?: true };

/** Breaks the device's code for the time of `work`. The hub's bugs are built in where it is put together. */
export async function withBugs<T>(bugs: Bugs, work: () => Promise<T>): Promise<T> {
  const mend = [
    bugs.neverSendsAgain && replace(Outbox.prototype, { disconnected: () => undefined }),
    bugs.trustsItsNumbers && replace(Outbox.prototype, { agreesWith: () => true }),
    bugs.losesWakeUps && replace(FynloClient.prototype, { outboxChanged: () => undefined }),
    bugs.overlooksMissedFrames && overlookMissedFrames(),
  ];
  try {
    return await work();
  } finally {
    for (const each of mend) if (each) each();
  }
}

function overlookMissedFrames(): () => void {
  const sound = Object.getOwnPropertyDescriptors(Replica.prototype);
  return replace(Replica.prototype, {
    takeEvents(this: Replica, frame) {
      return sound.takeEvents.value?.call(this, { ...frame, after: 0 }) ?? [];
    },
    advance(this: Replica, ping) {
      return sound.advance.value?.call(this, { ...ping, after: 0 }) ?? false;
    },
    takeSnapshot(this: Replica, snapshot) {
      const take = sound.takeSnapshot.value?.bind(this);
      try {
        return take?.(snapshot) ?? false;
      } catch (error) {
        if (!(error instanceof MissedFrameError)) throw error;
        return take?.({ ...snapshot, piece: 0 }) ?? false;
      }
    },
  });
}

/** Returns the way to put the sound methods back. */
function replace<T extends object>(owner: T, broken: Partial<T>): () => void {
  const sound = Object.getOwnPropertyDescriptors(owner);
  Object.assign(owner, broken);
  return () => void Object.defineProperties(owner, sound);
}

/** Planted: a frame ends in the middle of a command. */
export function tear(text: string): string[] {
  if (!text.startsWith('{"type":"events"')) return [text];
  const frame = JSON.parse(text) as HubMessage as Events;
  const first = frame.events.slice(0, -1);
  const last = first.at(-1);
  if (!last) return [text];
  const position = { ...frame.position, seq: last.seq, hash: `torn-at-${last.seq}` };
  return [
    JSON.stringify({ ...frame, events: first, position, more: true }),
    JSON.stringify({ ...frame, events: frame.events.slice(-1), after: last.seq }),
  ];
}
