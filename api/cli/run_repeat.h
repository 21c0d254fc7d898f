// `stepwheel run --repeat N`: the same execution N times with other chance, and
// how often it ended in which way, after how much simulated time.
#ifndef STEPWHEEL_API_CLI_RUN_REPEAT_H_
#define STEPWHEEL_API_CLI_RUN_REPEAT_H_

#include <cstdint>
#include <cstdio>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "api/cli/run.h"
#include "api/cli/run_setup.h"

namespace stepwheel::cli {

struct RunOutcome {
  std::string status;  // SUCCEEDED, FAILED...; STUCK, MAX_TIME
  std::string error;   // Its name, without the cause.
  Duration simulated{0};
  uint64_t seed = 0;
};

class RepeatSummary {
 public:
  void Add(const RunOutcome& outcome);

  // A table, the most frequent outcome first.
  std::string Table() const;
  // One object, for --json.
  std::string Json(uint64_t first_seed) const;
  // As for one run; of several outcomes the worst: 6 stuck, 4 FAILED, 5 others.
  int ExitCode() const;

 private:
  using Key = std::pair<std::string, std::string>;  // status, error
  struct Group {
    uint64_t example_seed = 0;
    std::vector<int64_t> millis;
  };
  std::vector<std::pair<Key, const Group*>> Ordered() const;
  int64_t runs() const;

  std::map<Key, Group> groups_;
};

// The value that `percent` of 100 are not above (nearest rank). REQUIRES
// `sorted` not to be empty.
int64_t Percentile(const std::vector<int64_t>& sorted, int percent);

// Plays the subject once with this seed.
RunOutcome PlayOnce(const RunOptions& options, const RunSubject& subject,
                    uint64_t seed, std::string* problem);

// Plays it options.repeat times, with seeds that count up from --seed.
int RepeatRuns(const RunOptions& options, const RunSubject& subject,
               const Terminal& terminal, std::FILE* out);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_RUN_REPEAT_H_
