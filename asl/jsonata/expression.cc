#include "asl/jsonata/expression.h"

#include <utility>

#include "asl/jsonata/analyzer.h"
#include "asl/jsonata/evaluator.h"
#include "asl/jsonata/facts.h"
#include "asl/jsonata/messages.h"
#include "asl/jsonata/parser.h"
#include "asl/jsonata/program.h"
#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {

std::string Failure::Text() const { return code + ": " + message; }

Expression::Expression(std::shared_ptr<const Program> program)
    : program_(std::move(program)) {}

namespace {

// Everything that evaluates relies on UTF-8. JSON cannot hold anything else,
// so this is not for definitions.
std::optional<Failure> FindIllFormed(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    if (DecodeUtf8(text, &at) != kNoChar) continue;
    Failure failure;
    failure.code = "S0204";
    failure.token = "\uFFFD";
    failure.position = at;
    FillMessage(&failure);
    return failure;
  }
  return std::nullopt;
}

}  // namespace

std::variant<Expression, Failure> Expression::Compile(
    std::string_view text, const CompileOptions& options) {
  if (auto failure = FindIllFormed(text)) return *std::move(failure);
  auto program = std::make_shared<Program>();
  program->text = text;
  program->options = options;
  Parser parser(program.get());
  Node* root = parser.Parse();
  if (root == nullptr) return parser.failure();
  Analyzer analyzer(program.get());
  if (!analyzer.Analyze(root)) {
    Failure failure = analyzer.failure();
    FillMessage(&failure);
    return failure;
  }
  FindFacts(program.get());
  return Expression(std::move(program));
}

Result Expression::Evaluate(const Value* input, const Bindings& bindings,
                            Host& host, const Limits& limits) const {
  return Evaluator(*program_, bindings, host, limits).Run(input);
}

const std::string& Expression::text() const { return program_->text; }
const Facts& Expression::facts() const { return program_->facts; }

}  // namespace stepwheel::asl::jsonata
