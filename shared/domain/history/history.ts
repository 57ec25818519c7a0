import type { HistoryId } from '../ids.ts';

/** What happened to the log itself. */
export type HistoryEvent = {
  /** A backup was put back: everything before this event is the backup's, and a new history begins. */
  readonly type: 'history.restored';
  readonly payload: {
    /** The history the backup was made of, and its last event. */
    readonly fromHistoryId: HistoryId;
    readonly fromSeq: number;
    /** Milliseconds since 1970, as the backup's own last event tells. */
    readonly backupOf: number;
    /** Stands before the number of every order until `seriesUntil`: `B` makes it `B13`. */
    readonly series: string;
    /** The last business day of the series, `YYYY-MM-DD`. */
    readonly seriesUntil: string;
  };
};

/** Told by the last restore; a history that never saw one has none. */
export interface HistoryState {
  readonly series: string;
  readonly seriesUntil: string;
  readonly version: number;
}

export function evolveHistory(
  state: HistoryState | undefined,
  { payload: { series, seriesUntil } }: HistoryEvent,
): HistoryState {
  return { series, seriesUntil, version: (state?.version ?? 0) + 1 };
}
