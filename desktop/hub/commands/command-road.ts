import {
  isRefusal,
  refuse,
  type Command,
  type DeviceId,
  type Facts,
  type LocalTime,
  type NewEvent,
  type OrderId,
  type Refusal,
  type StationId,
  type StreamId,
  type TableId,
} from '@fynlo/domain';
import { orderNumber } from '@fynlo/domain/history';
import {
  businessDayOf,
  decide,
  localClock,
  RestaurantState,
  stationsOf,
  type RestaurantReader,
} from '@fynlo/domain/restaurant';
import { wireError, type Position } from '@fynlo/protocol/wire';
import { ArchiveUnreadableError } from '../archive/archive-file.ts';
import type { Entry, EventLog, LoggedEvent, Sender } from '../event-log/event-log.ts';
import type { Views } from '../projections/views.ts';
import type { HubSurroundings } from '../surroundings.ts';
import { whyNotPermitted } from './permit.ts';
import type { Answer, Submission } from './submission.ts';

/** An event on its way to the screens, with the kitchen stations it concerns. */
export interface PublishedEvent extends LoggedEvent {
  readonly stations: readonly StationId[] | 'all';
}

/** One group as it was committed: what every screen sees next, and where that leads. */
export interface CommittedGroup {
  readonly events: readonly PublishedEvent[];
  readonly from: number;
  readonly position: Position;
}

export interface RoadObserver {
  groupCommitted(group: { commands: number; events: number; commitMs: number }): void;
  answered(kind: Answer['kind'], waitedMs: number): void;
}

export interface RoadOptions {
  readonly log: EventLog;
  readonly views: Views;
  readonly surroundings: HubSurroundings;
  /** Told of each group after it is on disk and before its commands are answered. */
  readonly publish: (group: CommittedGroup) => void;
  /**
   * It is unknown what is on disk, so nothing may be answered any more. The process must end:
   * on its return the log says what happened, and every client asks again.
   */
  readonly onOutcomeUnknown: (error: unknown) => void;
  readonly observer?: RoadObserver;
}

interface Waiting {
  readonly submission: Submission;
  readonly answer: (answer: Answer) => void;
  readonly since: number;
}

interface Decided {
  readonly waiting: Waiting;
  /** `undefined` for a repetition of a command of this same group, answered like the first. */
  readonly answer: Answer | undefined;
}

const pendingMax = 10_000;
const overloadedRetryMs = 250;
const diskFullRetryMs = 2_000;

/**
 * The one road of every change: permit → decide → append → project → commit → publish → answer.
 *
 * All that arrived in one turn of the event loop is decided one after another, each upon the last,
 * and committed as one group, so that the disk is waited for once. Nothing is answered or shown
 * before its group is on disk. A group that could not be written leaves no trace: it was staged.
 */
export class CommandRoad {
  /** What is committed, and nothing else. */
  readonly state: RestaurantState;
  readonly #options: RoadOptions;
  #waiting: Waiting[] = [];
  #scheduled = false;
  #stopped: 'no' | 'closing' | 'outcome-unknown' = 'no';
  #day: { local: LocalTime; endsAt: number; day: string } | undefined;
  #clock: { timeZone: string; local: ReturnType<typeof localClock> } | undefined;

  constructor(options: RoadOptions) {
    this.#options = options;
    this.state = options.views.load();
  }

  submit(submission: Submission): Promise<Answer> {
    return new Promise((resolve) => this.submitWith(submission, resolve));
  }

  /** As `submit`, without a promise for each command: for the sockets. */
  submitWith(submission: Submission, answer: (answer: Answer) => void): void {
    if (this.#stopped === 'outcome-unknown') return;
    if (this.#stopped === 'closing') {
      return answer(cannotNow('shutting-down', overloadedRetryMs));
    }
    if (this.#waiting.length >= pendingMax) {
      return answer(cannotNow('overloaded', overloadedRetryMs));
    }
    this.#waiting.push({ submission, answer, since: this.#options.surroundings.elapsed() });
    if (this.#scheduled) return;
    this.#scheduled = true;
    // After the poll phase, in which every socket with something to say has said it.
    this.#options.surroundings.afterTurn(() => {
      this.#scheduled = false;
      this.#runGroup();
    });
  }

  /** The business day it is, as the next order would get it. */
  today(): string {
    return this.#dayAt(this.state, this.#options.surroundings.now()).businessDay;
  }

  lastCommandNo(sender: Sender): number {
    return this.#options.log.lastCommandNo(sender);
  }

  /** Takes no more commands; those already taken are decided and answered first. */
  close(): void {
    this.#runGroup();
    if (this.#stopped === 'no') this.#stopped = 'closing';
  }

  #runGroup(): void {
    const group = this.#waiting;
    if (group.length === 0 || this.#stopped === 'outcome-unknown') return;
    this.#waiting = [];
    const { log, publish } = this.#options;
    const from = log.head().seq;
    const staged = new RestaurantState(this.state);
    const events: PublishedEvent[] = [];
    const decided = group.map((waiting): Decided => ({
      waiting,
      answer: this.#decideOne(waiting.submission, staged, events),
    }));

    const failure = this.#commit(staged, events, group.length);
    if (failure) {
      for (const { waiting } of decided) this.#answer(waiting, failure);
      return;
    }
    if (this.#isOutcomeUnknown()) return;
    if (events.length > 0) publish({ events, from, position: log.head() });
    for (const { waiting, answer } of decided) {
      const { no } = waiting.submission;
      const recorded = () => log.resultOf(senderOf(waiting.submission), no);
      this.#answer(waiting, answer ?? recorded() ?? { kind: 'resync', last: 0 });
    }
  }

  #decideOne(
    submission: Submission,
    staged: RestaurantState,
    published: PublishedEvent[],
  ): Answer | undefined {
    const { log, surroundings } = this.#options;
    const { no, session } = submission;
    const sender = senderOf(submission);
    const last = log.lastCommandNo(sender);
    if (no > last + 1) return { kind: 'resync', last };
    if (no <= last) {
      const recorded = unlessMissing(() => log.resultOf(sender, no));
      return recorded && isRefusal(recorded) ? { kind: 'refused', refusal: recorded } : recorded;
    }

    const occurredAt = surroundings.now();
    const decision = unlessMissing(() => this.#decide(submission, staged, occurredAt));
    const entry: Entry = {
      ...sender,
      no,
      correlationId: submission.correlationId ?? null,
      occurredAt,
      events: isRefusal(decision) ? [] : apply(staged, decision, session.deviceId, occurredAt),
      refusal: isRefusal(decision) ? decision : null,
    };
    const logged = log.stage(entry);
    if (isRefusal(decision)) return { kind: 'refused', refusal: decision };
    decision.forEach(({ event, stream }, i) => {
      const order = stream.startsWith('order:')
        ? staged.order(stream.slice('order:'.length) as OrderId)
        : undefined;
      published.push({ ...(logged[i] as LoggedEvent), stations: stationsOf(event, order) });
    });
    return { kind: 'accepted', seq: log.stagedSeq() };
  }

  #decide(
    { command, session }: Submission,
    staged: RestaurantState,
    occurredAt: number,
  ): readonly NewEvent[] | Refusal {
    if ('refused' in command) return command;
    return (
      whyNotPermitted(session, command) ??
      decide(staged, command satisfies Command, this.#facts(staged, session.deviceId, occurredAt))
    );
  }

  #facts(state: RestaurantReader, device: DeviceId, now: number): Facts {
    const { local, businessDay } = this.#dayAt(state, now);
    const count = this.#lastOrderNumber(state, businessDay) + 1;
    const number = orderNumber(this.state.history(), businessDay, count);
    return { now, local, businessDay, orderNumber: number, device };
  }

  /** The counter knows the last order's day; another day may have had orders when a clock was set. */
  #lastOrderNumber(state: RestaurantReader, businessDay: string): number {
    const counter = state.orderCounter();
    if (counter?.businessDay === businessDay) return counter.last;
    return this.#options.views.lastOrderNumber(businessDay);
  }

  #dayAt(state: RestaurantReader, now: number): { local: LocalTime; businessDay: string } {
    const settings = state.settings()?.settings;
    const timeZone = settings?.timeZone ?? 'UTC';
    if (this.#clock?.timeZone !== timeZone) this.#clock = { timeZone, local: localClock(timeZone) };
    const local = this.#clock.local(now);
    return { local, businessDay: this.#businessDay(local, settings?.dayEndsAtMinute ?? 0) };
  }

  /** The clock gives the same object all through a minute, and the day with it. */
  #businessDay(local: LocalTime, endsAt: number): string {
    if (this.#day?.local !== local || this.#day.endsAt !== endsAt) {
      this.#day = { local, endsAt, day: businessDayOf(local, endsAt) };
    }
    return this.#day.day;
  }

  /** @returns the answer for the whole group when nothing of it was written. */
  #commit(
    staged: RestaurantState,
    events: readonly PublishedEvent[],
    commands: number,
  ): Answer | undefined {
    const { log, views, observer, surroundings } = this.#options;
    const started = surroundings.elapsed();
    try {
      log.commit(() => views.project(events, staged));
    } catch (error) {
      log.discard();
      if (isDiskFull(error)) return cannotNow('disk-full', diskFullRetryMs);
      this.#stopped = 'outcome-unknown';
      this.#options.onOutcomeUnknown(error);
      return undefined;
    }
    const commitMs = surroundings.elapsed() - started;
    observer?.groupCommitted({ commands, events: events.length, commitMs });
    staged.mergeInto(this.state);
    for (const { id, state } of staged.heldOrders()) {
      if (state !== 'open') this.state.forgetOrder(id);
    }
    return undefined;
  }

  #isOutcomeUnknown(): boolean {
    return this.#stopped === 'outcome-unknown';
  }

  #answer({ answer, since }: Waiting, given: Answer): void {
    const { observer, surroundings } = this.#options;
    observer?.answered(given.kind, surroundings.elapsed() - since);
    answer(given);
  }
}

function senderOf({ clientId, session }: Submission): Sender {
  return { clientId, device: session.deviceId };
}

/** One old order whose archive is away must not end the hub, nor hold up the queue behind it. */
function unlessMissing<Result>(ask: () => Result): Result | Refusal {
  try {
    return ask();
  } catch (error) {
    if (error instanceof ArchiveUnreadableError) {
      return refuse('archive-missing', { file: error.file });
    }
    throw error;
  }
}

/** Applies what was decided and numbers each event within its stream. */
function apply(
  staged: RestaurantState,
  decision: readonly NewEvent[],
  device: DeviceId,
  occurredAt: number,
): Entry['events'] {
  return decision.map(({ stream, event }) => {
    staged.apply({ ...event, stream, occurredAt, device });
    return { stream, event, streamVersion: versionOf(staged, stream) };
  });
}

/** Every aggregate counts its own events, and has just counted this one. */
function versionOf(state: RestaurantReader, stream: StreamId): number {
  const aggregate = aggregateOf(state, stream);
  if (!aggregate) throw new Error(`No aggregate is kept for stream ${stream}.`);
  return aggregate.version;
}

function aggregateOf(state: RestaurantReader, stream: StreamId): { version: number } | undefined {
  if (stream === 'menu') return state.menu();
  if (stream === 'floor') return state.floor();
  if (stream === 'settings') return state.settings();
  const colon = stream.indexOf(':');
  const id = stream.slice(colon + 1);
  if (stream.startsWith('order:')) return state.order(id as OrderId);
  if (stream.startsWith('table:')) return state.table(id as TableId);
  return state.device(id as DeviceId);
}

function cannotNow(
  code: 'shutting-down' | 'overloaded' | 'disk-full',
  retryAfterMs: number,
): Answer {
  return { kind: 'cannot-now', error: wireError(code), retryAfterMs };
}

function isDiskFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'SQLITE_FULL';
}
