#include "api/aws/protocol.h"

#include "asl/json.h"

namespace stepwheel::aws {
namespace {

constexpr std::string_view kContentType = "application/x-amz-json-1.0";

// The finalizer of SplitMix64: every bit of the result depends on every bit
// of the argument.
uint64_t Mix(uint64_t x) {
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

// The two digits of each byte: every request draws an id.
constexpr auto kHexBytes = [] {
  constexpr char kHex[] = "0123456789abcdef";
  std::array<std::array<char, 2>, 256> table{};
  for (int i = 0; i < 256; ++i) table[i] = {kHex[i / 16], kHex[i % 16]};
  return table;
}();

void SkipBlanks(std::string_view* text) {
  size_t end = text->find_first_not_of(" \t\r\n");
  text->remove_prefix(end == std::string_view::npos ? text->size() : end);
}

bool Take(std::string_view what, std::string_view* text) {
  SkipBlanks(text);
  if (!text->starts_with(what)) return false;
  text->remove_prefix(what.size());
  return true;
}

char Lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
}

bool EqualIgnoringCase(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (Lower(a[i]) != Lower(b[i])) return false;
  }
  return true;
}

}  // namespace

RequestId RequestIds::Next() {
  constexpr uint64_t kGolden = 0x9E3779B97F4A7C15u;
  uint64_t high = Mix(seed_ + kGolden * ++count_);
  uint64_t low = Mix(high ^ seed_);
  high = (high & ~0xF000ull) | 0x4000ull;              // Version 4.
  low = (low & ~(0xC000ull << 48)) | 0x8000ull << 48;  // RFC 4122's variant.
  std::array<char, 36> text;
  char* out = text.data();
  for (int byte = 0; byte < 16; ++byte) {
    if (byte == 4 || byte == 6 || byte == 8 || byte == 10) *out++ = '-';
    uint64_t half = byte < 8 ? high : low;
    const auto& digits = kHexBytes[(half >> (56 - 8 * (byte % 8))) & 0xFF];
    *out++ = digits[0];
    *out++ = digits[1];
  }
  return RequestId(text);
}

std::optional<std::string_view> OperationName(std::string_view x_amz_target) {
  if (!x_amz_target.starts_with(kTargetPrefix)) return std::nullopt;
  return x_amz_target.substr(kTargetPrefix.size());
}

bool IsJsonContentType(std::string_view content_type) {
  if (content_type == kContentType) return true;
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return EqualIgnoringCase(type, kContentType) ||
         EqualIgnoringCase(type, "application/x-amz-json-1.1") ||
         EqualIgnoringCase(type, "application/json");
}

std::optional<asl::Value> ParseBody(std::string_view body, ParamsError* error) {
  std::string_view rest = body;
  SkipBlanks(&rest);
  if (rest.empty()) return asl::Value::EmptyObject();
  error->kind = ProtocolError::kSerialization;
  asl::JsonError problem;
  std::optional<asl::Value> value = asl::ParseJson(body, &problem);
  if (!value) {
    error->message = "The request body is not valid JSON (line " +
                     std::to_string(problem.line) + ", column " +
                     std::to_string(problem.column) + "): " + problem.message;
    return std::nullopt;
  }
  if (!value->is_object()) {
    error->message = "The request body must be a JSON object";
    return std::nullopt;
  }
  return value;
}

std::optional<std::string_view> OnlyTaskToken(std::string_view body) {
  if (!Take("{", &body) || !Take("\"taskToken\"", &body) || !Take(":", &body) ||
      !Take("\"", &body)) {
    return std::nullopt;
  }
  size_t length = 0;
  for (; length < body.size() && body[length] != '"'; ++length) {
    unsigned char c = static_cast<unsigned char>(body[length]);
    if (c < 0x20 || c >= 0x80 || c == '\\') return std::nullopt;
  }
  std::string_view token = body.substr(0, length);
  body.remove_prefix(length);
  if (!Take("\"", &body) || !Take("}", &body)) return std::nullopt;
  SkipBlanks(&body);
  if (!body.empty()) return std::nullopt;
  return token;
}

}  // namespace stepwheel::aws
