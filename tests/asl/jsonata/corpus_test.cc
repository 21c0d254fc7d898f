// The corpora of shared/conformance: skipped where that folder is absent.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "asl/json.h"
#include "asl/jsonata/expression.h"
#include "tests/asl/shared_folder.h"

namespace stepwheel::asl::jsonata {
namespace {

namespace fs = std::filesystem;

std::string ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

Value Parse(const std::string& text) {
  JsonError error;
  std::optional<Value> value = ParseJson(text, &error);
  EXPECT_TRUE(value.has_value()) << error.message << " in " << text;
  return value.value_or(Value());
}

// Ends an evaluation by its number of steps: about as long as the ten seconds
// the corpus asks for, on any machine.
class Steps : public Host {
 public:
  explicit Steps(int asked) : left_(asked) {}
  int64_t NowMillis() override { return 1'500'000'000'123; }
  uint64_t Random() override { return seed_ = seed_ * 0x9E3779B97F4A7C15 + 1; }
  bool MayGoOn() override { return left_-- > 0; }

 private:
  int left_;
  uint64_t seed_ = 42;
};

class ObjectBindings : public Bindings {
 public:
  explicit ObjectBindings(const Value* object) : object_(object) {}
  const Value* Find(std::string_view name) const override {
    return object_ == nullptr ? nullptr : object_->Find(name);
  }

 private:
  const Value* object_;
};

std::string Show(const Result& result) {
  switch (result.kind) {
    case Result::Kind::kValue:
      return result.value.Text().substr(0, 300);
    case Result::Kind::kUndefined:
      return "undefined";
    case Result::Kind::kFunction:
      return "a function";
    default:
      return result.failure.Text() + " token " + result.failure.token;
  }
}

// One case of conformance/jsonata, at one level.
class Case {
 public:
  Case(const Value& json, const fs::path& folder, Level level)
      : json_(json), folder_(folder), level_(level) {}

  std::string id() const { return std::string(json_.Find("id")->as_string()); }

  // Empty if it passed.
  std::string Run() {
    const Value* expected = &json_;
    if (level_ == Level::k2_0_6) {
      const Value* other = json_.Find("v2_0_6");
      if (other != nullptr && other->as_object().size() > 1) expected = other;
      if (other != nullptr && other->Find("note") == nullptr) expected = other;
      anything_ = other != nullptr && expected == &json_;
    }
    Result result = Evaluate();
    std::string problem = Compare(*expected, result);
    if (problem.empty() || anything_) return "";
    return problem + ", got " + Show(result);
  }

 private:
  Result Evaluate() {
    Value input;
    const Value* given = json_.Find("data");
    if (const Value* name = json_.Find("dataset")) {
      input = Parse(ReadFile(folder_ / "datasets" /
                             (std::string(name->as_string()) + ".json")));
      given = &input;
    }
    CompileOptions options;
    options.level = level_;
    options.aws = false;
    Result result;
    auto made = Expression::Compile(json_.Find("expr")->as_string(), options);
    if (Failure* failure = std::get_if<Failure>(&made)) {
      result.kind = Result::Kind::kFailed;
      result.failure = *failure;
      return result;
    }
    Limits limits;
    limits.depth = 500;
    limits.value_bytes = Limits::kUnbounded;
    limits.pad_characters = Limits::kUnbounded;
    if (const Value* depth = json_.Find("depth")) {
      limits.depth = static_cast<int>(depth->as_int());
    }
    Steps host(json_.Find("timelimit") != nullptr ? 20'000 : 200'000);
    result = std::get<Expression>(made).Evaluate(
        given, ObjectBindings(json_.Find("bindings")), host, limits);
    // The result must outlive the input.
    result.value.Text();
    return result;
  }

  std::string Compare(const Value& expected, const Result& result) {
    if (const Value* value = expected.Find("result")) {
      bool same = result.kind == Result::Kind::kValue && result.value == *value;
      return same ? "" : "expected " + value->Text().substr(0, 300);
    }
    if (expected.Find("undefinedResult") != nullptr) {
      bool same = result.kind == Result::Kind::kUndefined;
      return same ? "" : "expected undefined";
    }
    const Value& error = *expected.Find("error");
    if (result.kind != Result::Kind::kFailed) {
      return "expected error " + error.Text();
    }
    const Failure& failure = result.failure;
    auto differs = [&](const char* name, const std::string& actual) {
      const Value* wanted = error.Find(name);
      return wanted != nullptr &&
             (!wanted->is_string() || wanted->as_string() != actual);
    };
    const Value* value = error.Find("value");
    bool wrong = differs("code", failure.code) ||
                 differs("token", failure.token) ||
                 differs("message", failure.message) ||
                 differs("functionName", failure.function_name) ||
                 (value != nullptr && failure.value != *value);
    return wrong ? "expected error " + error.Text() : "";
  }

  const Value& json_;
  const fs::path& folder_;
  Level level_;
  bool anything_ = false;
};

class JsonataCorpus : public testing::TestWithParam<Level> {};

TEST_P(JsonataCorpus, EveryApplicableCasePasses) {
  fs::path folder = SharedFolder() / "conformance" / "jsonata";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is absent";
  const char* only = std::getenv("JSONATA_ONLY");
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(folder / "groups")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  int passed = 0;
  int applicable = 0;
  int others = 0;
  for (const fs::path& file : files) {
    std::ifstream in(file);
    for (std::string line; std::getline(in, line);) {
      Value json = Parse(line);
      if (json.Find("not_applicable") != nullptr) {
        ++others;
        continue;
      }
      Case one(json, folder, GetParam());
      if (only != nullptr && one.id().find(only) == std::string::npos) continue;
      ++applicable;
      std::string problem = one.Run();
      if (problem.empty()) ++passed;
      EXPECT_EQ(problem, "")
          << one.id() << ": " << json.Find("expr")->as_string().substr(0, 300);
    }
  }
  std::clog << passed << "/" << applicable << " passed, " << others
            << " not applicable\n";
}

INSTANTIATE_TEST_SUITE_P(Levels, JsonataCorpus,
                         testing::Values(Level::k2_0_6, Level::k2_2),
                         [](const auto& level) {
                           return level.param == Level::k2_0_6 ? "At206"
                                                               : "At22";
                         });

// $states and the variables of a case.
class StatesBindings : public Bindings {
 public:
  explicit StatesBindings(const Value& json) : vars_(json.Find("vars")) {
    const Value* states = json.Find("states");
    states_ = states == nullptr ? Value::EmptyObject() : *states;
  }
  const Value* Find(std::string_view name) const override {
    if (name == "states") return &states_;
    return vars_ == nullptr ? nullptr : vars_->Find(name);
  }

 private:
  const Value* vars_;
  Value states_;
};

// What the engine has to do with a case of conformance/jsonata-aws: the words
// around a failure are another layer's. Empty if it passed.
std::string RunAwsCase(const Value& json) {
  auto made = Expression::Compile(json.Find("expr")->as_string());
  Result result;
  if (Failure* failure = std::get_if<Failure>(&made)) {
    const Value* expected = json.Find("compile_error");
    if (expected != nullptr) {
      bool same = failure->code == expected->Find("code")->as_string();
      return same ? "" : "did not compile: " + failure->Text();
    }
    result.kind = Result::Kind::kFailed;
    result.failure = *failure;
  } else {
    Steps host(20'000);
    result = std::get<Expression>(made).Evaluate(nullptr, StatesBindings(json),
                                                 host);
  }
  bool is_value = result.kind == Result::Kind::kValue;
  if (const Value* value = json.Find("result")) {
    if (is_value && result.value == *value) return "";
    return "expected " + value->Text() + ", got " + Show(result);
  }
  if (const Value* text = json.Find("result_text")) {
    if (is_value && result.value.Text() == text->as_string()) return "";
    return "expected " + text->Text() + ", got " + Show(result);
  }
  const Value* fails = json.Find("fails");
  if (fails == nullptr) return "";
  // Which values a field refuses is not for the engine to say.
  const Value* words = fails->Find("cause_contains");
  if (words == nullptr) return "";
  bool said =
      result.failure.Text().find(words->as_string()) != std::string::npos;
  return said ? "" : "expected " + words->Text() + ", got " + Show(result);
}

TEST(JsonataAwsCorpusTest, EveryGradedEvaluationPasses) {
  fs::path folder = SharedFolder() / "conformance" / "jsonata-aws" / "groups";
  if (!fs::exists(folder)) GTEST_SKIP() << folder << " is absent";
  int passed = 0;
  int applicable = 0;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::ifstream in(entry.path());
    for (std::string line; std::getline(in, line);) {
      Value json = Parse(line);
      if (json.Find("kind")->as_string() != "eval") continue;
      std::string problem = RunAwsCase(json);
      std::string id(json.Find("id")->as_string());
      if (json.Find("graded") != nullptr) {
        if (!problem.empty()) std::clog << id << ": " << problem << "\n";
        continue;
      }
      ++applicable;
      if (problem.empty()) ++passed;
      EXPECT_EQ(problem, "") << id << ": " << json.Find("expr")->as_string();
    }
  }
  std::clog << passed << "/" << applicable << " passed\n";
}

}  // namespace
}  // namespace stepwheel::asl::jsonata
