// What the fuzz targets share: taking an input apart, and an Environment that
// answers the same way every time. A target says what must hold with
// STEPWHEEL_CHECK, which stops the process, so that libFuzzer keeps the input.
#ifndef STEPWHEEL_TESTS_FUZZ_FUZZ_H_
#define STEPWHEEL_TESTS_FUZZ_FUZZ_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "asl/check.h"
#include "asl/environment.h"
#include "asl/json.h"
#include "asl/json_error.h"
#include "asl/outcome.h"
#include "asl/value.h"

namespace stepwheel::fuzz {

// What libFuzzer hands over, as text.
inline std::string_view TextOf(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// Definitions and data come out of JSON, so what is inside them is UTF-8.
inline bool IsUtf8(std::string_view text) {
  while (!text.empty()) {
    const size_t bytes = asl::DecodeUtf8(text).bytes;
    if (bytes == 0) return false;
    text.remove_prefix(bytes);
  }
  return true;
}

inline asl::Value Json(std::string_view text) {
  const std::optional<asl::Value> value = asl::ParseJson(text, nullptr);
  STEPWHEEL_CHECK(value.has_value(), "a target's own JSON is wrong");
  return *value;
}

// The first line is what is compiled; the rest, if it is JSON, is what it runs
// on. Otherwise it runs on a small document of everything.
struct LineAndDocument {
  std::string_view line;
  asl::Value document;
};

inline LineAndDocument Split(std::string_view text) {
  const size_t end = text.find('\n');
  LineAndDocument parts{text.substr(0, end), asl::Value()};
  if (end != std::string_view::npos) {
    auto document = asl::ParseJson(text.substr(end + 1), nullptr);
    if (document) return {parts.line, *std::move(document)};
  }
  parts.document = Json(R"({"a":[1,-2,3.5,"x",null,true,[],{}],
      "b":{"c":{"d":"text","e":[[1,2],[3,4]]}},"n":7,"s":"a,b;c","t":"",
      "k":[{"p":1,"q":"u"},{"p":2,"q":"v","r":[1]},{"p":1.0}],
      "z":"é\ud83d\ude00"})");
  return parts;
}

class Environment : public asl::Environment {
 public:
  const asl::Value& Context() override { return context_; }
  const asl::Value* Variable(std::string_view name) override {
    return variables_.Find(name);
  }
  uint64_t Random() override { return ++random_ * 0x9e3779b97f4a7c15; }
  int64_t NowMillis() override { return 1'700'000'000'000; }
  asl::Interrupt& interrupt() override { return interrupt_; }

 private:
  uint64_t random_ = 0;
  asl::CountingInterrupt interrupt_{1000};
  asl::Value context_ =
      Json(R"({"Execution":{"Name":"e","Input":{"i":1}},"Map":{"Item":
      {"Index":0,"Value":[1]}},"State":{"Name":"S","RetryCount":2}})");
  asl::Value variables_ =
      Json(R"({"v":{"w":[1,2,{"x":"y"}]},"n":3,"s":"text","l":["a","b"]})");
};

// The value's text is JSON that reads back as the same text, and its size is
// known without making it.
inline void CheckText(const asl::Value& value) {
  std::string text;
  value.AppendText(&text);
  STEPWHEEL_CHECK(IsUtf8(text), "a value's text is not UTF-8");
  if (value.depth() > asl::kJsonDepthMax) return;
  const auto again = asl::ParseJson(text, nullptr);
  STEPWHEEL_CHECK(again.has_value(), "a value's text is not JSON");
  STEPWHEEL_CHECK(again->Text() == text, "a value's text reads back otherwise");
}

// Two evaluations agree; a failure has a name, and a cause that can be sent.
inline void CheckOutcomes(const asl::Outcome<asl::Value>& first,
                          const asl::Outcome<asl::Value>& second) {
  STEPWHEEL_CHECK(first.ok() == second.ok(), "a second evaluation differs");
  if (first.ok()) {
    CheckText(*first);
    STEPWHEEL_CHECK(first->Text() == second->Text(), "another result");
    return;
  }
  const asl::Error& error = first.error();
  STEPWHEEL_CHECK(error.name && !error.name->empty(), "an error has no name");
  STEPWHEEL_CHECK(error.cause && !error.cause->empty(), "no cause");
  STEPWHEEL_CHECK(IsUtf8(*error.cause), "the cause is not UTF-8");
  STEPWHEEL_CHECK(error.cause == second.error().cause, "another cause");
}

}  // namespace stepwheel::fuzz

#endif  // STEPWHEEL_TESTS_FUZZ_FUZZ_H_
