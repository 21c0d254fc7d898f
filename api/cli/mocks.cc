#include "api/cli/mocks.h"

#include <sys/stat.h>

#include <cstdlib>
#include <utility>

#include "api/cli/files.h"
#include "api/cli/flags.h"

namespace stepwheel::cli {

std::string MockFilePath(const std::string& option) {
  if (!option.empty()) return option;
  for (const char* name : {"SFN_MOCK_CONFIG", "LOCALSTACK_SFN_MOCK_CONFIG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return value;
  }
  return "";
}

Flag MocksFlag(std::string* target) {
  return {"mocks", "FILE",
          "mock file: plays the CASE of ARN#CASE (default $SFN_MOCK_CONFIG)",
          SetText(target)};
}

std::string MockProblemLine(const std::string& path,
                            const engine::MockProblem& problem) {
  return path + ":" + std::to_string(problem.line) + ":" +
         std::to_string(problem.column) +
         ": error: " + (problem.pointer.empty() ? "" : problem.pointer + ": ") +
         problem.message;
}

MocksOnDisk::Version MocksOnDisk::VersionNow() const {
  struct stat info {};
  if (stat(path_.c_str(), &info) != 0) return {};
  constexpr int64_t kNanos = 1'000'000'000;
  return {info.st_dev, info.st_ino, info.st_size,
          info.st_mtim.tv_sec * kNanos + info.st_mtim.tv_nsec};
}

std::shared_ptr<const engine::MockFile> MocksOnDisk::Current(std::string* why) {
  const Version now = VersionNow();
  if (!looked_ || now != version_) {
    looked_ = true;
    version_ = now;
    Read();
  }
  if (!file_) *why = why_;
  return file_;
}

void MocksOnDisk::Read() {
  file_ = nullptr;
  std::optional<std::string> text = ReadTextFile(path_, &why_);
  if (!text) return report_(false, why_);
  std::vector<engine::MockProblem> problems;
  file_ = engine::MockFile::Parse(*text, &problems);
  for (const engine::MockProblem& problem : problems) {
    report_(false, MockProblemLine(path_, problem));
  }
  if (!file_) {
    why_ = path_ + ", " + problems.front().Text();
    return;
  }
  size_t cases = 0;
  for (const auto& [name, machine] : file_->machines()) cases += machine.size();
  const size_t machines = file_->machines().size();
  report_(true, "mock file read: " + path_ + " has " + std::to_string(cases) +
                    (cases == 1 ? " test case of " : " test cases of ") +
                    std::to_string(machines) +
                    (machines == 1 ? " state machine" : " state machines"));
}

std::string PickTestCase(const engine::MockFile& file, const std::string& path,
                         const std::string& option, std::string* machine,
                         std::string* test_case) {
  const size_t mark = option.rfind('#');
  const bool named = mark != std::string::npos;
  *test_case = named ? option.substr(mark + 1) : option;
  std::string all;
  std::vector<std::string> has_it;
  std::vector<std::string_view> known;
  for (const auto& [name, cases] : file.machines()) {
    for (const auto& [key, states] : cases) {
      all += (all.empty() ? "" : ", ") + name + "#" + key;
      known.push_back(key);
    }
    if (named && name != option.substr(0, mark)) continue;
    if (cases.count(*test_case) != 0) has_it.push_back(name);
  }
  if (has_it.size() == 1) {
    *machine = has_it.front();
    return "";
  }
  if (!has_it.empty()) {
    return "--case: several state machines of " + path + " have '" +
           *test_case + "'; write one of " + all;
  }
  const std::string_view meant = DidYouMean(*test_case, known);
  return "--case: " + path + " has no test case '" + option + "'" +
         (meant.empty() ? "; it has " + (all.empty() ? "none" : all)
                        : "; did you mean '" + std::string(meant) + "'?");
}

}  // namespace stepwheel::cli
