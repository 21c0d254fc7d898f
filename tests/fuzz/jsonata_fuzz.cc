// Any text as an expression over any document: it compiles or says why not,
// gives the same twice, and ends within the limits. The first byte chooses the
// level and the flavour of the language; then line and document.
#include "asl/jsonata/expression.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

using asl::Value;
using asl::jsonata::CompileOptions;
using asl::jsonata::Expression;
using asl::jsonata::Failure;
using asl::jsonata::Level;
using asl::jsonata::Limits;
using asl::jsonata::Result;

// Time is counted in questions, so that an input is slow or is not.
class Host : public asl::jsonata::Host {
 public:
  int64_t NowMillis() override { return 1'521'801'216'617; }
  uint64_t Random() override { return ++random_ * 0x9e3779b97f4a7c15; }
  bool MayGoOn() override { return ++questions_ < 1000; }

 private:
  uint64_t random_ = 0;
  int questions_ = 0;
};

class Bindings : public asl::jsonata::Bindings {
 public:
  explicit Bindings(const Value& document)
      : states_(asl::MakeObject({{"input", document}})) {}

  const Value* Find(std::string_view name) const override {
    if (name == "states") return &states_;
    return name == "v" ? &variable_ : nullptr;
  }

 private:
  Value states_;
  Value variable_ = Json(R"([{"w":[1,2]},"text",3])");
};

Limits SmallLimits() {
  Limits limits;
  limits.memory_bytes = int64_t{32} << 20;
  return limits;
}

void CheckFailure(const Failure& failure, std::string_view text) {
  STEPWHEEL_CHECK(!failure.code.empty(), "a failure has no code");
  STEPWHEEL_CHECK(!failure.message.empty(), "a failure has no message");
  STEPWHEEL_CHECK(IsUtf8(failure.message), "the message is not UTF-8");
  STEPWHEEL_CHECK(IsUtf8(failure.token), "the token is not UTF-8");
  STEPWHEEL_CHECK(failure.position <= text.size(),
                  "the position is outside of the expression");
}

Result Evaluate(const Expression& expression, const Value& document) {
  Host host;
  const Bindings bindings(document);
  return expression.Evaluate(&document, bindings, host, SmallLimits());
}

void Check(std::string_view text) {
  if (text.empty()) return;
  const auto choice = static_cast<unsigned char>(text[0]);
  CompileOptions options;
  options.level = (choice & 1) != 0 ? Level::k2_2 : Level::k2_0_6;
  options.aws = (choice & 2) != 0;
  const auto [line, document] = Split(text.substr(1));
  const auto compiled = Expression::Compile(line, options);
  if (const auto* failure = std::get_if<Failure>(&compiled)) {
    return CheckFailure(*failure, line);
  }
  const auto& expression = std::get<Expression>(compiled);
  STEPWHEEL_CHECK(expression.text() == line, "another text");
  const Result first = Evaluate(expression, document);
  if (first.kind == Result::Kind::kFailed) CheckFailure(first.failure, line);
  const Result second = Evaluate(expression, document);
  STEPWHEEL_CHECK(first.kind == second.kind, "a second evaluation differs");
  STEPWHEEL_CHECK(first.failure.code == second.failure.code, "another failure");
  if (first.kind != Result::Kind::kValue) return;
  std::string once;
  first.value.AppendText(&once);
  std::string twice;
  second.value.AppendText(&twice);
  STEPWHEEL_CHECK(IsUtf8(once), "a value's text is not UTF-8");
  STEPWHEEL_CHECK(once == twice, "another result");
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
