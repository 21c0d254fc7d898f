// States.Format, StringSplit, Base64Encode, Base64Decode, Hash, JsonMerge,
// JsonToString, StringToJson.
#include <utility>

#include "asl/compact_text.h"
#include "asl/hash.h"
#include "asl/intrinsic_functions.h"
#include "asl/json.h"

namespace stepwheel::asl {
namespace {

bool IsShortEnough(std::string_view text) {
  return text.size() <= kEncodeCharactersMax ||
         CountCodePoints(text) <= kEncodeCharactersMax;
}

// The code point at the start of well-formed UTF-8, as its bytes.
std::string_view FirstCodePoint(std::string_view text) {
  size_t length = 1;
  while (length < text.size() &&
         (static_cast<uint8_t>(text[length]) & 0xC0) == 0x80) {
    ++length;
  }
  return text.substr(0, length);
}

bool HasCodePoint(std::string_view set, std::string_view code_point) {
  // UTF-8 finds no character inside of another one.
  return set.find(code_point) != std::string_view::npos;
}

}  // namespace

void AppendFormatted(const Value& value, std::string* out) {
  if (value.is_string()) {
    out->append(value.as_string());
  } else if (value.is_array()) {
    out->push_back('[');
    std::string_view separator;
    for (const Value& element : value.as_array()) {
      out->append(std::exchange(separator, ", "));
      AppendFormatted(element, out);
    }
    out->push_back(']');
  } else if (value.is_object()) {
    out->push_back('{');
    std::string_view separator;
    for (const Member& member : value.as_object()) {
      out->append(std::exchange(separator, ", "));
      out->append(member.key()).push_back('=');
      AppendFormatted(member.value, out);
    }
    out->push_back('}');
  } else {
    value.AppendText(out);
  }
}

std::optional<std::vector<std::string>> SplitTemplate(std::string_view text) {
  std::vector<std::string> pieces(1);
  for (size_t i = 0; i < text.size(); ++i) {
    const char next = i + 1 < text.size() ? text[i + 1] : '\0';
    if (text[i] == '\\' && IsEscapable(next)) {
      pieces.back().push_back(next);
      ++i;
    } else if (text[i] == '{' && next == '}') {
      pieces.emplace_back();
      ++i;
    } else if (text[i] == '{' || text[i] == '}') {
      return std::nullopt;
    } else {
      pieces.back().push_back(text[i]);
    }
  }
  return pieces;
}

std::optional<Value> FormatPieces(const std::vector<std::string>& pieces,
                                  const Arguments& args) {
  if (pieces.size() != args.size()) return std::nullopt;
  std::string out = pieces[0];
  for (size_t i = 1; i < pieces.size(); ++i) {
    if (args[i].depth() > uint32_t{kJsonDepthMax}) return std::nullopt;
    AppendFormatted(args[i], &out);
    out.append(pieces[i]);
    if (out.size() > kFormatBytesMax) return std::nullopt;
  }
  return Value(out);
}

std::optional<Value> Format(const Arguments& args, Environment&) {
  if (!args[0].is_string()) return std::nullopt;
  const std::optional<std::vector<std::string>> pieces =
      SplitTemplate(args[0].as_string());
  if (!pieces) return std::nullopt;
  return FormatPieces(*pieces, args);
}

std::optional<Value> StringSplit(const Arguments& args, Environment&) {
  if (!args[0].is_string() || !args[1].is_string()) return std::nullopt;
  std::string_view rest = args[0].as_string();
  // Most delimiters are ASCII, and a table makes long texts and long sets
  // cost the sum of their lengths, not the product.
  const std::string_view delimiters = args[1].as_string();
  bool is_ascii_delimiter[128] = {};
  bool has_others = false;
  for (const char c : delimiters) {
    const uint8_t byte = static_cast<uint8_t>(c);
    if (byte < 128) {
      is_ascii_delimiter[byte] = true;
    } else {
      has_others = true;
    }
  }
  Elements pieces;
  size_t size = 0;  // Of the piece at the start of `rest`.
  while (size < rest.size()) {
    const std::string_view next = FirstCodePoint(rest.substr(size));
    const uint8_t byte = static_cast<uint8_t>(next[0]);
    if (byte < 128 ? !is_ascii_delimiter[byte]
                   : !has_others || !HasCodePoint(delimiters, next)) {
      size += next.size();
      continue;
    }
    if (size > 0) pieces.emplace_back(rest.substr(0, size));
    rest.remove_prefix(size + next.size());
    size = 0;
  }
  if (size > 0) pieces.emplace_back(rest);
  return Value(std::move(pieces));
}

std::optional<Value> Base64EncodeCall(const Arguments& args, Environment&) {
  if (!args[0].is_string() || !IsShortEnough(args[0].as_string())) {
    return std::nullopt;
  }
  return Value(Base64Encode(args[0].as_string()));
}

std::optional<Value> Base64DecodeCall(const Arguments& args, Environment&) {
  if (!args[0].is_string() || !IsShortEnough(args[0].as_string())) {
    return std::nullopt;
  }
  return Value(Base64DecodeToText(args[0].as_string()));
}

std::optional<Value> Hash(const Arguments& args, Environment&) {
  if (!args[1].is_string()) return std::nullopt;
  const std::string data = args[0].is_string()
                               ? std::string(args[0].as_string())
                               : CompactText(args[0]);
  if (!IsShortEnough(data)) return std::nullopt;
  const std::optional<std::string> hex = HexDigest(args[1].as_string(), data);
  if (!hex) return std::nullopt;
  return Value(*hex);
}

std::optional<Value> JsonMerge(const Arguments& args, Environment&) {
  if (!args[0].is_object() || !args[1].is_object() || !args[2].is_bool() ||
      args[2].as_bool()) {
    return std::nullopt;
  }
  Members merged;
  for (const Member& member : args[0].as_object()) {
    const Value* newer = args[1].Find(member.key());
    merged.emplace_back(member.name, newer ? *newer : member.value);
  }
  for (const Member& member : args[1].as_object()) {
    if (args[0].Find(member.key()) == nullptr) merged.push_back(member);
  }
  return Value(std::move(merged));
}

std::optional<Value> JsonToString(const Arguments& args, Environment&) {
  return Value(CompactText(args[0]));
}

std::optional<Value> StringToJson(const Arguments& args, Environment&) {
  if (!args[0].is_string()) return std::nullopt;
  const std::string_view text = args[0].as_string();
  if (text.find_first_not_of(" \t\r\n") == std::string_view::npos) {
    return Value();
  }
  JsonError unused;
  return ParseJson(text, &unused);
}

}  // namespace stepwheel::asl
