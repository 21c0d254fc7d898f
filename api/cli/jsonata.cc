// `stepwheel jsonata 'EXPR' --input FILE`: evaluates one JSONata expression as
// a state would, for learning and debugging.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string>
#include <utility>
#include <vector>

#include "api/cli/commands.h"
#include "api/cli/files.h"
#include "api/cli/flags.h"
#include "api/cli/run.h"
#include "api/cli/terminal.h"
#include "asl/json.h"
#include "asl/jsonata/expression.h"
#include "asl/value.h"
#include "engine/time/system_clock.h"

namespace stepwheel::cli {
namespace {

using asl::Value;
using asl::jsonata::Expression;
using asl::jsonata::Failure;
using asl::jsonata::Level;
using asl::jsonata::Limits;
using asl::jsonata::Result;

constexpr int kExitNotCompiled = 3;
constexpr int kExitFailed = 4;
constexpr int kExitNoValue = 5;

struct JsonataOptions {
  std::string expression;
  std::string input;
  std::string states;
  std::string bindings = "{}";
  std::string level = "2.0.6";
  std::string color = "auto";
  bool reference = false;
  bool json = false;
  bool time = false;
  int64_t depth = Limits().depth;
  int64_t value_bytes = Limits().value_bytes;
  int64_t timeout_millis = 1000;
  int64_t seed = 0;
};

Command JsonataCommandTable(JsonataOptions* o) {
  constexpr int64_t kMax = int64_t{1} << 40;
  Command command;
  command.name = "jsonata";
  command.summary = "Evaluates a JSONata expression as a state would.";
  command.positionals = {
      {"EXPRESSION", "with or without {% %} around it", true, &o->expression}};
  command.flags = {
      {"input", "JSON", "$states.input: JSON, a file, or - (default {})",
       SetText(&o->input)},
      {"states", "JSON", "the whole of $states instead; JSON or a file",
       SetText(&o->states)},
      {"bindings", "JSON", "an object of variables: JSON or a file",
       SetText(&o->bindings)},
      {"level", "LEVEL", "of the language: 2.0.6 (AWS's, default) or 2.2",
       SetOneOf(&o->level, {"2.0.6", "2.2"})},
      {"reference", "",
       "JSONata without AWS's functions; the input is $ and $$",
       SetTrue(&o->reference)},
      {"depth", "N", "nested evaluations allowed (default 100)",
       SetInteger(&o->depth, 1, 100'000)},
      {"memory", "BYTES", "size of one value (default 6990256)",
       SetInteger(&o->value_bytes, 1, kMax)},
      {"timeout", "MS", "time allowed (default 1000)",
       SetInteger(&o->timeout_millis, 1, 3'600'000)},
      {"seed", "N", "for $random and $uuid (default 0)",
       SetInteger(&o->seed, 0, INT64_MAX)},
      {"time", "", "how long compiling and evaluating took", SetTrue(&o->time)},
      {"json", "", "one JSON object: the outcome for programs",
       SetTrue(&o->json)},
      {"color", "WHEN", "auto, always or never (default auto)",
       SetOneOf(&o->color, {"auto", "always", "never"})},
  };
  command.examples = {
      "stepwheel jsonata '$sum($states.input.items.price)' --input order.json",
      "stepwheel jsonata 'total > $limit' --reference --input - "
      "--bindings '{\"limit\":9}'",
      "stepwheel jsonata '$range(1, 5, 2)'"};
  command.notes =
      "Exit codes: 0 a value, 2 usage, 3 the expression does not compile or a "
      "document\ncannot be read, 4 evaluating failed, 5 the result is "
      "undefined "
      "or a function.";
  return command;
}

// Time that runs out, the present, and chance out of the seed.
class CommandHost : public asl::jsonata::Host {
 public:
  explicit CommandHost(const JsonataOptions& options)
      : end_(Steady::now() + std::chrono::milliseconds(options.timeout_millis)),
        random_(static_cast<uint64_t>(options.seed)) {}

  int64_t NowMillis() override { return present_.Now().unix_millis(); }
  uint64_t Random() override {
    // SplitMix64.
    uint64_t x = random_ += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }
  bool MayGoOn() override { return Steady::now() < end_; }

 private:
  using Steady = std::chrono::steady_clock;

  Steady::time_point end_;
  SystemClock present_;
  uint64_t random_;
};

class ObjectBindings : public asl::jsonata::Bindings {
 public:
  ObjectBindings(Value variables, std::optional<Value> states)
      : variables_(std::move(variables)), states_(std::move(states)) {}

  const Value* Find(std::string_view name) const override {
    if (name == "states" && states_) return &*states_;
    return variables_.Find(name);
  }

 private:
  Value variables_;
  std::optional<Value> states_;
};

// The line of `text` around byte `at`, and below it a caret.
std::string CaretLines(std::string_view text, size_t at,
                       const Terminal& terminal) {
  at = std::min(at, text.size());
  const size_t before = text.substr(0, at).rfind('\n');
  const size_t begin = before == std::string_view::npos ? 0 : before + 1;
  const std::string_view line =
      text.substr(begin, text.find('\n', begin) - begin);
  std::string below;
  for (const char c : line.substr(0, at - begin)) {
    // Continuation bytes of UTF-8 take no place of their own.
    if ((static_cast<unsigned char>(c) & 0xC0) == 0x80) continue;
    below.push_back(c == '\t' ? '\t' : ' ');
  }
  return "  " + std::string(line) + "\n  " + below +
         terminal.Paint(Ink::kGreen, "^") + "\n";
}

// Where the token that is to blame begins. Positions are behind it, and behind
// the parenthesis of a call of it.
size_t BlamedByte(std::string_view text, const Failure& failure) {
  const size_t size = failure.token.size();
  const size_t end = std::min(failure.position, text.size());
  if (size == 0 || end < size) return end;
  const size_t begin = text.rfind(failure.token, end - size);
  if (begin == std::string_view::npos) return end;
  const std::string_view between =
      text.substr(begin + size, end - begin - size);
  const bool is_it =
      between.find_first_not_of(" \t\r\n(") == std::string_view::npos;
  return is_it ? begin : end;
}

class JsonataRun {
 public:
  explicit JsonataRun(const JsonataOptions& options)
      : options_(options),
        out_(stdout, options.color),
        err_(stderr, options.color) {}

  int Run() {
    text_ = WithoutDelimiters(options_.expression);
    std::string problem;
    if (!ReadDocuments(&problem)) {
      std::fprintf(stderr, "stepwheel jsonata: %s\n", problem.c_str());
      return kExitNotCompiled;
    }
    asl::jsonata::CompileOptions how;
    how.level = options_.level == "2.2" ? Level::k2_2 : Level::k2_0_6;
    how.aws = !options_.reference;
    const auto begin = Steady::now();
    auto compiled = Expression::Compile(text_, how);
    compile_micros_ = MicrosSince(begin);
    if (auto* failure = std::get_if<Failure>(&compiled)) {
      ShowFailure(*failure, "does not compile");
      return kExitNotCompiled;
    }
    return Evaluate(std::get<Expression>(compiled));
  }

 private:
  using Steady = std::chrono::steady_clock;

  static double MicrosSince(Steady::time_point begin) {
    return std::chrono::duration<double, std::micro>(Steady::now() - begin)
        .count();
  }

  static std::string_view WithoutDelimiters(std::string_view text) {
    if (text.size() >= 4 && text.starts_with("{%") && text.ends_with("%}")) {
      return text.substr(2, text.size() - 4);
    }
    return text;
  }

  static std::optional<Value> ReadDocument(const std::string& option,
                                           const std::string& flag,
                                           std::string* problem);
  bool ReadDocuments(std::string* problem);
  int Evaluate(const Expression& expression);
  int Show(const Result& result);
  void ShowFailure(const Failure& failure, std::string_view what);
  void ShowNothing(std::string_view kind);
  void ShowTimes();
  void AddTimes(asl::Members* members) const;

  const JsonataOptions& options_;
  Terminal out_;
  Terminal err_;
  std::string_view text_;
  std::optional<Value> input_;
  std::optional<Value> states_;
  Value variables_;
  double compile_micros_ = 0;
  double evaluate_micros_ = 0;
};

std::optional<Value> JsonataRun::ReadDocument(const std::string& option,
                                              const std::string& flag,
                                              std::string* problem) {
  const std::optional<std::string> text = ReadJsonOption(option, flag, problem);
  if (!text) return std::nullopt;
  return asl::ParseJson(*text, nullptr);
}

bool JsonataRun::ReadDocuments(std::string* problem) {
  auto variables = ReadDocument(options_.bindings, "--bindings", problem);
  if (!variables) return false;
  if (!variables->is_object()) {
    *problem = "--bindings: expected an object whose members are variables";
    return false;
  }
  variables_ = *std::move(variables);
  if (!options_.input.empty()) {
    input_ = ReadDocument(options_.input, "--input", problem);
    if (!input_) return false;
  }
  if (!options_.states.empty()) {
    states_ = ReadDocument(options_.states, "--states", problem);
    return states_.has_value();
  }
  if (options_.reference) return true;
  states_ = asl::MakeObject({{"input", input_.value_or(asl::MakeObject({}))}});
  return true;
}

int JsonataRun::Evaluate(const Expression& expression) {
  CommandHost host(options_);
  Limits limits;
  limits.depth = static_cast<int>(options_.depth);
  limits.value_bytes = options_.value_bytes;
  const ObjectBindings bindings(variables_, states_);
  // A state has no document besides $states.
  const Value* root =
      options_.reference && input_.has_value() ? &*input_ : nullptr;
  const auto begin = Steady::now();
  const Result result = expression.Evaluate(root, bindings, host, limits);
  evaluate_micros_ = MicrosSince(begin);
  const int code = Show(result);
  if (options_.time && !options_.json) ShowTimes();
  return code;
}

int JsonataRun::Show(const Result& result) {
  switch (result.kind) {
    case Result::Kind::kValue:
      break;
    case Result::Kind::kUndefined:
      ShowNothing("undefined");
      return kExitNoValue;
    case Result::Kind::kFunction:
      ShowNothing("function");
      return kExitNoValue;
    case Result::Kind::kFailed:
      ShowFailure(result.failure, "failed");
      return kExitFailed;
  }
  if (!options_.json) {
    out_.Write(result.value.Text() + "\n");
    return kExitOk;
  }
  asl::Members members;
  members.emplace_back("kind", Value("value"));
  members.emplace_back("value", result.value);
  AddTimes(&members);
  out_.Write(Value(std::move(members)).Text() + "\n");
  return kExitOk;
}

void JsonataRun::ShowNothing(std::string_view kind) {
  if (options_.json) {
    asl::Members members;
    members.emplace_back("kind", Value(kind));
    AddTimes(&members);
    out_.Write(Value(std::move(members)).Text() + "\n");
    return;
  }
  err_.Write("the result is " +
             std::string(kind == "function" ? "a function" : kind) +
             ", which a state takes for an error\n");
}

void JsonataRun::ShowFailure(const Failure& failure, std::string_view what) {
  const size_t at = BlamedByte(text_, failure);
  if (options_.json) {
    asl::Members members;
    members.emplace_back("kind", Value("failed"));
    members.emplace_back("code", Value(failure.code));
    members.emplace_back("message", Value(failure.message));
    members.emplace_back("position", Value(static_cast<int64_t>(at)));
    if (!failure.token.empty()) {
      members.emplace_back("token", Value(failure.token));
    }
    AddTimes(&members);
    out_.Write(Value(std::move(members)).Text() + "\n");
    return;
  }
  std::string text =
      err_.Paint(Ink::kRed, "the expression " + std::string(what) + ": ") +
      failure.Text() + "\n";
  if (failure.position > 0) text += CaretLines(text_, at, err_);
  err_.Write(text);
}

void JsonataRun::ShowTimes() {
  char text[128];
  std::snprintf(text, sizeof text,
                "compiled in %.1f us, evaluated in %.1f us\n", compile_micros_,
                evaluate_micros_);
  err_.Write(err_.Paint(Ink::kDim, text));
}

void JsonataRun::AddTimes(asl::Members* members) const {
  if (!options_.time) return;
  members->emplace_back("compileMicros", Value(compile_micros_));
  members->emplace_back("evaluateMicros", Value(evaluate_micros_));
}

}  // namespace

int JsonataCommand(int argc, char** argv) {
  JsonataOptions options;
  const Command command = JsonataCommandTable(&options);
  if (std::optional<int> code = ParseCommandLine(command, argc, argv)) {
    return *code;
  }
  return JsonataRun(options).Run();
}

}  // namespace stepwheel::cli
