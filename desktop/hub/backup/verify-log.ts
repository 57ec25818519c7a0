import { hash as digest } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { HistoryId, OrderId, RecordedEvent } from '@fynlo/domain';
import type { Order } from '@fynlo/domain/order';
import { partsOf, RestaurantState } from '@fynlo/domain/restaurant';
import type { Position } from '@fynlo/protocol/wire';
import type { ArchiveEntry } from '../archive/archive-file.ts';
import { archiveApplicationId } from '../archive/archive-schema.ts';
import {
  archivedOrderLookUp,
  archivesNamedBy,
  countArchivedOrders,
  type NamedArchives,
} from '../archive/named-archives.ts';
import { schemaVersion } from '../db/migrate.ts';
import { applicationId } from '../db/open-database.ts';
import { wireJson, type EventRow } from '../event-log/wire-event.ts';
import { viewsVersion } from '../projections/views.ts';
import { settingsKeptIn } from './kept-settings.ts';
import { openToRead, type ReadableDb } from './open-to-read.ts';

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
  /** Of these, the first so many stand in archive files. */
  readonly archived: number;
  readonly orders: number;
  readonly lastEventAt: number | null;
  readonly schema: number;
}

export type Verified =
  | {
      readonly ok: true;
      readonly facts: LogFacts;
      /** So many events are in archive files that do not stand beside this one. */
      readonly notChecked: number;
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

/** How far the chain was followed. */
interface Reached {
  readonly seq: number;
  readonly hash: string;
  readonly epoch: number;
  readonly at: number | null;
}

const otherHistory = 'it belongs to another history than the one that is known';
const nowhereYet: Reached = { seq: 0, hash: '', epoch: 0, at: null };

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
 *
 * The file itself begins at its archive mark. What is before that is read from `archiveFolder`; where
 * a file of it is missing there, the chain is checked from the mark on and the views as far as what
 * is left tells them.
 */
export function verifyLog(
  db: ReadableDb,
  known: readonly KnownPlace[] = [],
  archiveFolder: string | null = null,
): Verified {
  try {
    return db.transaction((): Verified => {
      mustBeFynlo(db);
      const read = new LogReader(db, known, archiveFolder);
      const facts = read.walk();
      mustBeIntact(db);
      return { ok: true, facts, notChecked: read.notChecked, oddity: read.findTwins() };
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
  readonly notChecked: number;
  readonly #db: ReadableDb;
  readonly #known: ReadonlyMap<number, string>;
  readonly #archiveFolder: string;
  readonly #archived: NamedArchives;
  readonly #standing: ReadonlySet<ArchiveEntry>;
  readonly #isArchivedOrder: (id: string) => boolean;
  readonly #state = new RestaurantState();
  readonly #commands = new Map<number, { no: number; index: number; countAfterMark: number }>();
  readonly #openedSeq = new Map<OrderId, number>();
  readonly #viewsAreCurrent: boolean;
  readonly #orderRow;
  #orders = 0;
  #archivedOrders = 0;
  #atMark = nowhereYet;

  constructor(db: ReadableDb, known: readonly KnownPlace[], archiveFolder: string | null) {
    this.#db = db;
    this.#known = new Map(known.map(({ seq, hash }) => [seq, hash]));
    const version = db.prepare(`SELECT value FROM setting WHERE key = 'views-version'`).pluck();
    // Views of another shape are made anew when the hub opens: there is nothing to compare.
    this.#viewsAreCurrent = version.get() === viewsVersion;
    this.#orderRow = db.prepare('SELECT * FROM order_view WHERE opened_seq = ?');
    this.#archived = archivesNamedBy(db);
    this.#isArchivedOrder = archivedOrderLookUp(db);
    this.#archiveFolder = archiveFolder ?? '';
    const { entries, upTo } = this.#archived;
    const standing = entries.filter(
      ({ file }) => archiveFolder !== null && existsSync(join(archiveFolder, file)),
    );
    this.#standing = new Set(standing);
    this.notChecked = entries
      .filter((entry) => !this.#standing.has(entry))
      .reduce(
        (sum, { fromSeq, toSeq }) => sum + Math.max(0, Math.min(toSeq, upTo) - fromSeq + 1),
        0,
      );
  }

  walk(): LogFacts {
    let reached = this.#walkArchives();
    for (const row of this.#rows(this.#db, () => reached.seq)) {
      reached = this.#follow(row, reached);
      this.#take(row as EventRow & StoredEvent);
    }
    const missing = [...this.#known.keys()].find((seq) => seq > reached.seq);
    if (missing !== undefined) {
      const what = `the log ends at event ${reached.seq}, and is known to have reached ${missing}`;
      throw found(reached.seq + 1, null, what);
    }
    if (this.#viewsAreCurrent) this.#mustEqualViews();
    this.#mustHaveOneResultEach();
    return this.#facts(reached);
  }

  /** Whether every event is at hand, so that replaying them gives everything that is shown. */
  get #isWhole(): boolean {
    return this.notChecked === 0;
  }

  /** @returns the archive mark, where the file itself goes on. */
  #walkArchives(): Reached {
    const { upTo, hash, entries } = this.#archived;
    let end = nowhereYet;
    for (const entry of entries) {
      if (entry.fromSeq !== end.seq + 1) {
        throw new Found(ofFile(`no archive is named for event ${end.seq + 1}`));
      }
      const isMark = entry.toSeq === upTo;
      if (isMark && entry.hash.toString('hex') !== hash) {
        throw new Found(ofFile(`the archive mark does not fit ${entry.file}`));
      }
      if (this.#standing.has(entry)) end = this.#walkArchive(entry, end);
      else end = { ...end, seq: entry.toSeq, hash: entry.hash.toString('hex') };
    }
    if (upTo > end.seq) throw new Found(ofFile(`no archive is named for event ${end.seq + 1}`));
    const known = this.#known.get(upTo);
    if (upTo > 0 && known !== undefined && known !== hash) throw found(upTo, null, otherHistory);
    return { ...this.#atMark, seq: upTo, hash };
  }

  /** Follows one file to its end, past the mark too: the events up to the mark are nowhere else. */
  #walkArchive(entry: ArchiveEntry, before: Reached): Reached {
    let reached = before;
    try {
      using opened = openToRead(join(this.#archiveFolder, entry.file));
      mustBeArchive(opened.db, entry, before.hash);
      for (const row of this.#rows(opened.db, () => reached.seq)) {
        reached = this.#follow(row, reached);
        if (row.seq === this.#archived.upTo && reached.hash !== this.#archived.hash) {
          throw found(row.seq, row, 'the archive mark of the database has another hash');
        }
        if (row.seq === this.#archived.upTo) this.#atMark = reached;
        if (row.seq <= this.#archived.upTo && this.#isWhole) {
          this.#take(row as EventRow & StoredEvent);
        }
      }
      if (reached.seq !== entry.toSeq || reached.hash !== entry.hash.toString('hex')) {
        throw found(reached.seq + 1, null, 'it is missing');
      }
      mustBeIntact(opened.db);
      return reached;
    } catch (error) {
      throw inArchive(error, entry.file, reached.seq + 1);
    }
  }

  /** One step of the chain. */
  #follow(row: StoredEvent, { seq, hash, epoch }: Reached): Reached {
    if (row.seq !== seq + 1) throw found(seq + 1, null, 'it is missing');
    const { client_id } = row;
    if (client_id === null) throw found(row.seq, row, 'who asked for it is missing');
    const next = digest('sha256', hash + wireJson({ ...row, client_id }), 'hex');
    if (!Buffer.isBuffer(row.hash) || next !== row.hash.toString('hex')) {
      throw found(row.seq, row, 'it is not what was written');
    }
    if (row.epoch < epoch) throw found(row.seq, row, 'its epoch is older than the one before');
    const known = this.#known.get(row.seq);
    if (known !== undefined && known !== next) throw found(row.seq, row, otherHistory);
    return { seq: row.seq, hash: next, epoch: row.epoch, at: row.occurred_at };
  }

  #take(row: EventRow & StoredEvent): void {
    this.#count(row);
    this.#replay(row);
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
  *#rows(db: ReadableDb, lastGood: () => number): Iterable<StoredEvent> {
    try {
      yield* db
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
    const last = this.#commands.get(row.client_ref) ?? { no: 0, index: 0, countAfterMark: 0 };
    const isSame = row.command_no === last.no;
    const index = isSame ? last.index + 1 : 0;
    if (row.command_no < last.no || row.command_index !== index) {
      throw found(row.seq, row, `command ${row.command_no} of its device is out of its order`);
    }
    const isNew = !isSame && row.seq > this.#archived.upTo;
    const countAfterMark = last.countAfterMark + (isNew ? 1 : 0);
    this.#commands.set(row.client_ref, { no: row.command_no, index, countAfterMark });
  }

  #replay(row: EventRow): void {
    if (!this.#isWhole && !this.#isToldHere(row)) return;
    const event = JSON.parse(wireJson(row)) as RecordedEvent;
    try {
      this.#state.apply(event);
    } catch (error) {
      throw found(row.seq, row, `it contradicts what was before it: ${(error as Error).message}`);
    }
    if (!event.stream.startsWith('order:')) return;
    const id = orderOf(event);
    const order = this.#state.order(id);
    if (order?.version !== row.stream_version) {
      throw found(row.seq, row, 'it is out of the order of its stream');
    }
    if (event.type === 'order.opened' || event.type === 'order.placed') {
      this.#openedSeq.set(id, row.seq);
      this.#orders++;
      if (row.seq <= this.#archived.upTo) this.#archivedOrders++;
    }
    if (order.state === 'open') return;
    this.#mustEqualView(order);
    this.#openedSeq.delete(id);
    this.#state.forgetOrder(id);
  }

  /** With archives missing, only orders are told whose first event is in this file. */
  #isToldHere({ stream }: EventRow): boolean {
    return stream.startsWith('order:') && !this.#isArchivedOrder(orderOf({ stream }));
  }

  #mustEqualViews(): void {
    for (const order of this.#state.openOrders()) this.#mustEqualView(order);
    const rows = Number(this.#db.prepare('SELECT count(*) FROM order_view').pluck().get());
    const told = this.#orders - this.#archivedOrders;
    if (rows !== told) {
      throw new Found(ofFile(`the list of orders holds ${rows} and the log ${told}`));
    }
    // What is shown besides orders began in the archives: without them there is nothing to compare.
    if (!this.#isWhole) return;
    const archived = countArchivedOrders(this.#db);
    if (archived !== this.#archivedOrders) {
      const what = `${archived} orders are said to be archived, and archives tell ${this.#archivedOrders}`;
      throw new Found(ofFile(what));
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
    if (seq <= this.#archived.upTo) {
      if (row === undefined && this.#isArchivedOrder(id)) return;
      throw found(seq, null, `order ${number} is archived, and the database does not say so`);
    }
    const wanted = { opened_seq: seq, order_id: id, number, business_day: businessDay, state };
    if (!isDeepStrictEqual(row, wanted)) {
      const what = `the list of orders does not show order ${number} as the log tells it`;
      throw found(seq, this.#rowAt(seq), what);
    }
  }

  /**
   * A result that is told by events and recorded besides, or more results than numbers. Up to the
   * last command that is archived both are right: an answer is kept when its events go.
   */
  #mustHaveOneResultEach(): void {
    const archived = this.#lastArchivedCommands();
    const results = this.#db
      .prepare('SELECT client_ref AS ref, command_no AS no FROM recorded_result')
      .iterate() as Iterable<{ ref: number; no: number }>;
    const recorded = new Map<number, { count: number; last: number }>();
    for (const { ref, no } of results) {
      if (no <= (archived.get(ref) ?? 0)) continue;
      const { count, last } = recorded.get(ref) ?? { count: 0, last: 0 };
      recorded.set(ref, { count: count + 1, last: Math.max(last, no) });
    }
    for (const [ref, { count, last }] of recorded) {
      const told = this.#commands.get(ref);
      const numbers = Math.max(last, told?.no ?? 0) - (archived.get(ref) ?? 0);
      if (count + (told?.countAfterMark ?? 0) > numbers) {
        throw new Found(ofFile(`a command of device ${ref} has two results`));
      }
    }
  }

  #lastArchivedCommands(): ReadonlyMap<number, number> {
    if (this.#archived.upTo === 0) return new Map();
    const rows = this.#db
      .prepare(
        'SELECT client_ref AS ref, max(last_command_no) AS no FROM archived_client GROUP BY client_ref',
      )
      .all() as { ref: number; no: number }[];
    return new Map(rows.map(({ ref, no }) => [ref, no]));
  }

  #facts(end: Reached): LogFacts {
    const history = this.#db.prepare('SELECT history_id, epoch FROM history').get() as
      { history_id: HistoryId; epoch: number } | undefined;
    if (!history) throw new Found(ofFile('it does not say which history it tells'));
    const settings = this.#isWhole ? this.#state.settings()?.settings : settingsKeptIn(this.#db);
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
      archived: this.#archived.upTo,
      orders: this.#isWhole ? this.#orders : this.#orders + countArchivedOrders(this.#db),
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

/** The file says itself which events it holds and which it follows. */
function mustBeArchive(db: ReadableDb, entry: ArchiveEntry, hashBefore: string): void {
  if (Number(db.pragma('application_id', { simple: true })) !== archiveApplicationId) {
    throw new Found(ofFile('it is not a Fynlo archive'));
  }
  const says = db
    .prepare('SELECT from_seq AS fromSeq, to_seq AS toSeq, previous_hash, hash FROM archive')
    .get() as { fromSeq: number; toSeq: number; previous_hash: Buffer; hash: Buffer } | undefined;
  const isIt =
    says?.fromSeq === entry.fromSeq &&
    says.toSeq === entry.toSeq &&
    says.hash.equals(entry.hash) &&
    says.previous_hash.toString('hex') === hashBefore;
  if (!isIt) throw new Found(ofFile('it holds other events than it should'));
}

/** The same problem with the name of the archive it is in. */
function inArchive(error: unknown, file: string, seq: number): unknown {
  if (error instanceof Found) {
    const { problem } = error;
    return new Found({ ...problem, what: `${problem.what} (in the archive ${file})` });
  }
  if (!(error instanceof Error && 'code' in error)) return error;
  return found(seq, null, `it cannot be read (${error.message}) (in the archive ${file})`);
}

function orderOf({ stream }: Pick<EventRow, 'stream'>): OrderId {
  return stream.slice('order:'.length) as OrderId;
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
