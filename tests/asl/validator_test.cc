#include "asl/validator.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

#include "asl/json.h"

namespace stepwheel::asl {
namespace {

std::string Problems(std::string_view text) {
  JsonError error;
  const std::optional<Value> definition = ParseJson(text, &error);
  EXPECT_TRUE(definition) << error.message;
  std::vector<Diagnostic> diagnostics;
  if (definition) ValidateGraph(*definition, &diagnostics);
  return JoinDiagnostics(diagnostics);
}

std::string Flow(std::string_view start, std::string_view states) {
  return R"({"StartAt":")" + std::string(start) + R"(","States":{)" +
         std::string(states) + "}}";
}

std::string Missing(std::string_view target, std::string_view location) {
  return "MISSING_TRANSITION_TARGET: Missing 'Next' target: " +
         std::string(target) + " at " + std::string(location);
}

std::string Unreachable(std::string_view name, std::string_view location) {
  return "MISSING_TRANSITION_TARGET: State \"" + std::string(name) +
         "\" is not reachable. at " + std::string(location);
}

constexpr std::string_view kNoEnd =
    "MISSING_END_STATE: Workflow has no terminal state at null";

TEST(Validator, AcceptsALineOfStates) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":"B"},"B":{"End":true})")), "");
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Type":"Succeed"})")), "");
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Type":"Fail"})")), "");
}

TEST(Validator, NamesEveryMissingTarget) {
  EXPECT_EQ(Problems(Flow("Z", R"("A":{"Type":"Choice","Default":"D",
                "Choices":[{"Next":"A"},{"Next":"C"}]},
                "B":{"End":true,"Catch":[{"Next":"E"}]})")),
            Missing("Z", "/StartAt") + ", " +
                Missing("C", "/States/A/Choices[1]/Next") + ", " +
                Missing("D", "/States/A/Default") + ", " +
                Missing("E", "/States/B/Catch[0]/Next") + ", " +
                Unreachable("A", "/States/A") + ", " +
                Unreachable("B", "/States/B"));
}

TEST(Validator, ATargetInAnotherFlowIsMissing) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"End":true,"Branches":[)" +
                                   Flow("X", R"("X":{"Next":"A"},
                                                "Y":{"End":true})") +
                                   "]}")),
            Missing("A", "/States/A/Branches[0]/States/X/Next") + ", " +
                Unreachable("Y", "/States/A/Branches[0]/States/Y"));
}

TEST(Validator, ALoopHasNoTerminalState) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":"B"},"B":{"Next":"A"})")),
            kNoEnd);
}

TEST(Validator, WithoutATerminalStateReachabilityIsNotLookedAt) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":"A"},"C":{"Next":"A"})")),
            kNoEnd);
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":"NOPE"})")),
            Missing("NOPE", "/States/A/Next") + ", " + std::string(kNoEnd));
}

TEST(Validator, AnUnreachableTerminalStateIsATerminalState) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":"A"},"C":{"End":true})")),
            Unreachable("C", "/States/C"));
}

TEST(Validator, ACatcherAndADefaultReachStates) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":"B","Catch":[{"Next":"C"}]},
                "B":{"Choices":[{"Next":"D"}],"Default":"E"},
                "C":{"End":true},"D":{"End":true},"E":{"End":true})")),
            "");
}

TEST(Validator, ANestedFlowMustEndToo) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"End":true,"ItemProcessor":)" +
                                   Flow("X", R"("X":{"Next":"X"})") + "}")),
            kNoEnd);
}

TEST(Validator, NamesAreUniqueInTheWholeMachine) {
  const std::string flow = Flow("X", R"("X":{"End":true})");
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":"M","Branches":[)" + flow + "," +
                                   flow + R"(]},"M":{"End":true,"Iterator":)" +
                                   Flow("A", R"("A":{"End":true})") + "}")),
            "DUPLICATE_STATE_NAME: Duplicate State name: X at "
            "/States/A/Branches[1]/States/X, "
            "DUPLICATE_STATE_NAME: Duplicate State name: A at "
            "/States/M/Iterator/States/A");
}

// A state that assigns `x`, then state M around a flow that assigns it too.
std::string Shadowing(std::string_view before, std::string_view config,
                      std::string_view inner) {
  return Flow("A", R"("A":{"Next":"M",)" + std::string(before) +
                       R"(},"M":{"End":true,"ItemProcessor":{)" +
                       std::string(config) +
                       R"("StartAt":"X","States":{"X":{"End":true,)" +
                       std::string(inner) + "}}}}");
}

constexpr std::string_view kShadows =
    "SCHEMA_VALIDATION_FAILED: Variable 'x' is assigned in an outer scope and "
    "cannot be assigned here at ";

TEST(Validator, AnInnerScopeMayNotAssignAnOuterVariable) {
  const std::string at = "/States/M/ItemProcessor/States/X/";
  EXPECT_EQ(Problems(Shadowing(R"("Assign":{"x":1})", "",
                               R"("Assign":{"x.$":"$.a"})")),
            std::string(kShadows) + at + "Assign");
  EXPECT_EQ(Problems(Shadowing(R"("Catch":[{"Assign":{"x":1},"Next":"M"}])", "",
                               R"("Catch":[{"Assign":{"x":1},"Next":"X"}])")),
            std::string(kShadows) + at + "Catch[0]/Assign");
  EXPECT_EQ(
      Problems(Shadowing(R"("Assign":{"y":1})", "", R"("Assign":{"x":1})")),
      "");
}

TEST(Validator, AVariableOfSiblingsIsNotAnOuterOne) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"End":true,"Branches":[
              {"StartAt":"X","States":{"X":{"End":true,"Assign":{"x":1}}}},
              {"StartAt":"Y","States":{"Y":{"End":true,"Assign":{"x":1}}}}
              ]})")),
            "");
}

TEST(Validator, AVariableAssignedOnlyAfterwardsIsNotThereYet) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":"B","Assign":{"x":1},"Branches":[
              {"StartAt":"X","States":{"X":{"End":true,"Assign":{"x":1}}}}],
              "Catch":[{"Next":"B","Assign":{"x":2}}]},
              "B":{"End":true,"Assign":{"x":3}})")),
            "");
}

TEST(Validator, AVariableAssignedInALoopIsThereTheSecondTime) {
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":"B","Branches":[
              {"StartAt":"X","States":{"X":{"End":true,"Assign":{"x":1}}}}]},
              "B":{"Choices":[{"Next":"A","Assign":{"x":1}}],"Default":"C"},
              "C":{"End":true})")),
            std::string(kShadows) + "/States/A/Branches[0]/States/X/Assign");
}

TEST(Validator, ChildrenOfADistributedMapHaveTheirOwnVariables) {
  EXPECT_EQ(Problems(Shadowing(R"("Assign":{"x":1})",
                               R"("ProcessorConfig":{"Mode":"DISTRIBUTED"},)",
                               R"("Assign":{"x":1})")),
            "");
}

TEST(Validator, PassesOverWhatTheSchemaRefuses) {
  EXPECT_EQ(Problems("{}"), "");
  EXPECT_EQ(Problems(R"({"StartAt":1,"States":[]})"), "");
  EXPECT_EQ(Problems(R"({"States":{"A":{"End":true}}})"), "");
  EXPECT_EQ(Problems(Flow("A", R"("A":7)")), "");
  EXPECT_EQ(Problems(Flow("A", R"("A":{"Next":[],"Choices":[1],"Catch":{},
                                  "Branches":[2],"Iterator":[],"Assign":3})")),
            "");
}

}  // namespace
}  // namespace stepwheel::asl
