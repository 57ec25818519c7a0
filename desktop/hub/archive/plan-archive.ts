import type { WritableDb } from '../db/open-database.ts';

export interface ArchiveRules {
  /** `YYYY-MM-DD`: this business day and those after it stay. */
  readonly keepFrom: string;
  /** `YYYY-MM-DD`. A day after it comes from a clock that was wrong, and keeps nothing back. */
  readonly today: string;
  /** The last seq that is held elsewhere. */
  readonly heldUpTo: number;
  /** A file is made once so many days can go into it. */
  readonly daysPerFileMin: number;
  /** Or so many events; a longer day still goes into one file. */
  readonly eventsPerFileMax: number;
}

export interface ArchivePlan {
  readonly fromSeq: number;
  readonly toSeq: number;
}

interface OrderRow {
  readonly openedSeq: number;
  readonly day: string;
  readonly state: string;
}

const rowsPerLook = 2_000;

/**
 * Finds what may go into the next archive file: whole business days from the oldest on, up to the
 * first day that is too young, has an open order, or is held nowhere else. Places in the log
 * decide, never the times of events: a file always ends just before the first order of a day. The
 * newest day stays whatever its age, so that the hot file is never empty.
 *
 * Looks in small steps and calls `pause` between them.
 */
export async function planArchive(
  db: WritableDb,
  fromSeq: number,
  rules: ArchiveRules,
  pause: () => Promise<void>,
): Promise<ArchivePlan | undefined> {
  const look = db.prepare(
    `SELECT opened_seq AS openedSeq, business_day AS day, state FROM order_view
     WHERE opened_seq > ? ORDER BY opened_seq LIMIT ?`,
  );
  /** The last seq of each whole day that may go. */
  const ends: number[] = [];
  let day: string | undefined;
  for (let after = fromSeq - 1; ; await pause()) {
    const rows = look.all(after, rowsPerLook) as OrderRow[];
    for (const row of rows) {
      if (day !== undefined && row.day !== day) ends.push(beforeCommandOf(db, row.openedSeq));
      day = row.day;
      if (mustStay(row, rules)) return choose(fromSeq, ends, rules);
    }
    const last = rows.at(-1);
    const isFull = (ends.at(-1) ?? 0) - fromSeq >= rules.eventsPerFileMax;
    if (!last || rows.length < rowsPerLook || isFull) return choose(fromSeq, ends, rules);
    after = last.openedSeq;
  }
}

function choose(
  fromSeq: number,
  ends: readonly number[],
  { heldUpTo, daysPerFileMin, eventsPerFileMax }: ArchiveRules,
): ArchivePlan | undefined {
  const held = ends.filter((end) => end <= heldUpTo);
  const fitting = held.filter((end) => end - fromSeq < eventsPerFileMax);
  const toSeq = fitting.at(-1) ?? held[0];
  const isFull = fitting.length < held.length;
  if (toSeq === undefined || (!isFull && fitting.length < daysPerFileMin)) return undefined;
  return { fromSeq, toSeq };
}

function mustStay({ day, state }: OrderRow, { keepFrom, today }: ArchiveRules): boolean {
  return state === 'open' || (day >= keepFrom && day <= today);
}

/** The last seq before the command that opened this order: no file tears a command. */
function beforeCommandOf(db: WritableDb, openedSeq: number): number {
  const index = db.prepare('SELECT command_index FROM event WHERE seq = ?').pluck().get(openedSeq);
  return openedSeq - Number(index ?? 0) - 1;
}
