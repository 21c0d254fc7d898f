// What the tests of the command line share: streams that are read back, and
// the environment variables that a terminal's colours depend on.
#ifndef STEPWHEEL_TESTS_API_CLI_HARNESS_H_
#define STEPWHEEL_TESTS_API_CLI_HARNESS_H_

#include <cstdio>
#include <cstdlib>
#include <string>

namespace stepwheel::cli {

// A temporary file as a stream; nobody else sees it and it goes with the test.
class CapturedStream {
 public:
  CapturedStream() : file_(std::tmpfile()) {}
  ~CapturedStream() { std::fclose(file_); }
  CapturedStream(const CapturedStream&) = delete;

  std::FILE* file() { return file_; }
  std::string text() {
    std::string all;
    std::rewind(file_);
    for (int c = std::fgetc(file_); c != EOF; c = std::fgetc(file_)) {
      all.push_back(static_cast<char>(c));
    }
    return all;
  }

 private:
  std::FILE* file_;
};

// Unsets the variables that decide about colour, and again at the end.
class PlainEnvironment {
 public:
  PlainEnvironment() { Clear(); }
  ~PlainEnvironment() { Clear(); }
  void Set(const char* name, const char* value) { setenv(name, value, 1); }

 private:
  static void Clear() {
    for (const char* name :
         {"NO_COLOR", "CLICOLOR_FORCE", "FORCE_COLOR", "TERM"}) {
      unsetenv(name);
    }
  }
};

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_TESTS_API_CLI_HARNESS_H_
