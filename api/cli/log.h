// Log writes one line per event worth knowing to standard error, as text for
// people or as JSON for machines. Payloads never go in at the default level.
#ifndef STEPWHEEL_API_CLI_LOG_H_
#define STEPWHEEL_API_CLI_LOG_H_

#include <cstdint>
#include <cstdio>
#include <functional>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace stepwheel::cli {

enum class LogLevel : uint8_t { kDebug, kInfo, kWarn, kError, kOff };
std::string_view LogLevelName(LogLevel level);
// nullopt if there is no such level.
std::optional<LogLevel> LogLevelFromName(std::string_view name);

// Thread rule: used by one thread.
class Log {
 public:
  struct Options {
    LogLevel level = LogLevel::kInfo;
    bool json = false;
    std::function<int64_t()> now_ms;  // Unix time; stamps each line.
    std::FILE* file = stderr;
  };
  using Field = std::pair<std::string_view, std::string>;

  explicit Log(Options options) : options_(std::move(options)) {}

  bool enabled(LogLevel level) const {
    return level >= options_.level && level != LogLevel::kOff;
  }
  // Text: "2026-09-24T02:56:17.620Z info  message key=value".
  // JSON: {"time":"...","level":"info","message":"...","key":"value"}.
  void Write(LogLevel level, std::string_view message,
             std::initializer_list<Field> fields = {});

 private:
  Options options_;
};

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_LOG_H_
