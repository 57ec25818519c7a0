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
  const { disconnected, agreesWith } = Outbox.prototype;
  const { outboxChanged } = FynloClient.prototype;
  const { takeEvents, takeSnapshot, advance } = Replica.prototype;
  if (bugs.neverSendsAgain) Outbox.prototype.disconnected = () => undefined;
  if (bugs.trustsItsNumbers) Outbox.prototype.agreesWith = () => true;
  if (bugs.losesWakeUps) FynloClient.prototype.outboxChanged = () => undefined;
  if (bugs.overlooksMissedFrames) {
    Replica.prototype.takeEvents = function (this: Replica, frame) {
      return takeEvents.call(this, { ...frame, after: 0 });
    };
    Replica.prototype.advance = function (this: Replica, ping) {
      return advance.call(this, { ...ping, after: 0 });
    };
    Replica.prototype.takeSnapshot = function (this: Replica, snapshot) {
      try {
        return takeSnapshot.call(this, snapshot);
      } catch (error) {
        if (!(error instanceof MissedFrameError)) throw error;
        return takeSnapshot.call(this, { ...snapshot, piece: 0 });
      }
    };
  }
  try {
    return await work();
  } finally {
    Object.assign(Outbox.prototype, { disconnected, agreesWith });
    Object.assign(FynloClient.prototype, { outboxChanged });
    Object.assign(Replica.prototype, { takeEvents, takeSnapshot, advance });
  }
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
