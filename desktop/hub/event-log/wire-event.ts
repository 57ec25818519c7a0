import type { FynloEvent, RecordedEvent } from '@fynlo/domain';

/** The columns of `event` as they come from SQLite, with the client's id in place of its ref. */
export interface EventRow {
  readonly seq: number;
  readonly epoch: number;
  readonly event_id: string;
  readonly stream: string;
  readonly stream_version: number;
  readonly type: FynloEvent['type'];
  readonly version: number;
  readonly occurred_at: number;
  readonly actor: string;
  readonly device: string;
  readonly correlation_id: string | null;
  readonly client_id: string;
  readonly command_no: number;
  /** JSON, as it was when it was hashed. */
  readonly payload: string;
}

/**
 * The one spelling of an event: hashed into the chain, sent to every screen, and made again from
 * the columns to verify them. Put together by hand because the payload is text already and goes
 * to hundreds of sockets; ids and types hold no character that JSON would escape.
 */
export function wireJson(row: EventRow): string {
  const correlation = row.correlation_id ? `,"correlationId":"${row.correlation_id}"` : '';
  return (
    `{"seq":${row.seq},"epoch":${row.epoch},"eventId":"${row.event_id}","stream":"${row.stream}"` +
    `,"streamVersion":${row.stream_version},"type":"${row.type}","version":${row.version}` +
    `,"occurredAt":${row.occurred_at},"actor":"${row.actor}","device":"${row.device}"` +
    `${correlation},"clientId":"${row.client_id}","commandNo":${row.command_no}` +
    `,"payload":${row.payload}}`
  );
}

export function parseWireEvent(json: string): RecordedEvent {
  return JSON.parse(json) as RecordedEvent;
}
