import { hash as digest } from 'node:crypto';
import type {
  ClientId,
  DeviceId,
  HistoryId,
  NewEvent,
  RecordedEvent,
  Refusal,
} from '@fynlo/domain';
import { eventShapes, isUnderstood, type EventKind, type EventShapes } from '@fynlo/domain/upcast';
import type { Position } from '@fynlo/protocol/wire';
import { Archives } from '../archive/archives.ts';
import { DatabaseDamagedError, DatabaseNewerError, type WritableDb } from '../db/open-database.ts';
import { systemSurroundings, type HubSurroundings } from '../surroundings.ts';
import { EventIds } from './event-id.ts';
import { loggedEvent, selectEvents, type LoggedEvent, type StoredRow } from './stored-event.ts';
import { parseWireEvent, wireJson, type EventRow } from './wire-event.ts';

export type { LoggedEvent } from './stored-event.ts';

/** What one command leaves in the log. */
export interface Entry extends Sender {
  readonly no: number;
  readonly correlationId: string | null;
  readonly occurredAt: number;
  readonly events: readonly (NewEvent & { readonly streamVersion: number })[];
  readonly refusal: Refusal | null;
}

export type RecordedResult =
  | { readonly kind: 'accepted'; readonly seq: number }
  | { readonly kind: 'refused'; readonly refusal: Refusal };

/**
 * Who numbers commands: one install of a client on one device. Client ids are seen by everybody
 * who sees events, so a device that used another's would otherwise take its numbers.
 */
export interface Sender {
  readonly clientId: ClientId;
  readonly device: DeviceId;
}

type SenderKey = `${DeviceId}/${ClientId}`;

interface KnownClient {
  readonly ref: number;
  lastCommandNo: number;
}

const tailCheckedOnOpen = 1_000;
const chainPage = 1_000;

/**
 * The restaurant's one order of everything that happened, chained by hash.
 *
 * A group is written in two steps: `stage` gives each entry its numbers and its place in the chain;
 * `commit` writes all that was staged and what the views make of it in one transaction. Until then nothing staged counts, and `discard` forgets it.
 */
export class EventLog {
  /** What was moved out of this file; reading here goes on there, so that nobody else need know. */
  readonly archives: Archives;
  /** What this hub can read and writes: events in the log may be older, and are never newer. */
  readonly shapes: EventShapes;
  readonly #db: WritableDb;
  readonly #historyId: HistoryId;
  readonly #epoch: number;
  readonly #clients = new Map<SenderKey, KnownClient>();
  readonly #kinds: Set<string>;
  readonly #statements: ReturnType<typeof prepareStatements>;
  readonly #surroundings: HubSurroundings;
  readonly #eventIds: EventIds;
  #seq: number;
  #hash: string;

  #staged: Staged[] = [];
  #stagedNos = new Map<SenderKey, number>();
  #stagedSeq: number;
  #stagedHash: string;

  /** @throws DatabaseNewerError, DatabaseDamagedError */
  constructor(
    db: WritableDb,
    surroundings: HubSurroundings = systemSurroundings(),
    shapes: EventShapes = eventShapes,
  ) {
    this.#db = db;
    this.shapes = shapes;
    this.#surroundings = surroundings;
    this.#eventIds = new EventIds(surroundings.fillRandom);
    this.archives = new Archives(db);
    this.#statements = prepareStatements(db);
    this.#kinds = this.#readKinds();
    const history = this.#openHistory();
    this.#historyId = history.history_id as HistoryId;
    this.#epoch = history.epoch;
    // Never archived: the last order stays, and with it the last event.
    const last = this.#statements.last.get() as { seq: number; hash: Buffer } | undefined;
    this.#seq = this.#stagedSeq = last?.seq ?? 0;
    this.#hash = this.#stagedHash = last?.hash.toString('hex') ?? '';
    for (const row of this.#statements.clients.all() as ClientRow[]) {
      this.#clients.set(`${row.device_id}/${row.client_id}`, {
        ref: row.ref,
        lastCommandNo: row.last_command_no,
      });
    }
    this.#assertTailIsWhole();
  }

  /** The last event that is on disk. */
  head(): Position {
    return {
      historyId: this.#historyId,
      epoch: this.#epoch,
      seq: this.#seq,
      hash: this.#hash,
    };
  }

  /** The last command number of this client that has its result; staged ones count. */
  lastCommandNo(sender: Sender): number {
    const key = keyOf(sender);
    return this.#stagedNos.get(key) ?? this.#clients.get(key)?.lastCommandNo ?? 0;
  }

  /**
   * The recorded result of an earlier command; `undefined` while it is only staged.
   * @throws ArchiveUnreadableError for one so old that only a missing archive knows it.
   */
  resultOf(sender: Sender, no: number): RecordedResult | undefined {
    const client = this.#clients.get(keyOf(sender));
    if (!client || no > client.lastCommandNo) return undefined;
    const row = this.#statements.result.get(client.ref, no) as
      { seq: number; refusal: string | null } | undefined;
    if (row?.refusal) return { kind: 'refused', refusal: JSON.parse(row.refusal) as Refusal };
    if (row) return { kind: 'accepted', seq: row.seq };
    const seq = this.#statements.lastOfCommand.get(client.ref, no) as number | null;
    if (seq !== null) return { kind: 'accepted', seq };
    const old = this.archives.resultOf(client.ref, sender, no);
    if (!old) throw new Error(`No result is recorded for command ${no} of ${sender.clientId}.`);
    if (old.refusal) return { kind: 'refused', refusal: JSON.parse(old.refusal) as Refusal };
    return { kind: 'accepted', seq: old.seq };
  }

  /** Gives an entry its numbers and its place in the chain. Nothing is written yet. */
  stage(entry: Entry): readonly LoggedEvent[] {
    const events: LoggedEvent[] = [];
    for (const { stream, streamVersion, event } of entry.events) {
      this.#stagedSeq++;
      const row: EventRow = {
        seq: this.#stagedSeq,
        epoch: this.#epoch,
        event_id: this.#eventIds.next(entry.occurredAt),
        stream,
        stream_version: streamVersion,
        type: event.type,
        version: this.shapes[event.type]?.version ?? 1,
        occurred_at: entry.occurredAt,
        actor: entry.device,
        device: entry.device,
        correlation_id: entry.correlationId,
        client_id: entry.clientId,
        command_no: entry.no,
        payload: JSON.stringify(event.payload),
      };
      const json = wireJson(row);
      this.#stagedHash = digest('sha256', this.#stagedHash + json, 'hex');
      events.push({ row, json, hash: this.#stagedHash });
    }
    this.#staged.push({ entry, events, upTo: this.#stagedSeq });
    this.#stagedNos.set(keyOf(entry), entry.no);
    return events;
  }

  /** Where the log would stand if everything staged were committed. */
  stagedSeq(): number {
    return this.#stagedSeq;
  }

  /**
   * Writes everything staged, and what `project` adds, in one transaction, and returns once it is
   * safe on disk. A client's last number is the last that has a result, so it needs no row.
   * @throws what SQLite throws. SQLITE_FULL wrote nothing; after any other error it is unknown
   * whether the group is on disk, and only a restart can tell.
   */
  commit(project: () => void): void {
    const { begin, commit } = this.#statements;
    let newKinds: ReadonlySet<string>;
    begin.run();
    try {
      newKinds = this.#writeNewKinds();
      for (const staged of this.#staged) this.#write(staged);
      project();
      commit.run();
    } catch (error) {
      if (this.#db.inTransaction) this.#statements.rollback.run();
      this.#forgetUncommittedClients();
      throw error;
    }
    for (const kind of newKinds) this.#kinds.add(kind);
    for (const [key, no] of this.#stagedNos) this.#mustKnow(key).lastCommandNo = no;
    this.#seq = this.#stagedSeq;
    this.#hash = this.#stagedHash;
    this.#clearStaged();
  }

  /** Forgets what was staged and not committed. */
  discard(): void {
    this.#clearStaged();
    this.#stagedSeq = this.#seq;
    this.#stagedHash = this.#hash;
  }

  /** Events after `seq` in order, at most `limit`, as their one spelling. */
  readWireSince(seq: number, limit: number): LoggedEvent[] {
    return this.#rowsSince(seq, limit).map(loggedEvent);
  }

  readSince(seq: number, limit: number): RecordedEvent[] {
    return this.readWireSince(seq, limit).map(({ json }) => parseWireEvent(json));
  }

  readStream(stream: string): RecordedEvent[] {
    const rows = [
      ...this.archives.stream(stream),
      ...(this.#statements.stream.all(stream) as StoredRow[]),
    ];
    return rows.map((row) => parseWireEvent(wireJson(row)));
  }

  /** As `readStream`, without what is so old that it is archived. */
  readRecentStream(stream: string): RecordedEvent[] {
    const rows = this.#statements.stream.all(stream) as StoredRow[];
    return rows.map((row) => parseWireEvent(wireJson(row)));
  }

  /** The chain's hash at `seq`, in hex; empty at 0 and `undefined` where nothing tells it. */
  hashAt(seq: number): string | undefined {
    if (seq === 0) return '';
    if (seq === this.#seq) return this.#hash;
    const hash = this.#statements.hashAt.get(seq) as Buffer | undefined;
    return (hash ?? this.archives.hashAt(seq))?.toString('hex');
  }

  /**
   * Follows the chain from `from` to the head, through the archives where it begins there.
   * @returns the first seq whose event is missing or is not what was written, or `undefined`.
   */
  firstBrokenSince(from: number): number | undefined {
    let previous = this.hashAt(from);
    if (previous === undefined) return from;
    let at = from;
    for (;;) {
      const rows = this.#rowsSince(at, chainPage);
      for (const row of rows) {
        if (row.seq !== at + 1) return at + 1;
        previous = digest('sha256', previous + wireJson(row), 'hex');
        if (previous !== row.hash.toString('hex')) return row.seq;
        at = row.seq;
      }
      if (rows.length < chainPage) return at < this.#seq ? at + 1 : undefined;
    }
  }

  #rowsSince(seq: number, limit: number): StoredRow[] {
    const archived = seq < this.archives.upTo() ? this.archives.since(seq, limit) : [];
    if (archived.length === limit) return archived;
    const { since } = this.#statements;
    return [...archived, ...(since.all(seq, limit - archived.length) as StoredRow[])];
  }

  #write({ entry, events, upTo }: Staged): void {
    const { ref } = this.#clients.get(keyOf(entry)) ?? this.#addClient(entry);
    if (events.length === 0) {
      const refusal = entry.refusal && JSON.stringify(entry.refusal);
      const { insertResult } = this.#statements;
      insertResult.run(ref, entry.no, upTo, refusal, entry.occurredAt);
      return;
    }
    events.forEach(({ row, hash }, index) => {
      this.#statements.insertEvent.run(
        row.seq,
        row.epoch,
        row.event_id,
        row.stream,
        row.stream_version,
        row.type,
        row.version,
        row.occurred_at,
        row.actor,
        row.device,
        row.correlation_id,
        ref,
        row.command_no,
        index,
        row.payload,
        Buffer.from(hash, 'hex'),
      );
    });
  }

  /** In the same transaction as the first event of its kind. */
  #writeNewKinds(): Set<string> {
    const fresh = new Set<string>();
    for (const { events } of this.#staged) {
      for (const { row } of events) {
        const kind = kindOf(row);
        if (this.#kinds.has(kind) || fresh.has(kind)) continue;
        fresh.add(kind);
        this.#statements.insertKind.run(row.type, row.version);
      }
    }
    return fresh;
  }

  #readKinds(): Set<string> {
    const kinds = this.#statements.kinds.all() as EventKind[];
    const newer = kinds.find((kind) => !isUnderstood(kind, this.shapes));
    if (newer) throw new DatabaseNewerError(this.#db.name, `it holds ${kindOf(newer)}`);
    return new Set(kinds.map(kindOf));
  }

  #addClient(sender: Sender): KnownClient {
    const { clientId, device } = sender;
    const ref = Number(this.#statements.insertClient.run(clientId, device).lastInsertRowid);
    const client = { ref, lastCommandNo: 0 };
    this.#clients.set(keyOf(sender), client);
    return client;
  }

  #mustKnow(key: SenderKey): KnownClient {
    const client = this.#clients.get(key);
    if (!client) throw new Error(`Client ${key} was staged but never written.`);
    return client;
  }

  #forgetUncommittedClients(): void {
    for (const [key, { lastCommandNo }] of this.#clients) {
      if (lastCommandNo === 0) this.#clients.delete(key);
    }
  }

  #clearStaged(): void {
    this.#staged = [];
    this.#stagedNos = new Map();
  }

  #openHistory(): { history_id: string; epoch: number } {
    const { history, insertHistory } = this.#statements;
    insertHistory.run(this.#surroundings.uuid(), 1, this.#surroundings.now());
    return history.get() as { history_id: string; epoch: number };
  }

  #assertTailIsWhole(): void {
    const from = Math.max(this.archives.upTo(), this.#seq - tailCheckedOnOpen);
    const broken = this.firstBrokenSince(from);
    if (broken !== undefined) {
      throw new DatabaseDamagedError(this.#db.name, `event ${broken} is not what was written`);
    }
  }
}

interface Staged {
  readonly entry: Entry;
  readonly events: readonly LoggedEvent[];
  /** Where the log stood with this entry: what its answer says, now and when asked again. */
  readonly upTo: number;
}

interface ClientRow {
  readonly ref: number;
  readonly client_id: ClientId;
  readonly device_id: DeviceId;
  readonly last_command_no: number;
}

function kindOf({ type, version }: EventKind): string {
  return `${type} in version ${version}`;
}

function keyOf({ device, clientId }: Sender): SenderKey {
  return `${device}/${clientId}`;
}

function prepareStatements(db: WritableDb) {
  return {
    begin: db.prepare('BEGIN IMMEDIATE'),
    commit: db.prepare('COMMIT'),
    rollback: db.prepare('ROLLBACK'),
    insertHistory: db.prepare(
      'INSERT INTO history (only, history_id, epoch, created_at) VALUES (1, ?, ?, ?) ON CONFLICT DO NOTHING',
    ),
    history: db.prepare('SELECT history_id, epoch FROM history'),
    last: db.prepare('SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1'),
    clients: db.prepare(
      `SELECT ref, client_id, device_id,
         max(ifnull((SELECT max(command_no) FROM event WHERE client_ref = ref), 0),
             ifnull((SELECT max(command_no) FROM recorded_result WHERE client_ref = ref), 0),
             ifnull((SELECT max(last_command_no) FROM archived_client WHERE client_ref = ref), 0))
           AS last_command_no
       FROM client`,
    ),
    kinds: db.prepare('SELECT type, version FROM event_kind'),
    insertKind: db.prepare('INSERT INTO event_kind (type, version) VALUES (?, ?)'),
    insertClient: db.prepare('INSERT INTO client (client_id, device_id) VALUES (?, ?)'),
    insertEvent: db.prepare(
      `INSERT INTO event (seq, epoch, event_id, stream, stream_version, type, version, occurred_at,
         actor, device, correlation_id, client_ref, command_no, command_index, payload, hash)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertResult: db.prepare(
      'INSERT INTO recorded_result (client_ref, command_no, seq, refusal, recorded_at) VALUES (?, ?, ?, ?, ?)',
    ),
    result: db.prepare(
      'SELECT seq, refusal FROM recorded_result WHERE client_ref = ? AND command_no = ?',
    ),
    lastOfCommand: db
      .prepare('SELECT max(seq) FROM event WHERE client_ref = ? AND command_no = ?')
      .pluck(),
    since: db.prepare(`${selectEvents} WHERE seq > ? ORDER BY seq LIMIT ?`),
    stream: db.prepare(`${selectEvents} WHERE stream = ? ORDER BY stream_version`),
    hashAt: db.prepare('SELECT hash FROM event WHERE seq = ?').pluck(),
  };
}
