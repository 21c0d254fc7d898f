#include "api/aws/arn.h"

#include <array>

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

bool IsForbidden(uint32_t c) {
  if (c <= 0x1F || (c >= 0x7F && c <= 0x9F)) return true;
  if (c == 0xFFFE || c == 0xFFFF) return true;
  if (c < 0x80) {
    constexpr std::string_view kForbidden = " <>{}[]?*\"#%\\^|~`$&,;:/";
    return kForbidden.find(static_cast<char>(c)) != std::string_view::npos;
  }
  // White space beyond ASCII.
  return c == 0xA0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200A) ||
         c == 0x2028 || c == 0x2029 || c == 0x202F || c == 0x205F ||
         c == 0x3000;
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

std::optional<engine::ApiError> CheckName(std::string_view name) {
  size_t at = 0;
  while (at < name.size()) {
    std::optional<uint32_t> c = NextCodePoint(name, &at);
    if (c && !IsForbidden(*c)) continue;
    std::string message = "Invalid Name: '";
    message.append(name).append("'");
    return engine::ApiError{engine::ApiErrorCode::kInvalidName,
                            std::move(message)};
  }
  return std::nullopt;
}

std::optional<uint32_t> NextCodePoint(std::string_view text, size_t* at) {
  auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  unsigned char lead = byte(*at);
  if (lead < 0x80) {
    ++*at;
    return lead;
  }
  int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  if (lead < 0xC2 || lead > 0xF4 || *at + more >= text.size()) {
    return std::nullopt;
  }
  uint32_t c = lead & (0x3Fu >> more);
  for (int i = 1; i <= more; ++i) {
    unsigned char next = byte(*at + i);
    if ((next & 0xC0) != 0x80) return std::nullopt;
    c = c << 6 | (next & 0x3Fu);
  }
  constexpr std::array<uint32_t, 4> kLeast = {0, 0x80, 0x800, 0x10000};
  if (c < kLeast[more] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF)) {
    return std::nullopt;
  }
  *at += more + 1;
  return c;
}

}  // namespace stepwheel::aws
