// FakeEnvironment is an Environment of a few lines: a Context Object and
// variables given as JSON, random numbers that count up, one instant, and an
// interrupt that counts.
#ifndef STEPWHEEL_TESTS_ASL_FAKE_ENVIRONMENT_H_
#define STEPWHEEL_TESTS_ASL_FAKE_ENVIRONMENT_H_

#include <gtest/gtest.h>

#include <string_view>

#include "asl/environment.h"
#include "asl/json.h"
#include "asl/value.h"

namespace stepwheel::asl {

inline Value Json(std::string_view text) {
  JsonError error;
  const std::optional<Value> value = ParseJson(text, &error);
  EXPECT_TRUE(value.has_value()) << text << ": " << error.message;
  return value.value_or(Value("the test's JSON is wrong"));
}

class FakeEnvironment : public Environment {
 public:
  explicit FakeEnvironment(std::string_view context = "{}",
                           std::string_view variables = "{}")
      : context_(Json(context)), variables_(Json(variables)) {}

  const Value& Context() override { return context_; }
  const Value* Variable(std::string_view name) override {
    return variables_.Find(name);
  }
  uint64_t Random() override { return next_random++; }
  int64_t NowMillis() override { return now; }
  Interrupt& interrupt() override { return counting; }

  uint64_t next_random = 0;
  int64_t now = 1'700'000'000'000;
  CountingInterrupt counting{20'000};

 private:
  Value context_;
  Value variables_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_TESTS_ASL_FAKE_ENVIRONMENT_H_
