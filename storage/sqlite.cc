#include "storage/sqlite.h"

#include "absl/strings/str_cat.h"

namespace stepwheel::storage {
namespace {

absl::StatusCode StatusCodeOf(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return absl::StatusCode::kResourceExhausted;
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
    case SQLITE_IOERR:
    case SQLITE_PROTOCOL:
      return absl::StatusCode::kUnavailable;
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
      return absl::StatusCode::kDataLoss;
    case SQLITE_READONLY:
    case SQLITE_PERM:
    case SQLITE_AUTH:
    case SQLITE_CANTOPEN:
      return absl::StatusCode::kPermissionDenied;
    default:
      return absl::StatusCode::kInternal;
  }
}

std::string_view WhatToDo(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return ": free some space on that disk; work goes on by itself then";
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return ": another program is writing to it; let that end";
    case SQLITE_CORRUPT:
      return ": the file is damaged; restore it from a copy, or look at it "
             "with `sqlite3 FILE 'PRAGMA integrity_check'`";
    default:
      return "";
  }
}

}  // namespace

absl::Status SqliteError(sqlite3* handle, int code) {
  const char* file =
      handle != nullptr ? sqlite3_db_filename(handle, "main") : nullptr;
  const char* text =
      handle != nullptr ? sqlite3_errmsg(handle) : sqlite3_errstr(code);
  const std::string_view advice = WhatToDo(code);
  return absl::Status(
      StatusCodeOf(code),
      absl::StrCat(file != nullptr && *file != '\0' ? file : "the database",
                   ": ", text, " (SQLite ", code, ")",
                   absl::string_view(advice.data(), advice.size())));
}

Statement::Run::~Run() {
  sqlite3_reset(handle_);
  sqlite3_clear_bindings(handle_);
}

Statement::Run& Statement::Run::Bind(int64_t value) {
  sqlite3_bind_int64(handle_, ++parameter_, value);
  return *this;
}

Statement::Run& Statement::Run::Bind(std::string_view text) {
  // A null pointer would bind NULL, also where an empty text is meant.
  const char* data = text.data() != nullptr ? text.data() : "";
  sqlite3_bind_text64(handle_, ++parameter_, data, text.size(), SQLITE_STATIC,
                      SQLITE_UTF8);
  return *this;
}

Statement::Run& Statement::Run::Bind(Blob blob) {
  const char* data = blob.bytes.data() != nullptr ? blob.bytes.data() : "";
  sqlite3_bind_blob64(handle_, ++parameter_, data, blob.bytes.size(),
                      SQLITE_STATIC);
  return *this;
}

// A cleared binding is NULL already.
Statement::Run& Statement::Run::Bind(const std::optional<std::string>& text) {
  if (text) return Bind(std::string_view(*text));
  ++parameter_;
  return *this;
}

Statement::Run& Statement::Run::Bind(const std::optional<int64_t>& value) {
  if (value) return Bind(*value);
  ++parameter_;
  return *this;
}

bool Statement::Run::Step() {
  column_ = 0;
  const int code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) {
    sqlite3* connection = sqlite3_db_handle(handle_);
    status_ = SqliteError(connection, sqlite3_extended_errcode(connection));
  }
  return false;
}

absl::Status Statement::Run::Done() {
  Step();
  return status_;
}

int64_t Statement::Run::Int() {
  return sqlite3_column_int64(handle_, column_++);
}

std::string_view Statement::Run::Bytes() {
  const auto* data =
      static_cast<const char*>(sqlite3_column_blob(handle_, column_));
  const int size = sqlite3_column_bytes(handle_, column_++);
  return data != nullptr ? std::string_view(data, size) : std::string_view();
}

std::string Statement::Run::Text() { return std::string(Bytes()); }

bool Statement::Run::SkipNull() {
  if (sqlite3_column_type(handle_, column_) != SQLITE_NULL) return false;
  ++column_;
  return true;
}

std::optional<std::string> Statement::Run::OptionalText() {
  if (SkipNull()) return std::nullopt;
  return Text();
}

std::optional<int64_t> Statement::Run::OptionalInt() {
  if (SkipNull()) return std::nullopt;
  return Int();
}

absl::StatusOr<Connection> Connection::Open(const std::string& path,
                                            int flags) {
  sqlite3* handle = nullptr;
  const int code = sqlite3_open_v2(path.c_str(), &handle,
                                   flags | SQLITE_OPEN_NOMUTEX, nullptr);
  Connection connection;
  connection.handle_.reset(handle);  // Also after an error.
  if (code != SQLITE_OK) return SqliteError(handle, code);
  sqlite3_extended_result_codes(handle, 1);
  return connection;
}

absl::Status Connection::Execute(const std::string& sql) {
  const int code =
      sqlite3_exec(handle(), sql.c_str(), nullptr, nullptr, nullptr);
  return code == SQLITE_OK ? absl::OkStatus() : SqliteError(handle(), code);
}

absl::StatusOr<Statement> Connection::Prepare(std::string_view sql) {
  sqlite3_stmt* statement = nullptr;
  const int code =
      sqlite3_prepare_v3(handle(), sql.data(), static_cast<int>(sql.size()),
                         SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code != SQLITE_OK) return SqliteError(handle(), code);
  return Statement(statement);
}

absl::StatusOr<int64_t> Connection::QueryInt(std::string_view sql) {
  absl::StatusOr<Statement> statement = Prepare(sql);
  if (!statement.ok()) return statement.status();
  Statement::Run run(&*statement);
  if (run.Step()) return run.Int();
  if (!run.status().ok()) return run.status();
  return absl::InternalError("the query yielded no row");
}

}  // namespace stepwheel::storage
