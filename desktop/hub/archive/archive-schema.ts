/** Marks an archive, so that it is never taken for a hub's own database, nor the other way round. */
export const archiveApplicationId = 0x46594e41;
export const archiveVersion = 1;

/** The tables as the hot file has them, without what only a growing log needs. */
export const archiveFileSchema = `
CREATE TABLE archive (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  history_id TEXT NOT NULL,
  from_seq INTEGER NOT NULL,
  to_seq INTEGER NOT NULL,
  previous_hash BLOB NOT NULL,
  hash BLOB NOT NULL
) STRICT;

CREATE TABLE client (
  ref INTEGER PRIMARY KEY,
  client_id TEXT NOT NULL,
  device_id TEXT NOT NULL
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
  client_ref INTEGER NOT NULL,
  command_no INTEGER NOT NULL,
  command_index INTEGER NOT NULL,
  payload TEXT NOT NULL,
  hash BLOB NOT NULL,
  UNIQUE (stream, stream_version),
  UNIQUE (client_ref, command_no, command_index)
) STRICT;

CREATE TABLE recorded_result (
  client_ref INTEGER NOT NULL,
  command_no INTEGER NOT NULL,
  seq INTEGER NOT NULL,
  refusal TEXT,
  recorded_at INTEGER NOT NULL,
  PRIMARY KEY (client_ref, command_no)
) STRICT, WITHOUT ROWID;
`;
