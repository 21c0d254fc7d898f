#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "tests/asl/jsonata/rows.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr CompileOptions kAws = {Level::k2_0_6, true};

std::string Repeat(std::string_view text, int times) {
  std::string out;
  for (int i = 0; i < times; ++i) out += text;
  return out;
}

// Over nothing, as Step Functions evaluates.
Result Evaluate(const std::string& text, const Limits& limits = {},
                int questions = 4'000) {
  Result result;
  auto made = Expression::Compile(text, kAws);
  if (Failure* failure = std::get_if<Failure>(&made)) {
    result.kind = Result::Kind::kFailed;
    result.failure = *failure;
    return result;
  }
  TestHost host(questions);
  return std::get<Expression>(made).Evaluate(nullptr, host, host, limits);
}

Failure::Limit LimitOf(const std::string& text, const Limits& limits = {},
                       int questions = 4'000) {
  return Evaluate(text, limits, questions).failure.limit;
}

TEST(JsonataLimitsTest, DepthCountsNestedNodesAsAwsDoes) {
  std::string recursion =
      "($f := function($x){ $x <= 0 ? 0 : 1 + $f($x-1) }; $f(";
  EXPECT_EQ(Evaluate(recursion + "31))").value, Value(31));
  EXPECT_EQ(LimitOf(recursion + "32))"), Failure::Limit::kDepth);
  EXPECT_EQ(Evaluate("1" + Repeat("+1", 99)).value, Value(100));
  EXPECT_EQ(LimitOf("1" + Repeat("+1", 100)), Failure::Limit::kDepth);
  EXPECT_EQ(Evaluate(Repeat("(", 99) + "1" + Repeat(")", 99)).value, Value(1));
  EXPECT_EQ(LimitOf(Repeat("(", 100) + "1" + Repeat(")", 100)),
            Failure::Limit::kDepth);
  EXPECT_EQ(Evaluate(Repeat("[", 99) + "1" + Repeat("]", 99)).value.depth(),
            99u);
  EXPECT_EQ(LimitOf(Repeat("[", 100) + "1" + Repeat("]", 100)),
            Failure::Limit::kDepth);
  EXPECT_EQ(Evaluate("1" + Repeat("~>$string", 99)).value, Value("1"));
  EXPECT_EQ(LimitOf("1" + Repeat("~>$string", 100)), Failure::Limit::kDepth);
}

TEST(JsonataLimitsTest, WhatRanOutIsSaidInTheWordsOfAws) {
  Failure depth = Evaluate("($f := function(){1 + $f()}; $f())").failure;
  EXPECT_EQ(depth.code, "U1001");
  EXPECT_TRUE(depth.message.starts_with("Stack overflow error"));
  Failure time = Evaluate("($f := function($x){$f($x+1)}; $f(1))").failure;
  EXPECT_EQ(time.limit, Failure::Limit::kTime);
  EXPECT_TRUE(time.message.starts_with("Expression evaluation timeout"));
  Failure memory = Evaluate("[1..873783]").failure;
  EXPECT_EQ(memory.message,
            "Expression evaluation memory limit exceeded: Check for excessive "
            "memory usage");
}

TEST(JsonataLimitsTest, HostileNestingEndsBeforeTheStackDoes) {
  for (const char* open : {"(", "[", "{\"a\":", "-", "a.(", "$f(", "a[",
                           "function(){", "1?", "a^(", "|a|"}) {
    EXPECT_EQ(Evaluate(Repeat(open, 50'000)).kind, Result::Kind::kFailed)
        << open;
  }
  EXPECT_EQ(LimitOf(Repeat("(", 50'000) + "1" + Repeat(")", 50'000)),
            Failure::Limit::kDepth);
  for (const char* tail : {"+1", ".a", "[0]", "~>$f", "?1", "{a:1}", "^(a)"}) {
    EXPECT_EQ(Evaluate("a" + Repeat(tail, 50'000)).kind, Result::Kind::kFailed)
        << tail;
  }
}

TEST(JsonataLimitsTest, AHighLimitOfDepthStillSparesTheStack) {
  Limits limits;
  limits.depth = 100'000'000;
  limits.memory_bytes = int64_t{1} << 30;
  EXPECT_EQ(LimitOf("($f := function(){1 + $f()}; $f())", limits),
            Failure::Limit::kDepth);
  std::string deep =
      "($f := function($x, $n){$n = 0 ? $x : "
      "$f([[$x]], $n - 1)}; $x := $f(1, 60000); ";
  for (const char* use :
       {"$string($x))", "$x = $x)", "$boolean($x))", "$count($x.**))", "$x)",
        "$x.a)", "$clone($x))", "$keys($x))", "$spread($x))"}) {
    Result result = Evaluate(deep + use, limits);
    if (result.kind != Result::Kind::kFailed) continue;
    EXPECT_EQ(result.failure.limit, Failure::Limit::kDepth) << use;
  }
}

TEST(JsonataLimitsTest, EndlessWorkEndsWithTime) {
  for (const char* text :
       {"($f := function($x){$f($x+1)}; $f(1))",
        "($f := function(){$g()}; $g := function(){$f()}; $f())",
        "($f := function($x){($y := $x; $f($y + 1))}; $f(1))",
        "$map([1..800000], function($x){$map([1..800000], function($y){$y})})",
        "[1..800000].($count([1..800000].($ + 1)))",
        "$distinct([1..800000])"}) {
    EXPECT_EQ(LimitOf(text, {}, 2'000), Failure::Limit::kTime) << text;
  }
  // Where the time is over in the middle of a comparison, and where few steps
  // take long.
  for (const char* text :
       {"$distinct([1..20000].{'a': $})",
        "$distinct([1..20000].{'a': {'b': [$]}})", "[1..800000][[1..80000]]",
        "[1..800000].$sum([1..80000])"}) {
    EXPECT_EQ(LimitOf(text, {}, 100), Failure::Limit::kTime) << text;
  }
}

TEST(JsonataLimitsTest, AResultIsNotWrittenOutBeyondTheBudget) {
  Limits limits;
  limits.memory_bytes = 1 << 20;
  EXPECT_EQ(LimitOf("[1..1000].[1..1000]", limits), Failure::Limit::kMemory);
  EXPECT_EQ(LimitOf("($s := $pad('x', 2000); [1..1000].($s & ''))", limits),
            Failure::Limit::kMemory);
  EXPECT_EQ(LimitOf("($s := $pad('x', 2000); [1..1000].($s))", limits),
            Failure::Limit::kMemory);
  const std::string sharing =
      "($f := function($x, $n){$n = 0 ? $x : $f({'a': $x, 'b': $x}, $n - 1)}; "
      "$f(1, ";
  EXPECT_EQ(LimitOf(sharing + "40))", limits), Failure::Limit::kMemory);
  EXPECT_EQ(Evaluate(sharing + "10))", limits).value.depth(), 10u);
}

TEST(JsonataLimitsTest, NothingIsMadeThatIsTooLarge) {
  EXPECT_EQ(Evaluate("[1..1e9]").failure.code, "D2014");
  EXPECT_EQ(Evaluate("$count([1..873782])").value, Value(873782));
  EXPECT_EQ(LimitOf("[1..873783] ~> $count()"), Failure::Limit::kMemory);
  EXPECT_EQ(LimitOf("$pad('x', 2147483648)"), Failure::Limit::kMemory);
  EXPECT_EQ(LimitOf("$pad('x', 262146)"), Failure::Limit::kMemory);
  EXPECT_EQ(Evaluate("$length($pad('x', 262145))").value, Value(262145));
  std::string doubling =
      "($f := function($s, $n){$n = 0 ? $s : $f($s & $s, $n - 1)}; "
      "$length($f('x', ";
  EXPECT_EQ(Evaluate(doubling + "22)))").value, Value(4194304));
  EXPECT_EQ(LimitOf(doubling + "23)))"), Failure::Limit::kMemory);
  EXPECT_EQ(LimitOf("($f := function($a){$f($append($a, $a))}; $f([1]))"),
            Failure::Limit::kMemory);
  EXPECT_EQ(LimitOf("$replace($pad('x', 200000), 'x', $pad('y', 200000))"),
            Failure::Limit::kNone);
  EXPECT_EQ(LimitOf("$replace($pad('x', 200000, 'x'), 'x', 'yyyyyyyyyyyyyyyyyy"
                    "yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy')"),
            Failure::Limit::kMemory);
}

TEST(JsonataLimitsTest, TheArenaHasABudget) {
  Limits limits;
  limits.memory_bytes = 1 << 20;
  EXPECT_EQ(LimitOf("[1..100000].{'a': $}", limits), Failure::Limit::kMemory);
  EXPECT_EQ(LimitOf("[1..100000].[$]", limits), Failure::Limit::kMemory);
  EXPECT_EQ(LimitOf("[1..100000].($string($) & 'abcdefgh')", limits),
            Failure::Limit::kMemory);
  // Tail calls use their frames again.
  EXPECT_EQ(Evaluate("($f := function($n){$n = 0 ? 'done' : $f($n - 1)}; "
                     "$f(200000))",
                     limits)
                .value,
            Value("done"));
}

TEST(JsonataLimitsTest, ARegularExpressionCannotHangTheServer) {
  Result result = Evaluate("$contains('" + Repeat("a", 40) + "!', /^(a+)+$/)");
  bool ended = result.kind == Result::Kind::kFailed
                   ? result.failure.limit == Failure::Limit::kTime
                   : result.value == Value(false);
  EXPECT_TRUE(ended) << result.failure.Text();
}

TEST(JsonataLimitsTest, AnyBytesAreAnExpressionOrAFailure) {
  for (int first = 1; first < 256; ++first) {
    for (char second : {'a', '(', '$', '/', '"', '\\', '\x80'}) {
      std::string text = {static_cast<char>(first), second};
      Result result = Evaluate(text);
      if (result.kind == Result::Kind::kFailed) {
        EXPECT_NE(result.failure.code, "") << first << second;
      }
    }
  }
}

}  // namespace
}  // namespace stepwheel::asl::jsonata
