import type { RestaurantReader } from '@fynlo/domain/restaurant';
import type { Position, Subscription } from '@fynlo/protocol/wire';
import type { Connection } from './connection.ts';
import { snapshotFrames } from './snapshot-frames.ts';

/** The sockets that see exactly the same, so that each frame is made once for all of them. */
export class Audience {
  readonly key: string;
  readonly wanted: Subscription;
  readonly members = new Set<Connection>();
  /** Where the last frame ended that was pushed to all of them; at first, where they begin. */
  pushedUpTo: number;
  #snapshot: { seq: number; frames: Buffer[] } | undefined;

  constructor(key: string, wanted: Subscription, from: number) {
    this.key = key;
    this.wanted = wanted;
    this.pushedUpTo = from;
  }

  /** Made once for a position, because after an outage everybody asks at the same time. */
  *snapshotAt(position: Position, state: RestaurantReader): Iterable<Buffer> {
    if (this.#snapshot?.seq === position.seq) {
      yield* this.#snapshot.frames;
      return;
    }
    const frames: Buffer[] = [];
    for (const frame of snapshotFrames(state, position, this.wanted)) {
      frames.push(frame);
      yield frame;
    }
    this.#snapshot = { seq: position.seq, frames };
  }

  forgetSnapshot(): void {
    this.#snapshot = undefined;
  }
}

export function audienceKey(role: string, { topics, stations }: Subscription): string {
  return `${role}|${topics.join(',')}|${stations.join(',')}`;
}
