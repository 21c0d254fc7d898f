// Every SQL statement of SqliteStore, prepared once when it opens; the enum and
// the texts stand side by side.
#ifndef STEPWHEEL_STORAGE_SQLITE_QUERIES_H_
#define STEPWHEEL_STORAGE_SQLITE_QUERIES_H_

namespace stepwheel::storage {

// The columns of executions in the order in which they are bound and read.
#define STEPWHEEL_EXECUTION_LISTED                                \
  "number, state_machine_arn, status, arn, name, "                \
  "state_machine_version_arn, state_machine_alias_arn, "          \
  "definition_hash, role_arn, trace_header, pinned, start_date, " \
  "stop_date, "                                                   \
  "redrive_count, redrive_date, error, cause"
#define STEPWHEEL_EXECUTION_ALL STEPWHEEL_EXECUTION_LISTED ", input, output"

#define STEPWHEEL_QUERIES(X)                                                  \
  X(Begin, "BEGIN")                                                           \
  X(BeginWrite, "BEGIN IMMEDIATE")                                            \
  X(CommitWrite, "COMMIT")                                                    \
  X(Rollback, "ROLLBACK")                                                     \
  X(PutSetting, "INSERT OR REPLACE INTO settings VALUES (?, ?)")              \
  X(Settings, "SELECT name, value FROM settings")                             \
  X(PutDefinition, "INSERT OR IGNORE INTO definitions VALUES (?, ?)")         \
  X(Definition, "SELECT hash, text FROM definitions WHERE hash = ?")          \
  X(PutStateMachine,                                                          \
    "INSERT OR REPLACE INTO state_machines VALUES "                           \
    "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")                                \
  X(StateMachines, "SELECT * FROM state_machines ORDER BY arn")               \
  X(DeleteStateMachine, "DELETE FROM state_machines WHERE arn = ?")           \
  X(PutActivity, "INSERT OR REPLACE INTO activities VALUES (?, ?, ?, ?)")     \
  X(Activities, "SELECT * FROM activities ORDER BY arn")                      \
  X(DeleteActivity, "DELETE FROM activities WHERE arn = ?")                   \
  /* The other columns never change: their indexes are left alone. */         \
  X(PutExecution,                                                             \
    "INSERT INTO executions (" STEPWHEEL_EXECUTION_ALL                        \
    ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) "     \
    "ON CONFLICT (number) DO UPDATE SET status = excluded.status, "           \
    "stop_date = excluded.stop_date, "                                        \
    "redrive_count = excluded.redrive_count, "                                \
    "redrive_date = excluded.redrive_date, error = excluded.error, "          \
    "cause = excluded.cause, output = excluded.output")                       \
  X(Execution,                                                                \
    "SELECT " STEPWHEEL_EXECUTION_ALL " FROM executions WHERE number = ?")    \
  X(ExecutionByArn, "SELECT " STEPWHEEL_EXECUTION_ALL                         \
                    " FROM executions WHERE arn = ? "                         \
                    "ORDER BY number DESC LIMIT 1")                           \
  X(Executions, "SELECT " STEPWHEEL_EXECUTION_LISTED                          \
                " FROM executions WHERE state_machine_arn = ? AND "           \
                "number < ? ORDER BY number DESC LIMIT ?")                    \
  X(ExecutionsWithStatus, "SELECT " STEPWHEEL_EXECUTION_LISTED                \
                          " FROM executions WHERE state_machine_arn = ? AND " \
                          "number < ? AND status = ? "                        \
                          "ORDER BY number DESC LIMIT ?")                     \
  X(RunningExecutions,                                                        \
    "SELECT number FROM executions WHERE status = 0 ORDER BY number")         \
  X(AllExecutions, "SELECT number FROM executions ORDER BY number")           \
  X(CountRunning,                                                             \
    "SELECT count(*) FROM executions "                                        \
    "WHERE state_machine_arn = ? AND status = 0")                             \
  X(LastExecutionNumber,                                                      \
    "SELECT max(coalesce((SELECT max(number) FROM executions), 0), "          \
    "coalesce((SELECT value FROM marks WHERE name = 'last_execution'), 0))")  \
  X(MarkLastExecution,                                                        \
    "INSERT INTO marks SELECT 'last_execution', max(number) FROM executions " \
    "HAVING max(number) IS NOT NULL "                                         \
    "ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)")    \
  X(DeleteLogsOf,                                                             \
    "DELETE FROM log WHERE id IN (WITH RECURSIVE chain (id) AS ("             \
    "SELECT last FROM executions JOIN log_ends ON execution = number "        \
    "WHERE state_machine_arn = ? UNION "                                      \
    "SELECT previous FROM log JOIN chain USING (id)) SELECT id FROM chain)")  \
  X(DeleteLogEndsOf,                                                          \
    "DELETE FROM log_ends WHERE execution IN "                                \
    "(SELECT number FROM executions WHERE state_machine_arn = ?)")            \
  X(DeleteSnapshotsOf,                                                        \
    "DELETE FROM snapshots WHERE execution IN "                               \
    "(SELECT number FROM executions WHERE state_machine_arn = ?)")            \
  X(DeleteParkedOf,                                                           \
    "DELETE FROM parked WHERE execution IN "                                  \
    "(SELECT number FROM executions WHERE state_machine_arn = ?)")            \
  X(DeleteBeatsOf,                                                            \
    "DELETE FROM beats WHERE execution IN "                                   \
    "(SELECT number FROM executions WHERE state_machine_arn = ?)")            \
  X(DeleteExecutionsOf, "DELETE FROM executions WHERE state_machine_arn = ?") \
  X(Append,                                                                   \
    "INSERT INTO log (execution, previous, events) VALUES (?1, "              \
    "coalesce((SELECT last FROM log_ends WHERE execution = ?1), 0), ?2)")     \
  X(PutLogEnd,                                                                \
    "INSERT OR REPLACE INTO log_ends VALUES (?, last_insert_rowid())")        \
  X(LogEnd, "SELECT last FROM log_ends WHERE execution = ?")                  \
  X(LogPrevious, "SELECT previous FROM log WHERE id = ? AND execution = ?")   \
  X(LogEvents, "SELECT events FROM log WHERE id = ?")                         \
  X(PutSnapshot,                                                              \
    "INSERT OR REPLACE INTO snapshots VALUES (?1, ?2, "                       \
    "coalesce((SELECT last FROM log_ends WHERE execution = ?1), 0), ?3)")     \
  X(Snapshot, "SELECT position, state FROM snapshots WHERE execution = ?")    \
  X(SnapshotLog, "SELECT log FROM snapshots WHERE execution = ?")             \
  X(DeleteSnapshot, "DELETE FROM snapshots WHERE execution = ?")              \
  X(PutParked,                                                                \
    "INSERT OR REPLACE INTO parked VALUES (?1, "                              \
    "coalesce((SELECT last FROM log_ends WHERE execution = ?1), 0), ?2)")     \
  /* CROSS: log_ends also knows every execution that has ended. */            \
  X(Parked,                                                                   \
    "SELECT parked.execution, waits FROM parked CROSS JOIN log_ends "         \
    "ON log_ends.execution = parked.execution AND last = log "                \
    "WHERE parked.execution > ? ORDER BY parked.execution LIMIT ?")           \
  X(DeleteParked, "DELETE FROM parked WHERE execution = ?")                   \
  X(PutBeat, "INSERT OR REPLACE INTO beats VALUES (?, ?, ?)")                 \
  X(DeleteBeats, "DELETE FROM beats WHERE execution = ?")                     \
  X(Beats,                                                                    \
    "SELECT execution, position, at FROM beats "                              \
    "WHERE execution BETWEEN ? AND ? ORDER BY execution, position")

enum Query : int {
#define X(name, sql) k##name,
  STEPWHEEL_QUERIES(X)
#undef X
      kQueryCount
};

inline constexpr const char* kQueries[] = {
#define X(name, sql) sql,
    STEPWHEEL_QUERIES(X)
#undef X
};

}  // namespace stepwheel::storage

#endif  // STEPWHEEL_STORAGE_SQLITE_QUERIES_H_
