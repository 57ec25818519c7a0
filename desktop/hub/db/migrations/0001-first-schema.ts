export const firstSchema = `
-- Which history this file tells. A restore begins a new one.
CREATE TABLE history (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  history_id TEXT NOT NULL,
  epoch INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

-- Who sends commands. Events name a client by its small ref, to keep their index small.
CREATE TABLE client (
  ref INTEGER PRIMARY KEY,
  client_id TEXT NOT NULL,
  device_id TEXT NOT NULL,
  UNIQUE (client_id, device_id)
) STRICT;

CREATE TABLE event (
  seq INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL,
  event_id TEXT NOT NULL,
  stream TEXT NOT NULL,
  stream_version INTEGER NOT NULL,
  type TEXT NOT NULL,
  version INTEGER NOT NULL,
  occurred_at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  device TEXT NOT NULL,
  correlation_id TEXT,
  client_ref INTEGER NOT NULL REFERENCES client (ref),
  command_no INTEGER NOT NULL,
  command_index INTEGER NOT NULL,
  payload TEXT NOT NULL,
  hash BLOB NOT NULL,
  UNIQUE (stream, stream_version),
  UNIQUE (client_ref, command_no, command_index)
) STRICT;

CREATE TRIGGER event_is_never_changed BEFORE UPDATE ON event
BEGIN SELECT RAISE (ABORT, 'an event is never changed'); END;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
BEGIN SELECT RAISE (ABORT, 'an event is never deleted'); END;

-- The results of commands that left no event: refusals, and wishes that were already so.
CREATE TABLE recorded_result (
  client_ref INTEGER NOT NULL REFERENCES client (ref),
  command_no INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  refusal TEXT,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (client_ref, command_no)
) STRICT, WITHOUT ROWID;

-- Views. Each changes in the transaction of the events it shows and can be rebuilt from them. Every
-- table and index a command touches is a page more that the disk must wait for, so there are few.
CREATE TABLE order_view (
  opened_seq INTEGER PRIMARY KEY,
  order_id TEXT NOT NULL,
  number TEXT NOT NULL,
  business_day TEXT NOT NULL,
  state TEXT NOT NULL
) STRICT;

CREATE TABLE state_view (
  part TEXT NOT NULL PRIMARY KEY,
  body TEXT NOT NULL
) STRICT;

-- The hub's own, not the restaurant's: never in the log.
CREATE TABLE device_token (
  token_hash BLOB NOT NULL PRIMARY KEY,
  device_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE setting (
  key TEXT NOT NULL PRIMARY KEY,
  value TEXT NOT NULL
) STRICT;
`;
