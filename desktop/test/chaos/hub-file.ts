import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClientId, DeviceId, RecordedEvent } from '@fynlo/domain';
import { RestaurantState, type RestaurantParts } from '@fynlo/domain/restaurant';
import Database from 'better-sqlite3';
import { nameKey } from './said.ts';

/** What one command left in the file: its events, or a result without any. */
export interface Kept {
  readonly events: RecordedEvent[];
  readonly result: { readonly seq: number; readonly refused: string | null } | undefined;
}

/** A hub's file, read by somebody who does not trust the hub. */
export interface HubFile {
  readonly events: readonly RecordedEvent[];
  /** By `nameKey`. */
  readonly kept: ReadonlyMap<string, Kept>;
  /** What is wrong with the file by itself: pages, numbers, chain. Sentences. */
  readonly wrong: readonly string[];
  /** The state made again from every event. */
  readonly replayed: RestaurantState;
}

/**
 * Reads a copy of the file, so that looking changes nothing. The chain and the spelling of an event
 * are made here a second time, from docs/protocol.md and not from the hub's code.
 */
export function readHubFile(dataFolder: string): HubFile {
  const folder = mkdtempSync(join(tmpdir(), 'fynlo-judge-'));
  try {
    for (const end of ['', '-wal']) {
      const file = join(dataFolder, `fynlo.db${end}`);
      if (existsSync(file)) copyFileSync(file, join(folder, `fynlo.db${end}`));
    }
    const db = new Database(join(folder, 'fynlo.db'));
    try {
      return read(db);
    } finally {
      db.close();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Row {
  readonly seq: number;
  readonly epoch: number;
  readonly event_id: string;
  readonly stream: string;
  readonly stream_version: number;
  readonly type: string;
  readonly version: number;
  readonly occurred_at: number;
  readonly actor: string;
  readonly device: string;
  readonly correlation_id: string | null;
  readonly client_id: ClientId;
  readonly device_id: DeviceId;
  readonly command_no: number;
  readonly command_index: number;
  readonly payload: string;
  readonly hash: Buffer;
}

function read(db: Database.Database): HubFile {
  const wrong: string[] = [];
  const integrity = db.pragma('integrity_check', { simple: true });
  if (integrity !== 'ok') wrong.push(`integrity_check: ${String(integrity)}`);
  const events: RecordedEvent[] = [];
  const kept = new Map<string, Kept>();
  const versions = new Map<string, number>();
  const replayed = new RestaurantState();
  let hash = '';
  const rows = db
    .prepare(
      `SELECT event.*, client_id, device_id FROM event JOIN client ON ref = client_ref ORDER BY seq`,
    )
    .iterate() as Iterable<Row>;
  for (const row of rows) {
    const event = spell(row);
    if (row.seq !== events.length + 1) {
      wrong.push(`seq ${row.seq} stands where ${events.length + 1} should`);
      break;
    }
    hash = createHash('sha256')
      .update(hash + JSON.stringify(event))
      .digest('hex');
    if (hash !== row.hash.toString('hex')) {
      wrong.push(`the chain breaks at ${row.seq}`);
      break;
    }
    const version = (versions.get(row.stream) ?? 0) + 1;
    if (version !== row.stream_version) wrong.push(`${row.stream} skips a version at ${row.seq}`);
    versions.set(row.stream, version);
    events.push(event);
    replayed.apply(event);
    const entry = keptBy(kept, row);
    if (row.command_index !== entry.events.length) {
      wrong.push(`event ${row.seq} is number ${row.command_index} of its command`);
    }
    entry.events.push(event);
  }
  const count = Number(db.prepare('SELECT count(*) FROM event').pluck().get());
  if (count !== events.length) wrong.push(`${count} events, of which ${events.length} can be read`);
  readResults(db, kept, wrong);
  return { events, kept, wrong, replayed };
}

function readResults(db: Database.Database, kept: Map<string, Kept>, wrong: string[]): void {
  const rows = db
    .prepare(
      `SELECT client_id, device_id, command_no, seq, refusal
       FROM recorded_result JOIN client ON ref = client_ref`,
    )
    .all() as (Pick<Row, 'client_id' | 'device_id' | 'command_no' | 'seq'> & {
    refusal: string | null;
  })[];
  for (const row of rows) {
    const key = keyOf(row);
    if (kept.has(key)) wrong.push(`command ${key} has events and a result as well`);
    const refused = row.refusal && (JSON.parse(row.refusal) as { refused: string }).refused;
    kept.set(key, { events: [], result: { seq: row.seq, refused } });
  }
}

function keptBy(kept: Map<string, Kept>, row: Row): Kept {
  const key = keyOf(row);
  let entry = kept.get(key);
  if (!entry) {
    entry = { events: [], result: undefined };
    kept.set(key, entry);
  }
  return entry;
}

function keyOf(row: Pick<Row, 'client_id' | 'device_id' | 'command_no'>): string {
  return nameKey({ clientId: row.client_id, device: row.device_id, no: row.command_no });
}

/** The event as docs/protocol.md spells it: this order of fields is what is hashed. */
function spell(row: Row): RecordedEvent {
  return {
    seq: row.seq,
    epoch: row.epoch,
    eventId: row.event_id,
    stream: row.stream,
    streamVersion: row.stream_version,
    type: row.type,
    version: row.version,
    occurredAt: row.occurred_at,
    actor: row.actor,
    device: row.device,
    ...(row.correlation_id && { correlationId: row.correlation_id }),
    clientId: row.client_id,
    commandNo: row.command_no,
    payload: JSON.parse(row.payload) as object,
  } as never;
}

/** Two states are the same when these are: independent of the order things became known in. */
export function digestOf(parts: RestaurantParts): string {
  return createHash('sha256')
    .update(JSON.stringify(canonical(parts)))
    .digest('hex')
    .slice(0, 16);
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) {
    const items: unknown[] = value.map(canonical);
    const isById = items.every((item) => typeof item === 'object' && item !== null && 'id' in item);
    if (!isById) return items;
    return (items as { id: string }[]).toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, each]) => each !== undefined);
  return Object.fromEntries(
    entries.toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, each]) => [key, canonical(each)]),
  );
}
