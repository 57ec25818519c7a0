import type { RecordedEvent, StreamId } from '@fynlo/domain';
import { RestaurantState, type RestaurantParts } from '@fynlo/domain/restaurant';
import { eventShapes, isUnderstood, upcast, type EventShapes } from '@fynlo/domain/upcast';
import type { Events, Position, Reached, Snapshot } from '@fynlo/protocol/wire';
import { isSame } from './is-same.ts';
import type { StoredView } from './ports.ts';

/** A frame was lost or came too early. What is here is whole; a new connection brings the rest. */
export class MissedFrameError extends Error {
  override readonly name = 'MissedFrameError';
}

/**
 * The restaurant as the hub has confirmed it: what a snapshot said, and every event since. Only
 * whole frames change it, and its position moves together with it.
 */
export class Replica {
  readonly #shapes: EventShapes;
  #state = new RestaurantState();
  #position: Position | null = null;
  #pieces: RestaurantParts[] = [];
  #notUnderstood: ReadonlySet<StreamId> = new Set();

  constructor(shapes: EventShapes = eventShapes) {
    this.#shapes = shapes;
  }

  get state(): RestaurantState {
    return this.#state;
  }
  get position(): Position | null {
    return this.#position;
  }

  /**
   * Streams to which a newer hub has added something that this build cannot read: what is shown of
   * them may be wrong, so nothing more is asked of them from here. A snapshot ends it, because the
   * hub has read those events itself.
   */
  get notUnderstood(): ReadonlySet<StreamId> {
    return this.#notUnderstood;
  }

  /** Where the hub is to go on from; null for a snapshot. */
  get resumeFrom(): Position | null {
    return this.#notUnderstood.size > 0 ? null : this.#position;
  }

  restore({ position, parts, notUnderstood = [] }: StoredView): void {
    this.#state.restore(parts);
    this.#position = position;
    this.#notUnderstood = new Set(notUnderstood);
  }

  /** A new connection starts its answers from the beginning. */
  forgetPieces(): void {
    this.#pieces = [];
  }

  /** The next snapshot starts afresh. What is shown stays until then. */
  forgetPosition(): void {
    this.#position = null;
  }

  /**
   * @returns whether the snapshot is complete and now shown.
   * @throws MissedFrameError
   */
  takeSnapshot({ parts, position, piece, more }: Snapshot): boolean {
    if (this.#isOld(position) || piece < this.#pieces.length) return false;
    if (piece > this.#pieces.length) throw new MissedFrameError();
    this.#pieces.push(parts);
    if (more) return false;
    const next = new RestaurantState();
    for (const piece of this.#pieces) next.restore(keepKnown(piece, this.#state));
    this.#pieces = [];
    this.#state = next;
    this.#position = position;
    this.#notUnderstood = new Set();
    return true;
  }

  /**
   * Applies what is new of a frame, all or nothing.
   * @returns the events that were applied.
   * @throws MissedFrameError, or another error when they do not fit what is here: then only a
   *   snapshot can help.
   */
  takeEvents({ events, after, position }: Events): readonly RecordedEvent[] {
    const before = this.#position;
    if (!before || before.historyId !== position.historyId) {
      throw new Error('Events came for a history that is not the one shown.');
    }
    if (before.seq < after) throw new MissedFrameError();
    const fresh = events.filter(({ seq }) => seq > before.seq);
    const staged = new RestaurantState(this.#state);
    const unknown = new Set(this.#notUnderstood);
    for (const event of fresh) this.#apply(event, staged, unknown);
    if (unknown.size > this.#notUnderstood.size) this.#notUnderstood = unknown;
    staged.mergeInto(this.#state);
    for (const { id, state } of staged.heldOrders())
      if (state !== 'open') this.#state.forgetOrder(id);
    if (position.seq >= before.seq) this.#position = position;
    return fresh;
  }

  /** A snapshot that came a second time, after what happened since. */
  #isOld({ historyId, seq }: Position): boolean {
    return this.#position?.historyId === historyId && seq < this.#position.seq;
  }

  /**
   * The hub says that nothing of interest happened from `after` up to here.
   * @returns whether this is where the confirmed state now is.
   * @throws MissedFrameError
   */
  advance({ after, position }: Reached): boolean {
    const before = this.#position;
    // The snapshot was sent before this, so it is lost.
    if (!before) throw new MissedFrameError();
    if (before.historyId !== position.historyId) return false;
    if (before.seq < after) throw new MissedFrameError();
    if (position.seq > before.seq) this.#position = position;
    return position.seq >= before.seq;
  }

  #apply(event: RecordedEvent, staged: RestaurantState, unknown: Set<StreamId>): void {
    const { stream } = event;
    if (!isUnderstood(event, this.#shapes)) {
      // What no screen here draws is nobody's loss.
      if (isDrawn(stream)) unknown.add(stream);
      return;
    }
    try {
      staged.apply(upcast(event, this.#shapes));
    } catch (error) {
      // It builds on what could not be read.
      if (!unknown.has(stream)) throw error;
    }
  }
}

/** Whether this build keeps anything of such a stream; a newer hub may have streams of its own. */
function isDrawn(stream: StreamId): boolean {
  return /^(order:|table:|device:|menu$|floor$|settings$)/.test(stream);
}

/** What did not change stays the same object, so that no screen draws it again. */
function keepKnown(parts: RestaurantParts, known: RestaurantState): RestaurantParts {
  const { orders, tables, menu, floor, settings } = parts;
  const knownFloor = known.floor();
  const knownSettings = known.settings();
  const knownMenu = known.menu()?.menu;
  return {
    ...parts,
    ...(orders && { orders: orders.map((order) => same(known.order(order.id), order)) }),
    ...(tables && { tables: tables.map((table) => same(known.table(table.id), table)) }),
    ...(floor && { floor: same(knownFloor, floor) }),
    ...(settings && { settings: same(knownSettings, settings) }),
    ...(menu && { menu: { ...menu, menu: same(knownMenu, menu.menu) } }),
  };
}

function same<T>(known: T | undefined, next: T): T {
  return known !== undefined && isSame(known, next) ? known : next;
}
