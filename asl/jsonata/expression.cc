#include "asl/jsonata/expression.h"

#include <utility>

namespace stepwheel::asl::jsonata {

struct Program {
  std::string text;
  Facts facts;
};

std::string Failure::Text() const { return code + ": " + message; }

Expression::Expression(std::shared_ptr<const Program> program)
    : program_(std::move(program)) {}

// The parser comes next; until then nothing compiles, and says so.
std::variant<Expression, Failure> Expression::Compile(
    std::string_view text, const CompileOptions& options) {
  Failure failure;
  failure.code = "U0001";
  failure.message = "Stepwheel cannot evaluate JSONata expressions yet";
  return failure;
}

Result Expression::Evaluate(const Value* input, const Bindings& bindings,
                            Host& host, const Limits& limits) const {
  return {};
}

const std::string& Expression::text() const { return program_->text; }
const Facts& Expression::facts() const { return program_->facts; }

}  // namespace stepwheel::asl::jsonata
