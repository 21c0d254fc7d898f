#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <string>

#include "api/cli/log.h"

namespace stepwheel::cli {
namespace {

// What `write` makes a Log write.
template <class Write>
std::string Logged(LogLevel level, bool json, Write write) {
  char* text = nullptr;
  size_t size = 0;
  std::FILE* file = ::open_memstream(&text, &size);
  Log log({.level = level,
           .json = json,
           .now_ms = [] { return int64_t{1'790'199'871'435}; },
           .file = file});
  write(log);
  std::fclose(file);
  std::string logged(text, size);
  std::free(text);
  return logged;
}

TEST(LogTest, TextIsOneLineWithFields) {
  EXPECT_EQ(Logged(LogLevel::kInfo, false,
                   [](Log& log) {
                     log.Write(LogLevel::kWarn, "slow",
                               {{"ms", "7"}, {"db", "a b"}, {"x", ""}});
                   }),
            "2026-09-23T21:44:31.435Z warn  slow ms=7 db=\"a b\" x=\"\"\n");
}

TEST(LogTest, JsonIsOneObjectALine) {
  EXPECT_EQ(Logged(LogLevel::kInfo, true,
                   [](Log& log) {
                     log.Write(LogLevel::kInfo, "a \"b\"", {{"k", "v\n"}});
                   }),
            "{\"time\":\"2026-09-23T21:44:31.435Z\",\"level\":\"info\","
            "\"message\":\"a \\\"b\\\"\",\"k\":\"v\\n\"}\n");
}

TEST(LogTest, NothingForgesASecondLine) {
  std::string logged = Logged(LogLevel::kInfo, false, [](Log& log) {
    log.Write(LogLevel::kInfo, "a\nb", {{"k", "c\nd"}});
  });
  EXPECT_EQ(logged.find('\n'), logged.size() - 1);
}

TEST(LogTest, LowerLevelsAreSilent) {
  auto all = [](Log& log) {
    log.Write(LogLevel::kDebug, "d");
    log.Write(LogLevel::kInfo, "i");
    log.Write(LogLevel::kError, "e");
  };
  std::string logged = Logged(LogLevel::kError, false, all);
  EXPECT_TRUE(logged.ends_with("error e\n"));
  EXPECT_EQ(std::count(logged.begin(), logged.end(), '\n'), 1);
  EXPECT_EQ(Logged(LogLevel::kOff, false, all), "");
}

TEST(LogTest, LevelsHaveNames) {
  EXPECT_EQ(LogLevelFromName("warn"), LogLevel::kWarn);
  EXPECT_EQ(LogLevelFromName("loud"), std::nullopt);
  EXPECT_EQ(LogLevelName(LogLevel::kDebug), "debug");
}

}  // namespace
}  // namespace stepwheel::cli
