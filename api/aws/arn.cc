#include "api/aws/arn.h"

namespace stepwheel::aws {
namespace {

// Cuts `text` at the next ':' and returns what stood before it.
std::optional<std::string_view> NextPart(std::string_view* text) {
  size_t colon = text->find(':');
  if (colon == std::string_view::npos) return std::nullopt;
  std::string_view part = text->substr(0, colon);
  text->remove_prefix(colon + 1);
  return part;
}

engine::ApiError InvalidArn(std::string_view why, std::string_view what) {
  std::string message = "Invalid Arn: '";
  message.append(why).append(what).append("'");
  return {engine::ApiErrorCode::kInvalidArn, std::move(message)};
}

}  // namespace

std::optional<StatesArn> ParseStatesArn(std::string_view text) {
  std::string_view rest = text;
  if (NextPart(&rest) != "arn") return std::nullopt;
  std::optional<std::string_view> partition = NextPart(&rest);
  if (!partition || !partition->starts_with("aws")) return std::nullopt;
  if (NextPart(&rest) != "states") return std::nullopt;
  std::optional<std::string_view> region = NextPart(&rest);
  std::optional<std::string_view> account = NextPart(&rest);
  std::optional<std::string_view> type = NextPart(&rest);
  if (!region || !account || !type) return std::nullopt;
  if (region->empty() || account->empty() || type->empty() || rest.empty()) {
    return std::nullopt;
  }
  return StatesArn{*region, *account, *type, rest};
}

std::optional<engine::ApiError> CheckArn(std::string_view arn,
                                         std::string_view type) {
  std::optional<StatesArn> parts = ParseStatesArn(arn);
  if (!parts) return InvalidArn("Invalid ARN prefix: ", arn);
  if (parts->type != type) {
    return InvalidArn("Resource type not valid in this context: ", parts->type);
  }
  return std::nullopt;
}

bool IsLabelled(std::string_view state_machine_arn) {
  std::optional<StatesArn> parts = ParseStatesArn(state_machine_arn);
  return parts && parts->resource.find('/') != std::string_view::npos;
}

std::optional<engine::ApiError> CheckRoleArn(std::string_view arn) {
  bool iam =
      arn.starts_with("arn:aws") && arn.find(":iam:") != std::string_view::npos;
  size_t role = arn.find(":role/");
  if (iam && role != std::string_view::npos && role + 6 < arn.size()) {
    return std::nullopt;
  }
  std::string message = "Invalid Role Arn: '";
  message.append(arn).append("'");
  return engine::ApiError{engine::ApiErrorCode::kInvalidArn,
                          std::move(message)};
}

}  // namespace stepwheel::aws
