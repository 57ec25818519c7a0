import { hash } from 'node:crypto';
import { expect, test } from 'vitest';
import { systemSurroundings } from '../surroundings.ts';
import { EventIds } from './event-id.ts';
import { parseWireEvent, wireJson, type EventRow } from './wire-event.ts';

const row: EventRow = {
  seq: 5,
  epoch: 1,
  event_id: '0193a5b0-0000-7000-8000-000000000001',
  stream: 'table:7',
  stream_version: 2,
  type: 'table.seated',
  version: 1,
  occurred_at: 1_763_668_800_000,
  actor: 'anna',
  device: '0193a5b0-0000-7000-8000-000000000002',
  correlation_id: null,
  client_id: '0193a5b0-0000-7000-8000-000000000003',
  command_no: 9,
  payload: '{"covers":2}',
};

test('[H2] an event has one spelling: another would break the chain of every restaurant', () => {
  const json = wireJson(row);
  expect(json).toBe(
    '{"seq":5,"epoch":1,"eventId":"0193a5b0-0000-7000-8000-000000000001","stream":"table:7","streamVersion":2,"type":"table.seated","version":1,"occurredAt":1763668800000,"actor":"anna","device":"0193a5b0-0000-7000-8000-000000000002","clientId":"0193a5b0-0000-7000-8000-000000000003","commandNo":9,"payload":{"covers":2}}',
  );
  expect(JSON.stringify(parseWireEvent(json))).toBe(json);
  expect(wireJson({ ...row, correlation_id: 'a1' })).toContain('"correlationId":"a1"');
  expect(hash('sha256', json, 'hex')).toMatch(/^[0-9a-f]{64}$/);
});

test('[H2] event ids are UUIDv7: in order of time, never the same', () => {
  const eventIds = new EventIds(systemSurroundings().fillRandom);
  const ids = Array.from({ length: 1_000 }, (_, i) => eventIds.next(1_763_668_800_000 + i));
  for (const id of ids)
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});
