#include "bench/process.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

namespace stepwheel::bench {
namespace {

// The nth number of schedstat, of all threads.
uint64_t SumOfSchedstat(int pid, int nth) {
  uint64_t sum = 0;
  std::error_code ignored;
  std::string tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, ignored)) {
    std::ifstream file(task.path() / "schedstat");
    uint64_t value = 0;
    for (int i = 0; i <= nth; ++i) file >> value;
    sum += value;
  }
  return sum;
}

}  // namespace

double ResidentBytes(int pid) {
  std::ifstream file("/proc/" +
                     (pid == 0 ? std::string("self") : std::to_string(pid)) +
                     "/statm");
  double pages = 0, resident = 0;
  file >> pages >> resident;
  return resident * static_cast<double>(::sysconf(_SC_PAGESIZE));
}

uint64_t CpuTimeNs(int pid) { return SumOfSchedstat(pid, 0); }

uint64_t CpuWaitNs(int pid) { return SumOfSchedstat(pid, 1); }

}  // namespace stepwheel::bench
