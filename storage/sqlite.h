// SQLite's C interface as two owning classes and absl::Status: a connection to
// one database file and a prepared statement. Only storage includes sqlite3.h.
//
// Thread rule: a connection and its statements are used by one thread.
#ifndef STEPWHEEL_STORAGE_SQLITE_H_
#define STEPWHEEL_STORAGE_SQLITE_H_

#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace stepwheel::storage {

// Marks bytes that are bound as a BLOB.
struct Blob {
  std::string_view bytes;
};

// A prepared statement, used again and again. Values are bound in order, rows
// are read column by column in order:
//
//   Statement::Run run(&statement);
//   run.Bind(number);
//   while (run.Step()) events.push_back(run.Text());
//   return run.status();
class Statement {
 public:
  Statement() = default;
  explicit Statement(sqlite3_stmt* handle) : handle_(handle) {}

  // One execution of the statement; its end frees locks and bound values.
  // Bound text and bytes must outlive it.
  class Run {
   public:
    explicit Run(Statement* statement) : handle_(statement->handle_.get()) {}
    Run(const Run&) = delete;
    Run& operator=(const Run&) = delete;
    ~Run();

    Run& Bind(int64_t value);
    Run& Bind(std::string_view text);
    Run& Bind(const std::string& text) { return Bind(std::string_view(text)); }
    Run& Bind(Blob blob);
    Run& Bind(const std::optional<std::string>& text);  // nullopt is NULL.
    Run& Bind(const std::optional<int64_t>& value);

    // True: there is a row. False: the end, or an error that status() has.
    bool Step();
    // Steps a statement that returns nothing.
    absl::Status Done();
    const absl::Status& status() const { return status_; }

    int64_t Int();
    std::string Text();
    // Good until the next Step.
    std::string_view Bytes();
    std::optional<std::string> OptionalText();
    std::optional<int64_t> OptionalInt();

   private:
    bool SkipNull();

    sqlite3_stmt* handle_;
    int parameter_ = 0;
    int column_ = 0;
    absl::Status status_;
  };

 private:
  struct Finalize {
    void operator()(sqlite3_stmt* handle) const { sqlite3_finalize(handle); }
  };
  std::unique_ptr<sqlite3_stmt, Finalize> handle_;
};

class Connection {
 public:
  // `flags` are SQLITE_OPEN_...; `path` may be a URI with SQLITE_OPEN_URI.
  static absl::StatusOr<Connection> Open(const std::string& path, int flags);

  sqlite3* handle() const { return handle_.get(); }

  // Runs statements without results.
  absl::Status Execute(const std::string& sql);
  absl::StatusOr<Statement> Prepare(std::string_view sql);
  // The one number that a query or pragma yields.
  absl::StatusOr<int64_t> QueryInt(std::string_view sql);

 private:
  struct Close {
    void operator()(sqlite3* handle) const { sqlite3_close_v2(handle); }
  };
  std::unique_ptr<sqlite3, Close> handle_;
};

// What SQLite's last error on this connection means: ResourceExhausted (disk
// full), Unavailable (locked, I/O error), DataLoss (corrupt, no database),
// PermissionDenied (may not write), Internal. The text names the file.
absl::Status SqliteError(sqlite3* handle, int code);

}  // namespace stepwheel::storage

#endif  // STEPWHEEL_STORAGE_SQLITE_H_
