// Interrupt answers "may I go on?" to a long computation. Where time may be
// looked at it looks at a clock, elsewhere it counts, so that the language and
// the engine have no clock of their own (rules: one thread, sliced work).
#ifndef STEPWHEEL_ASL_INTERRUPT_H_
#define STEPWHEEL_ASL_INTERRUPT_H_

#include <cstdint>

namespace stepwheel::asl {

class Interrupt {
 public:
  virtual ~Interrupt() = default;
  // A computation begins; what it may take is counted from here.
  virtual void Begin() = 0;
  // Asked every few hundred steps; false ends the computation.
  virtual bool MayGoOn() = 0;
};

// The same on every machine: so many questions are answered with yes.
class CountingInterrupt : public Interrupt {
 public:
  explicit CountingInterrupt(int64_t questions) : questions_(questions) {}
  void Begin() override { left_ = questions_; }
  bool MayGoOn() override { return left_-- > 0; }

 private:
  int64_t questions_;
  int64_t left_ = 0;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_INTERRUPT_H_
