// AWS JSON 1.0 below the operations: which operation a request means, whether
// its body is one, and the id that its answer and its log line carry.
#ifndef STEPWHEEL_API_AWS_PROTOCOL_H_
#define STEPWHEEL_API_AWS_PROTOCOL_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "api/aws/params.h"
#include "asl/value.h"

namespace stepwheel::aws {

inline constexpr std::string_view kTargetPrefix = "AWSStepFunctions.";

// 36 characters of a UUID v4, without a heap block.
class RequestId {
 public:
  explicit RequestId(std::array<char, 36> text) : text_(text) {}
  std::string_view view() const { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 36> text_;
};

// Draws request ids: a pure function of the seed and a count. Ids tell requests
// apart, they are no secret.
class RequestIds {
 public:
  explicit RequestIds(uint64_t seed) : seed_(seed) {}
  RequestId Next();

 private:
  uint64_t seed_;
  uint64_t count_ = 0;
};

// The operation's name in an X-Amz-Target, or nullopt if it is none of Step
// Functions.
std::optional<std::string_view> OperationName(std::string_view x_amz_target);

// Is this Content-Type one that clients of AWS JSON send? Parameters such as a
// charset do not matter.
bool IsJsonContentType(std::string_view content_type);

// The body as an object; an empty body is {}. Otherwise kSerialization.
std::optional<asl::Value> ParseBody(std::string_view body, ParamsError* error);

// The token of a body that is exactly {"taskToken":"..."} with no escapes, and
// blanks only where JSON lets them stand. nullopt says nothing about the body:
// ask ParseBody. Spares a heartbeat the JSON tree.
std::optional<std::string_view> OnlyTaskToken(std::string_view body);

}  // namespace stepwheel::aws

#endif  // STEPWHEEL_API_AWS_PROTOCOL_H_
