#include "asl/diagnostic.h"

#include <gtest/gtest.h>

namespace stepwheel::asl {
namespace {

TEST(Diagnostics, AreJoinedAsCreateStateMachineAnswersThem) {
  const std::vector<Diagnostic> all = {
      {Severity::kError, "MISSING_TRANSITION_TARGET",
       "Missing 'Next' target: X", "/StartAt"},
      {Severity::kError, "MISSING_END_STATE", "Workflow has no terminal state",
       std::nullopt}};
  EXPECT_EQ(JoinDiagnostics(all),
            "MISSING_TRANSITION_TARGET: Missing 'Next' target: X at /StartAt, "
            "MISSING_END_STATE: Workflow has no terminal state at null");
}

TEST(Diagnostics, OfWarningsOnlyJoinToNothing) {
  EXPECT_EQ(JoinDiagnostics({{Severity::kWarning, "NO_DOLLAR", "m", "/x"}}),
            "");
  EXPECT_EQ(JoinDiagnostics({}), "");
}

}  // namespace
}  // namespace stepwheel::asl
