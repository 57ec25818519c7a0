import { hash as digest } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { HistoryId, OrderId, RecordedEvent } from '@fynlo/domain';
import type { Order } from '@fynlo/domain/order';
import { partsOf, RestaurantState } from '@fynlo/domain/restaurant';
import type { Position } from '@fynlo/protocol/wire';
import { schemaVersion } from '../db/migrate.ts';
import { applicationId } from '../db/open-database.ts';
import { wireJson, type EventRow } from '../event-log/wire-event.ts';
import { viewsVersion } from '../projections/views.ts';
import type { ReadableDb } from './open-to-read.ts';

/** The first thing that is not as it should be. */
export interface LogProblem {
  readonly seq: number | null;
  readonly at: number | null;
  readonly type: string | null;
  readonly what: string;
}

export interface LogFacts {
  readonly position: Position;
  readonly restaurant: string;
  readonly timeZone: string;
  readonly dayEndsAtMinute: number;
  readonly events: number;
  readonly orders: number;
  readonly lastEventAt: number | null;
  readonly schema: number;
}

export type Verified =
  | {
      readonly ok: true;
      readonly facts: LogFacts;
      /**
       * The file tells what happened, and what it tells should not have: two orders of a day with
       * one number. No reason to distrust the file.
       */
      readonly oddity: LogProblem | null;
    }
  | { readonly ok: false; readonly problem: LogProblem };

/** A place the log is known to have reached: it must still be in it. */
export type KnownPlace = Pick<Position, 'seq' | 'hash'>;

interface StoredEvent extends Omit<EventRow, 'client_id'> {
  readonly client_id: string | null;
  readonly client_ref: number;
  readonly command_index: number;
  readonly hash: Buffer;
}

/** The same `throw` at every depth: the first problem ends the check. */
class Found extends Error {
  readonly problem: LogProblem;
  constructor(problem: LogProblem) {
    super(problem.what);
    this.problem = problem;
  }
}

/**
 * Checks everything that a log promises, from the file alone: every event follows from the one
 * before by its hash, none is missing, no number is given twice, replaying them gives the views, and
 * SQLite finds its own pages in order. Reads one moment of the file and never writes.
 */
export function verifyLog(db: ReadableDb, known: readonly KnownPlace[] = []): Verified {
  try {
    return db.transaction((): Verified => {
      mustBeFynlo(db);
      const read = new LogReader(db);
      const facts = read.walk(known);
      mustBeIntact(db);
      return { ok: true, facts, oddity: read.findTwins() };
    })();
  } catch (error) {
    if (error instanceof Found) return { ok: false, problem: error.problem };
    if (isUnreadable(error)) return { ok: false, problem: ofFile(`SQLite says: ${error.message}`) };
    throw error;
  }
}

/** `event 512 (order.sent, 20 Nov 2026, 22:04:10): it is not what was written` */
export function describeProblem({ seq, at, type, what }: LogProblem, timeZone = 'UTC'): string {
  if (seq === null) return what;
  const when =
    at === null
      ? ''
      : new Intl.DateTimeFormat('en-GB', {
          dateStyle: 'medium',
          timeStyle: 'medium',
          timeZone,
        }).format(at);
  const of = [type, when].filter((part) => part).join(', ');
  return `event ${seq}${of && ` (${of})`}: ${what}`;
}

/** Walks the log once, with the chain, the numbers and the views side by side. */
class LogReader {
  readonly #db: ReadableDb;
  readonly #state = new RestaurantState();
  readonly #commands = new Map<number, { no: number; index: number; count: number }>();
  readonly #openedSeq = new Map<OrderId, number>();
  readonly #viewsAreCurrent: boolean;
  readonly #orderRow;
  #orders = 0;

  constructor(db: ReadableDb) {
    this.#db = db;
    const version = db.prepare(`SELECT value FROM setting WHERE key = 'views-version'`).pluck();
    // Views of another shape are made anew when the hub opens: there is nothing to compare.
    this.#viewsAreCurrent = version.get() === viewsVersion;
    this.#orderRow = db.prepare('SELECT * FROM order_view WHERE opened_seq = ?');
  }

  walk(known: readonly KnownPlace[]): LogFacts {
    const places = new Map(known.map(({ seq, hash }) => [seq, hash]));
    let seq = 0;
    let epoch = 0;
    let hash = '';
    let at: number | null = null;
    for (const row of this.#rows(() => seq)) {
      if (row.seq !== seq + 1) throw found(seq + 1, null, 'it is missing');
      const { client_id } = row;
      if (client_id === null) throw found(row.seq, row, 'who asked for it is missing');
      hash = digest('sha256', hash + wireJson({ ...row, client_id }), 'hex');
      if (!Buffer.isBuffer(row.hash) || hash !== row.hash.toString('hex')) {
        throw found(row.seq, row, 'it is not what was written');
      }
      if (row.epoch < epoch) throw found(row.seq, row, 'its epoch is older than the one before');
      if (places.has(row.seq) && places.get(row.seq) !== hash) {
        throw found(row.seq, row, 'it belongs to another history than the one that is known');
      }
      ({ seq, epoch, occurred_at: at } = row);
      this.#count(row);
      this.#replay({ ...row, client_id });
    }
    const missing = known.find((place) => place.seq > seq);
    if (missing) {
      const what = `the log ends at event ${seq}, and is known to have reached ${missing.seq}`;
      throw found(seq + 1, null, what);
    }
    if (this.#viewsAreCurrent) this.#mustEqualViews();
    this.#mustHaveOneResultEach();
    return this.#facts({ seq, hash, at });
  }

  /** Numbers that were given twice although every event is as it was written. */
  findTwins(): LogProblem | null {
    const twin = this.#db
      .prepare(
        `SELECT max(opened_seq) AS seq, number, business_day AS day FROM order_view
         GROUP BY business_day, number HAVING count(*) > 1 ORDER BY 1 LIMIT 1`,
      )
      .get() as { seq: number; number: string; day: string } | undefined;
    if (!twin) return null;
    const what = `order number ${twin.number} was given twice on ${twin.day}`;
    return found(twin.seq, this.#rowAt(twin.seq), what).problem;
  }

  /** A page that cannot be read ends the rows: the event after the last good one is named. */
  *#rows(lastGood: () => number): Iterable<StoredEvent> {
    try {
      yield* this.#db
        .prepare(
          `SELECT event.*, client.client_id FROM event
           LEFT JOIN client ON client.ref = event.client_ref ORDER BY seq`,
        )
        .iterate() as Iterable<StoredEvent>;
    } catch (error) {
      if (!isUnreadable(error)) throw error;
      throw found(lastGood() + 1, null, `it cannot be read (${error.message})`);
    }
  }

  #count(row: StoredEvent): void {
    const last = this.#commands.get(row.client_ref) ?? { no: 0, index: 0, count: 0 };
    const isSame = row.command_no === last.no;
    const index = isSame ? last.index + 1 : 0;
    if (row.command_no < last.no || row.command_index !== index) {
      throw found(row.seq, row, `command ${row.command_no} of its device is out of its order`);
    }
    const count = last.count + (isSame ? 0 : 1);
    this.#commands.set(row.client_ref, { no: row.command_no, index, count });
  }

  #replay(row: EventRow): void {
    const event = JSON.parse(wireJson(row)) as RecordedEvent;
    try {
      this.#state.apply(event);
    } catch (error) {
      throw found(row.seq, row, `it contradicts what was before it: ${(error as Error).message}`);
    }
    if (!event.stream.startsWith('order:')) return;
    const id = event.stream.slice('order:'.length) as OrderId;
    const order = this.#state.order(id);
    if (order?.version !== row.stream_version) {
      throw found(row.seq, row, 'it is out of the order of its stream');
    }
    if (event.type === 'order.opened' || event.type === 'order.placed') {
      this.#openedSeq.set(id, row.seq);
      this.#orders++;
    }
    if (order.state === 'open') return;
    this.#mustEqualView(order);
    this.#openedSeq.delete(id);
    this.#state.forgetOrder(id);
  }

  #mustEqualViews(): void {
    for (const order of this.#state.openOrders()) this.#mustEqualView(order);
    const rows = Number(this.#db.prepare('SELECT count(*) FROM order_view').pluck().get());
    if (rows !== this.#orders) {
      throw new Found(ofFile(`the list of orders holds ${rows} and the log ${this.#orders}`));
    }
    const replayed = partsOf(this.#state);
    const parts = this.#db.prepare('SELECT part, body FROM state_view').all();
    for (const { part, body } of parts as { part: keyof typeof replayed; body: string }[]) {
      if (!isSameView(body, replayed[part])) {
        throw new Found(ofFile(`what is kept of the ${part} is not what the log tells`));
      }
    }
  }

  #mustEqualView({ id, number, businessDay, state }: Order): void {
    if (!this.#viewsAreCurrent) return;
    const seq = this.#openedSeq.get(id) ?? 0;
    const row = this.#orderRow.get(seq);
    const wanted = { opened_seq: seq, order_id: id, number, business_day: businessDay, state };
    if (!isDeepStrictEqual(row, wanted)) {
      const what = `the list of orders does not show order ${number} as the log tells it`;
      throw found(seq, this.#rowAt(seq), what);
    }
  }

  /** A result that is told by events and recorded besides, or more results than numbers. */
  #mustHaveOneResultEach(): void {
    const results = this.#db
      .prepare(
        `SELECT client_ref AS ref, count(*) AS count, max(command_no) AS last FROM recorded_result
         GROUP BY client_ref`,
      )
      .all() as { ref: number; count: number; last: number }[];
    for (const { ref, count, last } of results) {
      const told = this.#commands.get(ref);
      if (count + (told?.count ?? 0) > Math.max(last, told?.no ?? 0)) {
        throw new Found(ofFile(`a command of device ${ref} has two results`));
      }
    }
  }

  #facts(end: { seq: number; hash: string; at: number | null }): LogFacts {
    const history = this.#db.prepare('SELECT history_id, epoch FROM history').get() as
      { history_id: HistoryId; epoch: number } | undefined;
    if (!history) throw new Found(ofFile('it does not say which history it tells'));
    const settings = this.#state.settings()?.settings;
    return {
      position: {
        historyId: history.history_id,
        epoch: history.epoch,
        seq: end.seq,
        hash: end.hash,
      },
      restaurant: settings?.name ?? '',
      timeZone: settings?.timeZone ?? 'UTC',
      dayEndsAtMinute: settings?.dayEndsAtMinute ?? 0,
      events: end.seq,
      orders: this.#orders,
      lastEventAt: end.at,
      schema: Number(this.#db.pragma('user_version', { simple: true })),
    };
  }

  #rowAt(seq: number): StoredEvent | null {
    const row = this.#db.prepare('SELECT * FROM event WHERE seq = ?').get(seq);
    return (row as StoredEvent | undefined) ?? null;
  }
}

function mustBeFynlo(db: ReadableDb): void {
  if (Number(db.pragma('application_id', { simple: true })) !== applicationId) {
    throw new Found(ofFile('it is not a Fynlo database'));
  }
  const schema = Number(db.pragma('user_version', { simple: true }));
  if (schema > schemaVersion) {
    const what = `it was written by a newer Fynlo (schema ${schema}, this one knows ${schemaVersion})`;
    throw new Found(ofFile(what));
  }
}

function mustBeIntact(db: ReadableDb): void {
  const [said] = db.pragma('integrity_check(1)') as { integrity_check: string }[];
  const text = said?.integrity_check ?? 'ok';
  if (text === 'ok') return;
  const seq = /^row (\d+) missing from index sqlite_autoindex_event/.exec(text)?.[1];
  if (seq === undefined) throw new Found(ofFile(`SQLite says: ${text}`));
  throw found(Number(seq), null, `it is not where it should be (SQLite says: ${text})`);
}

/** Tables and devices may stand in another order after a restart; what they say may not differ. */
function isSameView(body: string, replayed: unknown): boolean {
  try {
    return isDeepStrictEqual(inOrder(JSON.parse(body)), inOrder(asJson(replayed)));
  } catch {
    return false;
  }
}

function inOrder(view: unknown): unknown {
  if (Array.isArray(view)) {
    return view.toSorted((a: { id: string }, b: { id: string }) => a.id.localeCompare(b.id));
  }
  const soldOut = (view as { soldOut?: string[] } | null)?.soldOut;
  return soldOut ? { ...(view as object), soldOut: soldOut.toSorted() } : view;
}

function asJson(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function found(
  seq: number,
  row: Pick<StoredEvent, 'occurred_at' | 'type'> | null,
  what: string,
): Found {
  const at = typeof row?.occurred_at === 'number' ? row.occurred_at : null;
  const type = typeof row?.type === 'string' ? row.type : null;
  return new Found({ seq, at, type, what });
}

function ofFile(what: string): LogProblem {
  return { seq: null, at: null, type: null, what };
}

/** What SQLite throws at a file whose bytes are not a database’s, or not any more. */
export function isUnreadable(error: unknown): error is Error {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return /^SQLITE_(CORRUPT|NOTADB|ERROR|IOERR|MISMATCH|FORMAT)/.test(code);
}
