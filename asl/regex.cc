#include "asl/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>

namespace stepwheel::asl {
namespace {

// The work of a match is not told, only whether it stayed below a limit: so
// it is tried with this limit first and with greater ones while the budget
// lasts.
constexpr int64_t kFirstLimit = 1000;
constexpr int64_t kLimitGrowth = 8;
// Charged for a match that stayed below the first limit.
constexpr int64_t kCheapMatch = 50;
constexpr uint32_t kHeapLimitKiB = 16 * 1024;

bool OptionOf(char flag, uint32_t* options) {
  switch (flag) {
    case 'i':
      *options |= PCRE2_CASELESS;
      return true;
    case 'm':
      *options |= PCRE2_MULTILINE;
      return true;
    case 's':
      *options |= PCRE2_DOTALL;
      return true;
    case 'x':
      *options |= PCRE2_EXTENDED;
      return true;
    case 'u':
    case 'U':
      *options |= PCRE2_UCP;
      return true;
    default:
      return flag == 'd';
  }
}

}  // namespace

struct Regex::Code {
  pcre2_code* code = nullptr;

  ~Code() { pcre2_code_free(code); }
};

Regex::Regex(std::shared_ptr<const Code> code) : code_(std::move(code)) {}

std::optional<Regex> Regex::Compile(std::string_view pattern,
                                    std::string_view flags,
                                    std::string* error) {
  // Patterns come from users: no reading outside the subject's characters.
  uint32_t options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C;
  for (const char flag : flags) {
    if (!OptionOf(flag, &options)) {
      *error = std::string("unknown regular expression flag '") + flag + "'";
      return std::nullopt;
    }
  }
  int number = 0;
  PCRE2_SIZE offset = 0;
  auto code = std::make_shared<Code>();
  code->code =
      pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()),
                    pattern.size(), options, &number, &offset, nullptr);
  if (code->code == nullptr) {
    PCRE2_UCHAR text[256] = {};
    pcre2_get_error_message(number, text, sizeof text);
    *error = "bad regular expression: " +
             std::string(reinterpret_cast<const char*>(text)) +
             " at character " + std::to_string(offset + 1);
    return std::nullopt;
  }
  return Regex(std::move(code));
}

std::optional<bool> Regex::FullMatch(std::string_view subject,
                                     int64_t* budget) const {
  const std::unique_ptr<pcre2_match_data, void (*)(pcre2_match_data*)> data(
      pcre2_match_data_create(1, nullptr), pcre2_match_data_free);
  const std::unique_ptr<pcre2_match_context, void (*)(pcre2_match_context*)>
      context(pcre2_match_context_create(nullptr), pcre2_match_context_free);
  pcre2_set_heap_limit(context.get(), kHeapLimitKiB);
  *budget -= kCheapMatch + static_cast<int64_t>(subject.size() / 64);
  for (int64_t limit = kFirstLimit; *budget > 0; limit *= kLimitGrowth) {
    if (limit > kFirstLimit) {
      limit = std::min(limit, *budget);
      *budget -= limit;
    }
    pcre2_set_match_limit(context.get(), static_cast<uint32_t>(limit));
    const int found =
        pcre2_match(code_->code, reinterpret_cast<PCRE2_SPTR>(subject.data()),
                    subject.size(), 0, PCRE2_ANCHORED | PCRE2_ENDANCHORED,
                    data.get(), context.get());
    if (found == PCRE2_ERROR_HEAPLIMIT) break;
    if (found != PCRE2_ERROR_MATCHLIMIT) return found >= 0;
  }
  *budget = 0;
  return std::nullopt;
}

}  // namespace stepwheel::asl
