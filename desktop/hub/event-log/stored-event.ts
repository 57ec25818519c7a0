import { wireJson, type EventRow } from './wire-event.ts';

/** An event as it stands in a file, the hot one or an archive. */
export type StoredRow = EventRow & { readonly hash: Buffer };

/** An event with its place in the log and its one spelling. */
export interface LoggedEvent {
  readonly row: EventRow;
  readonly json: string;
  /** The chain's hash up to and with this event, in hex. */
  readonly hash: string;
}

/** Reads `EventRow`s from any file with tables `event` and `client`; a `WHERE` may follow. */
export const selectEvents = `
  SELECT seq, epoch, event_id, stream, stream_version, type, event.version, occurred_at,
    actor, device, correlation_id, client_id, command_no, payload, hash
  FROM event JOIN client ON client.ref = client_ref`;

export function loggedEvent(row: StoredRow): LoggedEvent {
  return { row, json: wireJson(row), hash: row.hash.toString('hex') };
}
