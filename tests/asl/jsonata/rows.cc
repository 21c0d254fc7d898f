#include "tests/asl/jsonata/rows.h"

#include <gtest/gtest.h>

#include <optional>
#include <variant>

#include "asl/json.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr char kInput[] = R"(
{"name":"Ann","age":31,"tags":["x","y"],"one":[7],"empty":[],
"obj":{"a":1,"b":{"c":2}},"nul":null,"yes":true,"orders":[{"id":1,
"price":10,"qty":2,"tag":"b",
"items":[{"sku":"p"},{"sku":"q"}]},{"id":2,"price":4.5,"qty":4,
"tag":"a","items":[{"sku":"r"}]},{"id":3,"price":20,"qty":1,"tag":"b",
"items":[]}],"nested":[[1,2],[3,[4]]],"text":"a1b22c333"})";

std::string FailureText(const Failure& failure) {
  return "!" + failure.code + "@" + std::to_string(failure.position) + ": " +
         failure.message;
}

bool IsJson(std::string_view outcome) {
  return outcome != "undefined" && outcome != "function" &&
         !outcome.starts_with("!");
}

}  // namespace

std::string Outcome(std::string_view expression, const CompileOptions& options,
                    const Limits& limits) {
  auto made = Expression::Compile(expression, options);
  if (const Failure* failure = std::get_if<Failure>(&made)) {
    return FailureText(*failure);
  }
  JsonError error;
  std::optional<Value> input = ParseJson(kInput, &error);
  TestHost host;
  Result result =
      std::get<Expression>(made).Evaluate(&*input, host, host, limits);
  input.reset();
  switch (result.kind) {
    case Result::Kind::kValue:
      return result.value.Text();
    case Result::Kind::kUndefined:
      return "undefined";
    case Result::Kind::kFunction:
      return "function";
    default:
      return FailureText(result.failure);
  }
}

void ExpectRows(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    std::string outcome = Outcome(row.expression);
    if (!IsJson(row.outcome) || !IsJson(outcome)) {
      EXPECT_EQ(outcome, row.outcome) << row.expression;
      continue;
    }
    JsonError error;
    std::optional<Value> expected = ParseJson(row.outcome, &error);
    ASSERT_TRUE(expected.has_value()) << row.outcome;
    EXPECT_EQ(*ParseJson(outcome, &error), *expected)
        << row.expression << " gave " << outcome;
  }
}

}  // namespace stepwheel::asl::jsonata
