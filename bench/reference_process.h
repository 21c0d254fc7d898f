// A yardstick that is a program of its own: one line is written to it, one line
// is its answer.
#ifndef STEPWHEEL_BENCH_REFERENCE_PROCESS_H_
#define STEPWHEEL_BENCH_REFERENCE_PROCESS_H_

#include <sys/types.h>

#include <cstdio>
#include <optional>
#include <string>
#include <vector>

namespace stepwheel::bench {

class ReferenceProcess {
 public:
  // The program is looked up in PATH.
  explicit ReferenceProcess(const std::vector<std::string>& command);
  // Closes its input, upon which it is expected to end, and waits for it.
  ~ReferenceProcess();
  ReferenceProcess(const ReferenceProcess&) = delete;
  ReferenceProcess& operator=(const ReferenceProcess&) = delete;

  // nullopt once the program has ended.
  std::optional<std::string> Ask(const std::string& line);

 private:
  pid_t pid_ = -1;
  std::FILE* to_ = nullptr;
  std::FILE* from_ = nullptr;
};

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_REFERENCE_PROCESS_H_
