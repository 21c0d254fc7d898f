// The corpus of what Step Functions adds to JSONata
// (shared/conformance/jsonata-aws), played through the parser and the data
// flow of a state; skipped where that folder is absent.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <regex>
#include <string>
#include <vector>

#include "asl/data_flow.h"
#include "asl/parser.h"
#include "tests/asl/fake_environment.h"
#include "tests/asl/shared_folder.h"

namespace stepwheel::asl {
namespace {

namespace fs = std::filesystem;

std::string TextOf(const Value& json, std::string_view name) {
  const Value* value = json.Find(name);
  return value == nullptr ? "" : std::string(value->as_string());
}

// A machine of one state of a Type that has `field`, which holds `value`.
std::string MachineOf(const std::string& field, const Value& value) {
  Value state = MakeObject({{"Type", Value("Pass")}, {"End", Value(true)}});
  if (field == "Arguments") {
    state = state.WithMember("Type", Value("Task"))
                .WithMember("Resource",
                            Value("arn:aws:states:us-east-1:123456789012:"
                                  "activity:a"));
  } else if (field == "Items") {
    state =
        state.WithMember("Type", Value("Map"))
            .WithMember("ItemProcessor", Json(R"({"StartAt":"P","States":{"P":
                                 {"Type":"Pass","End":true}}})"));
  }
  state = state.WithMember(field, value);
  return MakeObject({{"QueryLanguage", Value("JSONata")},
                     {"StartAt", Value("S")},
                     {"States", MakeObject({{"S", state}})}})
      .Text();
}

// What became of a case.
struct Played {
  std::optional<Value> value;
  std::optional<Error> error;       // It failed when it ran
  std::vector<Diagnostic> refused;  // or was refused before.

  std::string Text() const {
    if (value) return value->Text().substr(0, 300);
    if (error) return *error->name + " " + *error->cause;
    return JoinDiagnostics(refused);
  }
};

Value MembersOf(const Assigned& assigned) {
  Members members;
  for (const auto& [name, value] : assigned) members.emplace_back(name, value);
  return Value(std::move(members));
}

Outcome<Value> Stage(DataFlow& flow, const std::string& field) {
  if (field == "Items") return flow.Items();
  if (field == "Arguments") return flow.Arguments();
  Outcome<StateOutput> left = flow.Leave();
  if (!left.ok()) return left.error();
  return MembersOf(left->assigned);
}

Played Ended(Outcome<Value> outcome) {
  if (outcome.ok()) return {.value = *outcome};
  return {.error = outcome.error()};
}

// In a whole state.
Played PlayState(const std::string& field, const Value& written,
                 const Value& input, FakeEnvironment& env) {
  ParseResult parsed = ParseDefinition(MachineOf(field, written));
  if (!parsed.machine) return {.refused = parsed.diagnostics};
  return Ended(
      Stage(*DataFlow::Of(parsed.machine->states[0], input, env), field));
}

// An Output, wherever it stands: the corpus has $states.result and
// $states.errorOutput there or not, as it likes.
Played PlayOutput(const std::string& field, const Value& written,
                  const Value& input, const Value* result,
                  const Value* error_output, FakeEnvironment& env) {
  std::vector<JsonataTemplate::Problem> problems;
  const JsonataTemplate output = JsonataTemplate::Compile(
      written, {.result = true, .error_output = true}, &problems);
  Played played;
  for (const auto& problem : problems) {
    played.refused.push_back({.code = problem.code,
                              .message = problem.message,
                              .location = problem.pointer});
  }
  if (!problems.empty()) return played;
  JsonataScope scope(input, result, error_output, env);
  return Ended(output.Evaluate(scope, field));
}

Played Play(const Value& json, const Value& written) {
  std::string field = TextOf(json, "field");
  if (TextOf(json, "kind") == "assign") field = "Assign";
  if (field.empty()) field = "Output";
  const Value none = Value::EmptyObject();
  const auto of = [&](std::string_view name) {
    const Value* states = json.Find("states");
    return states == nullptr ? nullptr : states->Find(name);
  };
  const Value* input = of("input") == nullptr ? &none : of("input");
  const Value* context = of("context");
  const Value* variables = json.Find("vars");
  FakeEnvironment env(context == nullptr ? "{}" : context->Text(),
                      variables == nullptr ? "{}" : variables->Text());
  if (field.starts_with("Output")) {
    return PlayOutput(field, written, *input, of("result"), of("errorOutput"),
                      env);
  }
  return PlayState(field, written, *input, env);
}

std::string FailureProblem(const Value& fails, const Played& played) {
  if (!played.error) return "expected a failure " + fails.Text();
  const std::string cause = TextOf(fails, "cause");
  if (*played.error->name != TextOf(fails, "error") ||
      (!cause.empty() && *played.error->cause != cause) ||
      played.error->cause->find(TextOf(fails, "cause_contains")) ==
          std::string::npos) {
    return "expected " + fails.Text();
  }
  return "";
}

std::string ProblemOfOutcome(const Value& expected, const Played& played);

std::string CheckProblem(const Value& check, const Played& played) {
  if (check.Find("refused") != nullptr) {
    return played.value ? "expected a refusal" : "";
  }
  if (const Value* list = check.Find("one_of")) {
    for (const Value& one : list->as_array()) {
      if (ProblemOfOutcome(one, played).empty()) return "";
    }
    return "expected one of " + list->Text();
  }
  if (!played.value) return "expected a value";
  if (check.Find("regex") != nullptr) {
    const bool right = played.value->is_string() &&
                       std::regex_search(std::string(played.value->as_string()),
                                         std::regex(TextOf(check, "regex")));
    return right ? "" : "expected a match of " + TextOf(check, "regex");
  }
  if (const Value* number = check.Find("number")) {
    const double d = played.value->as_double();
    return d >= number->Find("min")->as_double() &&
                   d < number->Find("max_exclusive")->as_double()
               ? ""
               : "expected a number in " + number->Text();
  }
  return check.Find("succeeds") != nullptr ? "" : "an unknown check";
}

// Empty if it is as expected.
std::string ProblemOfOutcome(const Value& expected, const Played& played) {
  if (const Value* value = expected.Find("result")) {
    const bool order = expected.Find("key_order") != nullptr;
    const bool right =
        played.value && (order ? played.value->Text() == value->Text()
                               : *played.value == *value);
    return right ? "" : "expected " + value->Text().substr(0, 300);
  }
  if (expected.Find("result_text") != nullptr) {
    const bool right =
        played.value && played.value->Text() == TextOf(expected, "result_text");
    return right ? "" : "expected " + TextOf(expected, "result_text");
  }
  if (const Value* fails = expected.Find("fails")) {
    return FailureProblem(*fails, played);
  }
  if (const Value* check = expected.Find("check")) {
    return CheckProblem(*check, played);
  }
  if (expected.Find("compile_error") != nullptr) {
    const bool right = !played.refused.empty() &&
                       played.refused[0].code == "INVALID_JSONATA_EXPRESSION";
    return right ? "" : "expected a refusal";
  }
  return "an unknown kind of expectation";
}

std::string AssignProblem(const Value& json) {
  Played played = Play(json, *json.Find("template"));
  if (!played.value) return "expected variables, got " + played.Text();
  Value after = *json.Find("vars");
  for (const Member& member : played.value->as_object()) {
    after = after.WithMember(member.key(), member.value);
  }
  return after == *json.Find("vars_after") ? "" : "got " + after.Text();
}

std::string DelimitersProblem(const Value& json) {
  const JsonataText read = ReadJsonataText(json.Find("text")->as_string());
  const char* names[] = {"literal", "expression", "invalid"};
  const std::string name = names[static_cast<int>(read)];
  return name == TextOf(json, "class") ? "" : "got " + name;
}

std::string DefinitionProblem(const Value& json) {
  ParseResult parsed = ParseDefinition(json.Find("definition")->Text());
  const std::string text = JoinDiagnostics(parsed.diagnostics);
  const Value* refused = json.Find("refused");
  if (refused == nullptr) return parsed.machine ? "" : "refused: " + text;
  const bool right =
      !parsed.machine &&
      parsed.diagnostics[0].code == TextOf(*refused, "code") &&
      text.find(TextOf(*refused, "message_contains")) != std::string::npos;
  return right ? "" : "expected " + refused->Text() + ", got " + text;
}

std::string ProblemOf(const Value& json) {
  const std::string kind = TextOf(json, "kind");
  if (kind == "assign") return AssignProblem(json);
  if (kind == "delimiters") return DelimitersProblem(json);
  if (kind == "definition") return DefinitionProblem(json);
  const Value written = kind == "template"
                            ? *json.Find("template")
                            : Value("{% " + TextOf(json, "expr") + " %}");
  Played played = Play(json, written);
  std::string problem = ProblemOfOutcome(json, played);
  return problem.empty() ? "" : problem + ", got " + played.Text();
}

TEST(JsonataAwsCorpus, EveryGradedCasePasses) {
  const fs::path folder = SharedFolder() / "conformance" / "jsonata-aws";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is absent";
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder / "groups")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  int graded = 0, passed = 0;
  for (const fs::path& file : files) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      const Value json = Json(line);
      const std::string problem = ProblemOf(json);
      if (json.Find("graded") != nullptr) {
        if (!problem.empty()) {
          std::clog << "not graded: " << TextOf(json, "id") << ": " << problem
                    << "\n";
        }
        continue;
      }
      ++graded;
      if (problem.empty()) ++passed;
      EXPECT_EQ(problem, "") << TextOf(json, "id");
    }
  }
  EXPECT_GT(graded, 100);
  std::clog << passed << "/" << graded << " passed\n";
}

}  // namespace
}  // namespace stepwheel::asl
