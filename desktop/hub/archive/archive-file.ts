import { basename } from 'node:path';
import Database from 'better-sqlite3';
import type { ClientId, DeviceId, OrderId } from '@fynlo/domain';
import { selectEvents, type StoredRow } from '../event-log/stored-event.ts';
import { archiveApplicationId, archiveVersion } from './archive-schema.ts';

/** One archive file as the hot file knows it. Its events are `fromSeq` to `toSeq`. */
export interface ArchiveEntry {
  readonly fromSeq: number;
  readonly toSeq: number;
  /** The chain's hash at `toSeq`. */
  readonly hash: Buffer;
  /** Its name within the archive folder. */
  readonly file: string;
}

/** The message is for whoever looks after the hub's computer. */
export class ArchiveUnreadableError extends Error {
  override readonly name = 'ArchiveUnreadableError';
  /** The file's name, without its folder. */
  readonly file: string;
  constructor(path: string, what: string, cause?: unknown) {
    super(
      `The archive ${path} ${what}. Put it back from a backup; today's orders are not affected.`,
      { cause },
    );
    this.file = basename(path);
  }
}

/** What a file remembers of one command. */
export interface ArchivedResult {
  readonly seq: number;
  readonly refusal: string | null;
}

/** An archive file, open for reading. Nothing ever writes to one. */
export class ArchiveFile {
  readonly entry: ArchiveEntry;
  readonly previousHash: Buffer;
  readonly #db: Database.Database;
  readonly #statements: ReturnType<typeof prepareStatements>;

  /** @throws ArchiveUnreadableError when it is missing, damaged, or not the one that was meant. */
  constructor(path: string, entry: ArchiveEntry) {
    this.entry = entry;
    try {
      this.#db = new Database(path, { readonly: true, fileMustExist: true });
    } catch (error) {
      throw new ArchiveUnreadableError(path, 'is missing', error);
    }
    try {
      this.previousHash = mustBe(this.#db, entry);
      this.#statements = prepareStatements(this.#db);
    } catch (error) {
      this.#db.close();
      throw new ArchiveUnreadableError(path, 'is damaged, or not the one made by this hub', error);
    }
  }

  close(): void {
    this.#db.close();
  }

  since(seq: number, upTo: number, limit: number): StoredRow[] {
    return this.#statements.since.all(seq, upTo, limit) as StoredRow[];
  }

  stream(stream: string, upTo: number): StoredRow[] {
    return this.#statements.stream.all(stream, upTo) as StoredRow[];
  }

  hashAt(seq: number): Buffer | undefined {
    return this.#statements.hashAt.get(seq) as Buffer | undefined;
  }

  /** Orders opened before `beforeSeq`, newest first. */
  orders(beforeSeq: number, limit: number): { readonly id: OrderId; readonly openedSeq: number }[] {
    return this.#statements.orders.all(beforeSeq, limit) as { id: OrderId; openedSeq: number }[];
  }

  resultOf(client: ClientId, device: DeviceId, no: number): ArchivedResult | undefined {
    const { ref, result, lastOfCommand } = this.#statements;
    const clientRef = ref.get(client, device);
    if (clientRef === undefined) return undefined;
    const recorded = result.get(clientRef, no) as ArchivedResult | undefined;
    if (recorded) return recorded;
    const seq = lastOfCommand.get(clientRef, no) as number | null;
    return seq === null ? undefined : { seq, refusal: null };
  }

  /** `ok`, or what SQLite says of its pages. */
  integrity(): string {
    return String(this.#db.pragma('integrity_check(1)', { simple: true }));
  }

  resultCount(): number {
    return this.#statements.resultCount.get() as number;
  }
}

/** @returns the hash before its first event. */
function mustBe(db: Database.Database, entry: ArchiveEntry): Buffer {
  const mark = Number(db.pragma('application_id', { simple: true }));
  const version = Number(db.pragma('user_version', { simple: true }));
  if (mark !== archiveApplicationId || version !== archiveVersion) {
    throw new Error(`It is no archive of version ${archiveVersion}.`);
  }
  const found = db.prepare('SELECT from_seq, to_seq, previous_hash, hash FROM archive').get() as
    { from_seq: number; to_seq: number; previous_hash: Buffer; hash: Buffer } | undefined;
  const isIt =
    found?.from_seq === entry.fromSeq &&
    found.to_seq === entry.toSeq &&
    found.hash.equals(entry.hash);
  if (!isIt) throw new Error('It holds other events.');
  return found.previous_hash;
}

function prepareStatements(db: Database.Database) {
  return {
    since: db.prepare(`${selectEvents} WHERE seq > ? AND seq <= ? ORDER BY seq LIMIT ?`),
    stream: db.prepare(`${selectEvents} WHERE stream = ? AND seq <= ? ORDER BY stream_version`),
    hashAt: db.prepare('SELECT hash FROM event WHERE seq = ?').pluck(),
    orders: db.prepare(
      `SELECT substr(stream, 7) AS id, seq AS openedSeq FROM event
       WHERE seq < ? AND type IN ('order.opened', 'order.placed') ORDER BY seq DESC LIMIT ?`,
    ),
    ref: db.prepare('SELECT ref FROM client WHERE client_id = ? AND device_id = ?').pluck(),
    result: db.prepare(
      'SELECT seq, refusal FROM recorded_result WHERE client_ref = ? AND command_no = ?',
    ),
    lastOfCommand: db
      .prepare('SELECT max(seq) FROM event WHERE client_ref = ? AND command_no = ?')
      .pluck(),
    resultCount: db.prepare('SELECT count(*) FROM recorded_result').pluck(),
  };
}
