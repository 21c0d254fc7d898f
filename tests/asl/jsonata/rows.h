// Rows of JSONata expressions and what they give over one small document. The
// outcomes are those of the reference implementation at level 2.0.6.
#ifndef STEPWHEEL_TESTS_ASL_JSONATA_ROWS_H_
#define STEPWHEEL_TESTS_ASL_JSONATA_ROWS_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "asl/jsonata/expression.h"

namespace stepwheel::asl::jsonata {

// Nothing is bound, time stands still, chance counts up, and the host ends the
// evaluation after so many questions.
class TestHost : public Host, public Bindings {
 public:
  explicit TestHost(int questions = 100'000) : left_(questions) {}

  const Value* Find(std::string_view name) const override { return nullptr; }
  int64_t NowMillis() override { return 1'521'801'216'617; }
  uint64_t Random() override { return next_++ << 40; }
  bool MayGoOn() override { return left_-- > 0; }

 private:
  int left_;
  uint64_t next_ = 1;
};

struct Row {
  std::string_view expression;
  // JSON, "undefined", "function", or "!CODE@position: message".
  std::string_view outcome;
};

// The outcome in the form of a row.
std::string Outcome(std::string_view expression,
                    const CompileOptions& options = {Level::k2_0_6, false},
                    const Limits& limits = {});

void ExpectRows(const std::vector<Row>& rows);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_TESTS_ASL_JSONATA_ROWS_H_
