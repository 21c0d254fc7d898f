// The mock file of `serve` and `run`: where it is looked for, and reading it
// again when it has changed.
#ifndef STEPWHEEL_API_CLI_MOCKS_H_
#define STEPWHEEL_API_CLI_MOCKS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "api/cli/flags.h"
#include "engine/mocks/mock_source.h"

namespace stepwheel::cli {

// --mocks, or else SFN_MOCK_CONFIG (of AWS Step Functions Local), or else
// LOCALSTACK_SFN_MOCK_CONFIG; "" if none is set.
std::string MockFilePath(const std::string& option);
// --mocks FILE.
Flag MocksFlag(std::string* target);

class MocksOnDisk : public engine::MockSource {
 public:
  // Told once for each version of the file: that it was read, or each problem.
  using Report = std::function<void(bool good, const std::string& line)>;
  MocksOnDisk(std::string path, Report report)
      : path_(std::move(path)), report_(std::move(report)) {}

  std::shared_ptr<const engine::MockFile> Current(std::string* why) override;
  std::string Name() const override { return path_; }

 private:
  // Device, inode, size, time of the last change in nanoseconds. All 0: there
  // is no such file.
  using Version = std::tuple<uint64_t, uint64_t, int64_t, int64_t>;
  Version VersionNow() const;
  void Read();

  const std::string path_;
  const Report report_;
  bool looked_ = false;
  Version version_;
  std::shared_ptr<const engine::MockFile> file_;
  std::string why_;  // The first problem.
};

// "mocks.json:7:12: error: /MockedResponses/Paid/0: expected ...", as
// compilers write it.
std::string MockProblemLine(const std::string& path,
                            const engine::MockProblem& problem);

// Picks what `--case` of `run` means: CASE, or MACHINE#CASE where two state
// machines of the file have that case. "" and both names set if there is one;
// otherwise what is wrong.
std::string PickTestCase(const engine::MockFile& file, const std::string& path,
                         const std::string& option, std::string* machine,
                         std::string* test_case);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_MOCKS_H_
