-- The first schema. A migration that was released is never edited: write the
-- next number. `PRAGMA user_version` counts the migrations a file has had.
-- Instants are milliseconds since the Unix epoch.

CREATE TABLE settings (
  name  TEXT PRIMARY KEY,
  value BLOB NOT NULL
) WITHOUT ROWID;

-- What the store itself remembers; 'last_execution': the highest number of a
-- deleted execution.
CREATE TABLE marks (
  name  TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE definitions (
  hash TEXT NOT NULL UNIQUE,
  text TEXT NOT NULL
);

CREATE TABLE state_machines (
  arn                      TEXT NOT NULL UNIQUE,
  name                     TEXT NOT NULL,
  definition_hash          TEXT NOT NULL,
  role_arn                 TEXT NOT NULL,
  type                     TEXT NOT NULL,
  status                   TEXT NOT NULL,
  revision_id              TEXT NOT NULL,
  creation_date            INTEGER NOT NULL,
  update_date              INTEGER NOT NULL,
  logging_configuration    TEXT NOT NULL,
  tracing_configuration    TEXT NOT NULL,
  encryption_configuration TEXT NOT NULL,
  extra                    TEXT NOT NULL
);

CREATE TABLE activities (
  arn           TEXT NOT NULL UNIQUE,
  name          TEXT NOT NULL,
  creation_date INTEGER NOT NULL,
  extra         TEXT NOT NULL
);

-- The columns that may be large come last: a list never reads their pages.
CREATE TABLE executions (
  number                    INTEGER PRIMARY KEY,
  state_machine_arn         TEXT NOT NULL,
  status                    INTEGER NOT NULL,
  arn                       TEXT NOT NULL,
  name                      TEXT NOT NULL,
  state_machine_version_arn TEXT NOT NULL,
  state_machine_alias_arn   TEXT NOT NULL,
  definition_hash           TEXT NOT NULL,
  role_arn                  TEXT NOT NULL,
  trace_header              TEXT NOT NULL,
  pinned                    TEXT NOT NULL,
  start_date                INTEGER NOT NULL,
  stop_date                 INTEGER,
  redrive_count             INTEGER NOT NULL,
  redrive_date              INTEGER,
  error                     TEXT,
  cause                     TEXT,
  input                     TEXT NOT NULL,
  output                    TEXT
);
CREATE INDEX executions_by_arn ON executions (arn);
CREATE INDEX executions_by_machine ON executions (state_machine_arn, number);
CREATE INDEX executions_by_status
  ON executions (state_machine_arn, status, number);
CREATE INDEX executions_running ON executions (number) WHERE status = 0;

-- One row for each execution and commit: the events of that commit as
-- engine/event_codec.h writes them. No index, so that it only ever grows at its
-- end; `previous` is the execution's row before this one, 0 for the first.
CREATE TABLE log (
  id        INTEGER PRIMARY KEY,
  execution INTEGER NOT NULL,
  previous  INTEGER NOT NULL,
  events    BLOB NOT NULL
);
-- Where an execution's chain of log rows ends.
CREATE TABLE log_ends (
  execution INTEGER PRIMARY KEY,
  last      INTEGER NOT NULL
);

CREATE TABLE beats (
  execution INTEGER NOT NULL,
  position  INTEGER NOT NULL,
  at        INTEGER NOT NULL,
  PRIMARY KEY (execution, position)
) WITHOUT ROWID;
