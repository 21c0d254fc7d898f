#include "api/cli/log.h"

#include <array>

#include "asl/json.h"
#include "asl/timestamp.h"

namespace stepwheel::cli {
namespace {

constexpr std::array<std::string_view, 5> kNames = {"debug", "info", "warn",
                                                    "error", "off"};

// Values with blanks or quotes, and line breaks that would forge a line, are
// quoted.
void AppendTextValue(std::string_view value, std::string* line) {
  bool plain = !value.empty();
  for (char c : value) {
    if (static_cast<unsigned char>(c) <= 0x20 || c == '"' || c == 0x7F) {
      plain = false;
    }
  }
  if (plain) {
    *line += value;
  } else {
    asl::AppendJsonString(value, line);
  }
}

// A message is ours, but may hold words of others: one line stays one line.
void AppendMessage(std::string_view message, std::string* line) {
  for (char c : message) {
    *line += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
}

}  // namespace

std::string_view LogLevelName(LogLevel level) {
  return kNames[static_cast<size_t>(level)];
}

std::optional<LogLevel> LogLevelFromName(std::string_view name) {
  for (size_t i = 0; i < kNames.size(); ++i) {
    if (kNames[i] == name) return static_cast<LogLevel>(i);
  }
  return std::nullopt;
}

void Log::Write(LogLevel level, std::string_view message,
                std::initializer_list<Field> fields) {
  if (!enabled(level)) return;
  std::string time = asl::FormatTimestamp(options_.now_ms());
  std::string_view name = LogLevelName(level);
  std::string line;
  if (options_.json) {
    line = "{\"time\":\"" + time + "\",\"level\":\"" + std::string(name) +
           "\",\"message\":";
    asl::AppendJsonString(message, &line);
    for (const Field& field : fields) {
      line += ',';
      asl::AppendJsonString(field.first, &line);
      line += ':';
      asl::AppendJsonString(field.second, &line);
    }
    line += '}';
  } else {
    line = time + " " + std::string(name) + std::string(6 - name.size(), ' ');
    AppendMessage(message, &line);
    for (const Field& field : fields) {
      line.append(" ").append(field.first).append("=");
      AppendTextValue(field.second, &line);
    }
  }
  line += '\n';
  std::fwrite(line.data(), 1, line.size(), options_.file);
  std::fflush(options_.file);
}

}  // namespace stepwheel::cli
