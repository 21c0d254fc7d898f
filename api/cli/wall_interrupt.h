// WallInterrupt ends an evaluation after a second of wall time, which is AWS's
// limit (asl.md 4): in the server it guards the loop that everybody shares.
#ifndef STEPWHEEL_API_CLI_WALL_INTERRUPT_H_
#define STEPWHEEL_API_CLI_WALL_INTERRUPT_H_

#include <chrono>

#include "asl/interrupt.h"

namespace stepwheel::cli {

class WallInterrupt : public asl::Interrupt {
 public:
  void Begin() override { end_ = Clock::now() + std::chrono::seconds(1); }
  bool MayGoOn() override { return Clock::now() < end_; }

 private:
  using Clock = std::chrono::steady_clock;
  Clock::time_point end_;
};

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_WALL_INTERRUPT_H_
