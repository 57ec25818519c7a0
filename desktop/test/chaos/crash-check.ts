import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { partsOf, RestaurantState } from '@fynlo/domain/restaurant';
import Database from 'better-sqlite3';
import { openDatabase } from '../../hub/db/open-database.ts';
import { EventLog } from '../../hub/event-log/event-log.ts';
import { Views } from '../../hub/projections/views.ts';
import { digestOf } from './hub-file.ts';
import type { Told } from './told.ts';

/** What was wrong with the files after one crash. */
export interface CrashFinding {
  readonly kind: 'corrupt' | 'lost' | 'altered';
  readonly what: string;
}

const comparedColumns =
  'epoch event_id stream stream_version type version occurred_at actor device correlation_id client_ref command_no command_index payload hash'.split(
    ' ',
  );

/**
 * Builds a data folder as a crash left it, opens it exactly as a hub does, and compares it with the
 * files of the hub that was not cut off. Their chain has been followed once, so that equal rows are
 * a chain as well.
 */
export class CrashCheck {
  readonly #folder: string;
  readonly #reference: string;
  /** The client each port belongs to, as the reference knows it. */
  readonly #refOf: ReadonlyMap<number, number>;
  readonly #digests: ReadonlyMap<number, string>;

  constructor(folder: string, referencePath: string, clients: ReadonlyMap<number, string>) {
    this.#folder = join(folder, 'state');
    this.#reference = join(folder, 'reference.db');
    mkdirSync(folder, { recursive: true });
    copyFileSync(referencePath, this.#reference);
    const reference = new Database(this.#reference);
    // Alone in its folder: no log beside it that two readers would share.
    reference.pragma('journal_mode = DELETE');
    const refs = new Map<string, number>();
    const rows = reference.prepare('SELECT ref, client_id, device_id FROM client').all();
    for (const row of rows as { ref: number; client_id: string; device_id: string }[]) {
      refs.set(`${row.device_id}/${row.client_id}`, row.ref);
    }
    this.#refOf = new Map([...clients].map(([port, key]) => [port, refs.get(key) ?? -1]));
    this.#digests = digestsOf(reference);
    reference.close();
  }

  /** @param withViews also makes every view again from the log, which takes longer. */
  check(files: ReadonlyMap<string, Buffer>, told: Told, withViews: boolean): CrashFinding[] {
    rmSync(this.#folder, { recursive: true, force: true });
    mkdirSync(this.#folder);
    for (const [name, bytes] of files) writeFileSync(join(this.#folder, name), bytes);
    let db: Database.Database | undefined;
    try {
      db = openDatabase(join(this.#folder, 'fynlo.db'));
      const log = new EventLog(db);
      return this.#compare(db, log, told, withViews);
    } catch (error) {
      return [{ kind: 'corrupt', what: error instanceof Error ? error.message : String(error) }];
    } finally {
      db?.close();
    }
  }

  #compare(db: Database.Database, log: EventLog, told: Told, withViews: boolean): CrashFinding[] {
    const found: CrashFinding[] = [];
    const integrity = String(db.pragma('integrity_check', { simple: true }));
    if (integrity !== 'ok') found.push({ kind: 'corrupt', what: integrity });
    const broken = log.firstBrokenSince(Math.max(0, log.head().seq - 20));
    if (broken !== undefined) found.push({ kind: 'corrupt', what: `chain breaks at ${broken}` });
    db.prepare('ATTACH ? AS reference').run(this.#reference);
    const { seq } = log.head();
    const count = (sql: string) => Number(db.prepare(sql).pluck().get());
    if (count('SELECT count(*) FROM main.event') !== seq) {
      found.push({ kind: 'altered', what: `the log has gaps below ${seq}` });
    }
    const different = comparedColumns.map((name) => `mine.${name} IS NOT theirs.${name}`);
    const others = count(
      `SELECT count(*) FROM main.event mine LEFT JOIN reference.event theirs USING (seq)
       WHERE ${different.join(' OR ')}`,
    );
    if (others > 0) found.push({ kind: 'altered', what: `${others} events are not the recorded` });
    for (const table of ['client', 'recorded_result', 'device_token']) {
      const extra = count(
        `SELECT count(*) FROM (SELECT * FROM main.${table} EXCEPT SELECT * FROM reference.${table})`,
      );
      if (extra > 0) found.push({ kind: 'altered', what: `${extra} rows of ${table} are new` });
    }
    if (seq < told.seq) found.push({ kind: 'lost', what: `ends at ${seq}, ${told.seq} was told` });
    const foreign = count(
      'SELECT count(*) FROM main.history JOIN reference.history r USING (only) WHERE main.history.history_id <> r.history_id',
    );
    if (told.seq > 0 && foreign > 0) found.push({ kind: 'altered', what: 'it is a new history' });
    found.push(...this.#lostAnswers(db, told), ...lostTokens(db, told));
    if (withViews && seq > 0) found.push(...this.#wrongViews(db, log, seq));
    return found;
  }

  #lostAnswers(db: Database.Database, { answeredNos }: Told): CrashFinding[] {
    const answers = db
      .prepare(
        `SELECT client_ref AS ref, max(command_no) AS last, count(DISTINCT command_no) AS many
         FROM (SELECT client_ref, command_no FROM main.event
               UNION SELECT client_ref, command_no FROM main.recorded_result)
         GROUP BY client_ref`,
      )
      .all() as { ref: number; last: number; many: number }[];
    const byRef = new Map(answers.map((each) => [each.ref, each]));
    const found: CrashFinding[] = answers
      .filter(({ ref, last, many }) => last !== many && this.#isNumbered(ref))
      .map(({ ref }) => ({ kind: 'altered', what: `client ${ref} has a gap in its answers` }));
    for (const [port, no] of answeredNos) {
      const last = byRef.get(this.#refOf.get(port) ?? -1)?.last ?? 0;
      if (last < no) found.push({ kind: 'lost', what: `answer ${no} of port ${port}` });
    }
    return found;
  }

  #isNumbered(ref: number): boolean {
    return [...this.#refOf.values()].includes(ref);
  }

  #wrongViews(db: Database.Database, log: EventLog, seq: number): CrashFinding[] {
    const live = digestOf(partsOf(new Views(db, log).load()));
    return live === this.#digests.get(seq)
      ? []
      : [{ kind: 'altered', what: `the views at ${seq} are not what the events tell` }];
  }
}

function lostTokens(db: Database.Database, { tokenHashes }: Told): CrashFinding[] {
  const kept = db.prepare('SELECT hex(token_hash) FROM device_token').pluck().all() as string[];
  return [...tokenHashes]
    .filter((hash) => !kept.includes(hash.toUpperCase()))
    .map(() => ({ kind: 'lost', what: 'a device’s token' }));
}

/** The state after each event, as a digest: what the views must say there. */
function digestsOf(reference: Database.Database): Map<number, string> {
  const state = new RestaurantState();
  const digests = new Map<number, string>();
  const log = new EventLog(reference);
  for (const event of log.readSince(0, 1_000_000)) {
    state.apply(event);
    digests.set(event.seq, digestOf(partsOf(state)));
  }
  return digests;
}
