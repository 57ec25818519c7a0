import type { WritableDb } from '../db/open-database.ts';
import type { ArchiveEntry } from './archive-file.ts';
import { orderKey } from './archives.ts';
import { resultPages } from './write-archive-file.ts';

/** Every answer is kept in the hot file for so long, whatever becomes of its events. */
export const resultsKeptMs = 30 * 24 * 3_600_000;
/** And the last so many of each client for ever: the hub reads no further ahead than this. */
export const lastResultsKept = 128;

export interface Slice {
  readonly upTo: number;
  readonly hash: Buffer;
}

/**
 * Lets go of archived events, a slice for each transaction. What must still be known without the
 * archive is written in the same transaction: which file tells of an order, the last number of each
 * client, the answers that may still be asked for, and the mark from which the chain goes on.
 */
export class Remover {
  readonly #db: WritableDb;
  readonly #statements: ReturnType<typeof prepareStatements>;

  constructor(db: WritableDb) {
    this.#db = db;
    this.#statements = prepareStatements(db);
  }

  /** Removes the next events after `from`, whole commands, not past `entry`. */
  removeSlice(entry: ArchiveEntry, from: number, events: number, now: number): Slice {
    const { nextCommand, hashAt, mark, keepOrders, keepNumbers, keepResults } = this.#statements;
    const wanted = Math.min(from + events, entry.toSeq);
    const next = nextCommand.get(wanted) as number | undefined;
    const upTo = Math.min(entry.toSeq, next === undefined ? entry.toSeq : next - 1);
    const hash = hashAt.get(upTo) as Buffer;
    const range = { from, upTo, file: entry.fromSeq };
    this.#db
      .transaction(() => {
        mark.run(upTo, hash);
        keepOrders.run(range);
        keepNumbers.run(range);
        const since = now - resultsKeptMs;
        keepResults.run({ from, upTo, since, lastResultsKept });
        this.#statements.removeEvents.run(from, upTo);
        this.#statements.removeOrders.run(upTo);
      })
      .immediate();
    return { upTo, hash };
  }

  /**
   * Lets go of answers nobody can ask for any more: archived, old, and not among the last of
   * their client. A page at a time; `pause` is called between them.
   */
  async removeOldResults(
    entries: readonly ArchiveEntry[],
    upTo: number,
    now: number,
    pause: () => Promise<void>,
  ): Promise<void> {
    const { lastNo, keepNumber, removeResult } = this.#statements;
    for (const rows of resultPages(this.#db)) {
      const lastNos = new Map<number, number>();
      const old = rows.filter(({ client_ref: ref, command_no: no, seq, recorded_at: at }) => {
        if (seq > upTo || at >= now - resultsKeptMs) return false;
        if (!lastNos.has(ref)) lastNos.set(ref, lastNo.get({ ref }) as number);
        return no <= (lastNos.get(ref) ?? 0) - lastResultsKept;
      });
      this.#db
        .transaction(() => {
          for (const { client_ref: ref, command_no: no, seq } of old) {
            const file = entries.find(({ toSeq }) => seq <= toSeq)?.fromSeq;
            keepNumber.run(ref, file, no);
            removeResult.run(ref, no);
          }
        })
        .immediate();
      await pause();
    }
  }
}

function prepareStatements(db: WritableDb) {
  const raise = 'last_command_no = max(last_command_no, excluded.last_command_no)';
  const lastNo = (ref: string) => `max(
    ifnull((SELECT max(command_no) FROM event WHERE client_ref = ${ref}), 0),
    ifnull((SELECT max(command_no) FROM recorded_result WHERE client_ref = ${ref}), 0),
    ifnull((SELECT max(last_command_no) FROM archived_client WHERE client_ref = ${ref}), 0))`;
  return {
    nextCommand: db
      .prepare('SELECT seq FROM event WHERE seq > ? AND command_index = 0 ORDER BY seq LIMIT 1')
      .pluck(),
    hashAt: db.prepare('SELECT hash FROM event WHERE seq = ?').pluck(),
    mark: db.prepare('UPDATE archived SET up_to_seq = ?, hash = ?'),
    keepOrders: db.prepare(
      `INSERT OR IGNORE INTO archived_order (order_id, from_seq)
       SELECT DISTINCT ${orderKey('substr(stream, 7)')}, @file FROM event
       WHERE seq > @from AND seq <= @upTo AND stream LIKE 'order:%'`,
    ),
    keepNumbers: db.prepare(
      `INSERT INTO archived_client (client_ref, from_seq, last_command_no)
       SELECT client_ref, @file, max(command_no) FROM event
       WHERE seq > @from AND seq <= @upTo GROUP BY client_ref
       ON CONFLICT (client_ref, from_seq) DO UPDATE SET ${raise}`,
    ),
    keepResults: db.prepare(
      `INSERT INTO recorded_result (client_ref, command_no, seq, refusal, recorded_at)
       SELECT e.client_ref, e.command_no, max(e.seq), NULL, max(e.occurred_at) FROM event AS e
       WHERE e.seq > @from AND e.seq <= @upTo
       GROUP BY e.client_ref, e.command_no
       HAVING max(e.occurred_at) >= @since OR e.command_no > ${lastNo('e.client_ref')} - @lastResultsKept`,
    ),
    removeEvents: db.prepare('DELETE FROM event WHERE seq > ? AND seq <= ?'),
    removeOrders: db.prepare('DELETE FROM order_view WHERE opened_seq <= ?'),
    lastNo: db.prepare(`SELECT ${lastNo('@ref')}`).pluck(),
    keepNumber: db.prepare(
      `INSERT INTO archived_client (client_ref, from_seq, last_command_no) VALUES (?, ?, ?)
       ON CONFLICT (client_ref, from_seq) DO UPDATE SET ${raise}`,
    ),
    removeResult: db.prepare('DELETE FROM recorded_result WHERE client_ref = ? AND command_no = ?'),
  };
}
