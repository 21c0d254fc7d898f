// What the system says of a process: its memory and its processor time.
#ifndef STEPWHEEL_BENCH_PROCESS_H_
#define STEPWHEEL_BENCH_PROCESS_H_

#include <cstdint>

namespace stepwheel::bench {

// Memory that is resident now, in bytes; of this process without `pid`.
double ResidentBytes(int pid = 0);

// CPU time of all threads of a process, in nanoseconds.
uint64_t CpuTimeNs(int pid);
// How long its threads were ready to run and had no processor.
uint64_t CpuWaitNs(int pid);

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_PROCESS_H_
