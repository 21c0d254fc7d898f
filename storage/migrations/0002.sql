-- Executions that wait and have left the server's memory. `log` is the end of
-- the execution's chain of log rows when the row was written.

-- The state after the event at `position`, as engine/snapshot.h writes it; what
-- came later is in the log rows after `log`.
CREATE TABLE snapshots (
  execution INTEGER PRIMARY KEY,
  position  INTEGER NOT NULL,
  log       INTEGER NOT NULL,
  state     BLOB NOT NULL
);

-- What the execution waits for, as engine/parked.h writes it. Counts only while
-- `log` is still the end of the chain.
CREATE TABLE parked (
  execution INTEGER PRIMARY KEY,
  log       INTEGER NOT NULL,
  waits     BLOB NOT NULL
);
