import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ClientId, DeviceId, OrderId } from '@fynlo/domain';
import type { WritableDb } from '../db/open-database.ts';
import type { StoredRow } from '../event-log/stored-event.ts';
import {
  ArchiveFile,
  ArchiveUnreadableError,
  type ArchivedResult,
  type ArchiveEntry,
} from './archive-file.ts';

/** The 16 bytes of an order's UUID, in SQL; an id that is no UUID stays what it is. */
export function orderKey(id: string): string {
  return `coalesce(unhex(${id}, '-'), CAST(${id} AS BLOB))`;
}

/** A page of old orders, or one order that an evening's end cut in two, touches no more. */
const openMax = 3;
const orderPrefix = 'order:';

/**
 * Reads what is no longer in the hot file. An archive is opened when somebody asks for something
 * in it, and a few stay open; a start opens none.
 */
export class Archives {
  readonly folder: string;
  readonly #statements: ReturnType<typeof prepareStatements>;
  /** By age, oldest events first. */
  #entries: ArchiveEntry[];
  /** By use, the least recent first. */
  readonly #open = new Map<number, ArchiveFile>();
  #upTo: number;
  #hash: Buffer;

  constructor(db: WritableDb, folder = join(dirname(db.name), 'archive')) {
    this.folder = folder;
    this.#statements = prepareStatements(db);
    const { upTo, hash } = this.#statements.mark.get() as { upTo: number; hash: Buffer };
    this.#upTo = upTo;
    this.#hash = hash;
    this.#entries = this.#statements.entries.all() as ArchiveEntry[];
  }

  /** Up to here the hot file holds no events. */
  upTo(): number {
    return this.#upTo;
  }

  entries(): readonly ArchiveEntry[] {
    return this.#entries;
  }

  /** Sentences about files that are not where they should be. Looks at the folder only. */
  missing(): string[] {
    return this.#entries
      .map(({ file }) => join(this.folder, file))
      .filter((path) => !existsSync(path))
      .map((path) => new ArchiveUnreadableError(path, 'is missing').message);
  }

  /** The chain's hash at an archived place; `undefined` beyond the mark or where no file tells. */
  hashAt(seq: number): Buffer | undefined {
    if (seq === this.#upTo) return this.#hash;
    if (seq > this.#upTo) return undefined;
    try {
      return this.#fileOf(seq)?.hashAt(seq);
    } catch (error) {
      // A position that cannot be checked is not believed: its device takes everything anew.
      if (error instanceof ArchiveUnreadableError) return undefined;
      throw error;
    }
  }

  /** Archived events after `seq`, at most `limit`. @throws ArchiveUnreadableError */
  since(seq: number, limit: number): StoredRow[] {
    const rows: StoredRow[] = [];
    for (const entry of this.#entries) {
      if (rows.length >= limit || entry.fromSeq > this.#upTo) break;
      if (entry.toSeq <= seq) continue;
      rows.push(...this.#file(entry).since(seq, this.#upTo, limit - rows.length));
    }
    return rows;
  }

  /** @throws ArchiveUnreadableError */
  stream(stream: string): StoredRow[] {
    if (this.#upTo === 0) return [];
    const isOrder = stream.startsWith(orderPrefix);
    const entries = isOrder ? this.#entriesOf(stream.slice(orderPrefix.length)) : this.#entries;
    return entries.flatMap((entry) => this.#file(entry).stream(stream, this.#upTo));
  }

  hasOrder(id: OrderId): boolean {
    return this.#upTo > 0 && this.#statements.filesOfOrder.get({ id }) !== undefined;
  }

  /** Orders whose opening is archived, newest first. @throws ArchiveUnreadableError */
  orders(beforeSeq: number, limit: number): { readonly id: OrderId; readonly openedSeq: number }[] {
    const before = Math.min(beforeSeq, this.#upTo + 1);
    const found: { readonly id: OrderId; readonly openedSeq: number }[] = [];
    for (const entry of this.#entries.toReversed()) {
      if (found.length >= limit) break;
      if (entry.fromSeq >= before) continue;
      found.push(...this.#file(entry).orders(before, limit - found.length));
    }
    return found;
  }

  /** What became of an old command. @throws ArchiveUnreadableError */
  resultOf(
    ref: number,
    client: { readonly clientId: ClientId; readonly device: DeviceId },
    no: number,
  ): ArchivedResult | undefined {
    for (const fromSeq of this.#statements.filesOfCommand.all(ref, no) as number[]) {
      const entry = this.#entries.find((each) => each.fromSeq === fromSeq);
      const result = entry && this.#file(entry).resultOf(client.clientId, client.device, no);
      if (result) return result;
    }
    return undefined;
  }

  /** Told by the archiver once a file stands in `archive_file`. */
  added(entry: ArchiveEntry): void {
    this.#entries = [...this.#entries, entry];
  }

  /** Told by the archiver once the hot file has let go of everything up to `upTo`. */
  removed(upTo: number, hash: Buffer): void {
    this.#upTo = upTo;
    this.#hash = hash;
  }

  close(): void {
    for (const file of this.#open.values()) file.close();
    this.#open.clear();
  }

  #entriesOf(orderId: string): ArchiveEntry[] {
    const starts = new Set(this.#statements.filesOfOrder.all({ id: orderId }) as number[]);
    return this.#entries.filter(({ fromSeq }) => starts.has(fromSeq));
  }

  #fileOf(seq: number): ArchiveFile | undefined {
    const entry = this.#entries.find(({ fromSeq, toSeq }) => fromSeq <= seq && seq <= toSeq);
    return entry && this.#file(entry);
  }

  #file(entry: ArchiveEntry): ArchiveFile {
    const known = this.#open.get(entry.fromSeq);
    this.#open.delete(entry.fromSeq);
    const file = known ?? new ArchiveFile(join(this.folder, entry.file), entry);
    this.#open.set(entry.fromSeq, file);
    const [oldest] = this.#open.keys();
    if (this.#open.size > openMax && oldest !== undefined) {
      this.#open.get(oldest)?.close();
      this.#open.delete(oldest);
    }
    return file;
  }
}

function prepareStatements(db: WritableDb) {
  return {
    mark: db.prepare('SELECT up_to_seq AS upTo, hash FROM archived'),
    entries: db.prepare(
      'SELECT from_seq AS fromSeq, to_seq AS toSeq, hash, file FROM archive_file ORDER BY from_seq',
    ),
    filesOfOrder: db
      .prepare(
        `SELECT from_seq FROM archived_order WHERE order_id = ${orderKey('@id')} ORDER BY from_seq`,
      )
      .pluck(),
    filesOfCommand: db
      .prepare(
        `SELECT from_seq FROM archived_client WHERE client_ref = ? AND last_command_no >= ?
         ORDER BY from_seq`,
      )
      .pluck(),
  };
}
