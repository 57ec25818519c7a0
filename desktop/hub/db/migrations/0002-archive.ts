export const archiveSchema = `
-- Old events live in files of their own, one row for each, without a gap between them. A row is
-- written only once its file was checked and is safe on disk.
CREATE TABLE archive_file (
  from_seq INTEGER PRIMARY KEY,
  to_seq INTEGER NOT NULL CHECK (to_seq >= from_seq),
  hash BLOB NOT NULL,
  file TEXT NOT NULL,
  made_at INTEGER NOT NULL
) STRICT;

CREATE TRIGGER archive_file_has_no_gap BEFORE INSERT ON archive_file
WHEN new.from_seq <> (SELECT ifnull(max(to_seq), 0) + 1 FROM archive_file)
BEGIN SELECT RAISE (ABORT, 'an archive file begins where the last one ends'); END;
CREATE TRIGGER archive_file_is_never_changed BEFORE UPDATE ON archive_file
BEGIN SELECT RAISE (ABORT, 'an archive file is never changed'); END;
CREATE TRIGGER archive_file_is_never_deleted BEFORE DELETE ON archive_file
BEGIN SELECT RAISE (ABORT, 'an archive file is never forgotten'); END;

-- The archive mark: up to here this file holds no events any more, and the chain goes on from this
-- hash. It moves in the transaction that removes the events, never back, and never past the files.
CREATE TABLE archived (
  only INTEGER PRIMARY KEY CHECK (only = 1),
  up_to_seq INTEGER NOT NULL,
  hash BLOB NOT NULL
) STRICT;
INSERT INTO archived (only, up_to_seq, hash) VALUES (1, 0, x'');

CREATE TRIGGER archived_stays BEFORE DELETE ON archived
BEGIN SELECT RAISE (ABORT, 'the archive mark is never removed'); END;
CREATE TRIGGER archived_only_rises BEFORE UPDATE ON archived
WHEN new.up_to_seq < old.up_to_seq
  OR new.up_to_seq > (SELECT ifnull(max(to_seq), 0) FROM archive_file)
BEGIN SELECT RAISE (ABORT, 'the archive mark rises only as far as the archive files reach'); END;

DROP TRIGGER event_is_never_deleted;
CREATE TRIGGER event_is_never_deleted BEFORE DELETE ON event
WHEN old.seq > ifnull((SELECT up_to_seq FROM archived), 0)
BEGIN SELECT RAISE (ABORT, 'an event is never deleted'); END;

-- Which archive files tell of an order. UUIDs as 16 bytes: this is all that stays of an old order.
CREATE TABLE archived_order (
  order_id BLOB NOT NULL,
  from_seq INTEGER NOT NULL,
  PRIMARY KEY (order_id, from_seq)
) STRICT, WITHOUT ROWID;

-- The last command of each client that an archive file holds: a number is never given twice.
CREATE TABLE archived_client (
  client_ref INTEGER NOT NULL REFERENCES client (ref),
  from_seq INTEGER NOT NULL,
  last_command_no INTEGER NOT NULL,
  PRIMARY KEY (client_ref, from_seq)
) STRICT, WITHOUT ROWID;

-- Every kind of event that was ever written here, so that an older hub knows on opening that it
-- would not understand.
CREATE TABLE event_kind (
  type TEXT NOT NULL,
  version INTEGER NOT NULL,
  PRIMARY KEY (type, version)
) STRICT, WITHOUT ROWID;
INSERT INTO event_kind (type, version) SELECT DISTINCT type, version FROM event;
`;
