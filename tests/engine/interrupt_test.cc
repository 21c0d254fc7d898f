// An evaluation that takes too long is an event like any other outcome.
#include <gtest/gtest.h>

#include "tests/engine/small_run.h"

namespace stepwheel::engine {
namespace {

constexpr char kEndless[] =
    R"({"QueryLanguage":"JSONata","StartAt":"A","States":
  {"A":{"Type":"Pass","End":true,
        "Output":"{% ($f := function($x){ $f($x + 1) }; $f(1)) %}"}}})";

TEST(Interrupt, EndsAnEvaluationThatTakesTooLong) {
  asl::CountingInterrupt interrupt(10);
  SmallRun run(kEndless, "{}", &interrupt);
  const ExecutionRecord record = run.record();
  EXPECT_EQ(record.status, ExecutionStatus::kFailed);
  EXPECT_EQ(record.error, "States.QueryEvaluationError");
  EXPECT_NE(record.cause->find("Expression evaluation timeout"),
            std::string::npos)
      << *record.cause;
}

TEST(Interrupt, AReplayDoesNotAskAgain) {
  asl::CountingInterrupt interrupt(10);
  SmallRun run(kEndless, "{}", &interrupt);
  const Replayed folded = run.Folded();
  EXPECT_EQ(folded.execution->record.cause, run.record().cause);
}

TEST(Interrupt, EachEvaluationHasTimeOfItsOwn) {
  asl::CountingInterrupt interrupt(10);
  const std::string sum = "\"{% $sum([1..1000].($ * 2)) %}\"";
  SmallRun run(R"({"QueryLanguage":"JSONata","StartAt":"A","States":{"A":
               {"Type":"Pass","End":true,"Output":[)" +
                   sum + "," + sum + "," + sum + "," + sum + R"(]}}})",
               "{}", &interrupt);
  EXPECT_EQ(run.record().output, "[1001000,1001000,1001000,1001000]");
}

}  // namespace
}  // namespace stepwheel::engine
