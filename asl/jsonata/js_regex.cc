#include "asl/jsonata/js_regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <algorithm>
#include <string>
#include <utility>

namespace stepwheel::asl::jsonata {
namespace {

// A search that can be shown to look at fewer characters than this, however
// it fails, runs without being watched.
constexpr double kCheapSearch = 1'000'000;
// Charged for a search that was not watched.
constexpr int64_t kUnwatchedCost = 10;
// Machine code pays off when a pattern is used about so often.
constexpr int kUsesBeforeJit = 4;
constexpr uint32_t kHeapLimitKiB = 128 * 1024;
// Subjects from here on may make PCRE2 fetch memory that it then keeps.
constexpr size_t kLongSubject = 16 * 1024;
constexpr size_t kJitStackMax = size_t{8} << 20;

// What a watched search may still do. PCRE2 asks before each step of the
// pattern.
struct Watch {
  int64_t budget = 0;
  size_t last_position = 0;
  bool has_back_references = false;
};

int CountStep(pcre2_callout_block* step, void* data) {
  auto& watch = *static_cast<Watch*>(data);
  const size_t here = step->current_position;
  const size_t moved = here > watch.last_position ? here - watch.last_position
                                                  : watch.last_position - here;
  watch.last_position = here;
  int64_t cost = 1 + static_cast<int64_t>(moved / 8);
  if (watch.has_back_references) {
    // Comparing with a group is one step, however long the group is.
    for (uint32_t i = 1; i < step->capture_top; ++i) {
      const size_t begin = step->offset_vector[2 * i];
      const size_t end = step->offset_vector[2 * i + 1];
      if (begin != PCRE2_UNSET && end > begin) {
        cost += static_cast<int64_t>((end - begin) / 8);
      }
    }
  }
  watch.budget -= cost;
  return watch.budget < 0 ? PCRE2_ERROR_CALLOUT : 0;
}

struct CodeDeleter {
  void operator()(pcre2_code* code) const { pcre2_code_free(code); }
};
using CodePtr = std::unique_ptr<pcre2_code, CodeDeleter>;

std::string ErrorText(int number) {
  PCRE2_UCHAR text[256] = {};
  pcre2_get_error_message(number, text, sizeof text);
  return reinterpret_cast<const char*>(text);
}

CodePtr CompilePcre(const std::string& pattern, uint32_t options,
                    std::string* error) {
  int number = 0;
  PCRE2_SIZE offset = 0;
  CodePtr code(pcre2_compile(reinterpret_cast<PCRE2_SPTR>(pattern.data()),
                             pattern.size(), options, &number, &offset,
                             nullptr));
  if (code == nullptr) *error = ErrorText(number);
  return code;
}

// What searching needs besides the program; one for all, since a search ends
// before the next begins.
struct Scratch {
  pcre2_match_context* context = pcre2_match_context_create(nullptr);
  pcre2_match_context* watched = pcre2_match_context_create(nullptr);
  pcre2_jit_stack* stack =
      pcre2_jit_stack_create(32 * 1024, kJitStackMax, nullptr);
  Watch watch;

  Scratch() {
    for (pcre2_match_context* each : {context, watched}) {
      pcre2_set_heap_limit(each, kHeapLimitKiB);
      pcre2_jit_stack_assign(each, nullptr, stack);
    }
    pcre2_set_match_limit(watched, 0xFFFFFFFF);
    pcre2_set_callout(watched, CountStep, &watch);
  }
  ~Scratch() {
    pcre2_jit_stack_free(stack);
    pcre2_match_context_free(watched);
    pcre2_match_context_free(context);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
};

Scratch& TheScratch() {
  thread_local Scratch scratch;
  return scratch;
}

// Characters that a search of `size` characters may look at before it gives
// up.
double WorstCase(const RegexCost& cost, double size) {
  size += 1;
  double characters = cost.ways * size * std::min(size, cost.length + 1);
  // As far as it matters: from kExponential on, no subject is short enough.
  for (int i = 0; i < cost.degree && characters < kCheapSearch; ++i) {
    characters *= cost.degree >= RegexCost::kExponential ? kCheapSearch : size;
  }
  return characters;
}

}  // namespace

struct JsRegex::Code {
  std::string pattern;
  uint32_t options = 0;
  size_t group_count = 0;
  bool has_back_references = false;
  RegexCost cost;

  CodePtr plain;
  int uses = 0;
  bool jit = false;
  // The same with a call before each step; made when first needed.
  CodePtr watched;
  pcre2_match_data* data = nullptr;

  ~Code() { pcre2_match_data_free(data); }

  void MakeData() {
    pcre2_match_data_free(data);
    data = pcre2_match_data_create(static_cast<uint32_t>(group_count + 1),
                                   nullptr);
  }

  int SearchUnwatched(std::string_view subject, size_t from);
  int SearchWatched(std::string_view subject, size_t from, int64_t* budget);
  void CopyGroups(int found, std::vector<Span>* spans) const;
};

int JsRegex::Code::SearchUnwatched(std::string_view subject, size_t from) {
  const auto* text = reinterpret_cast<PCRE2_SPTR>(subject.data());
  // Not with back references: on `\1+a(^)*$` machine code and interpreter find
  // different things, as fuzzing showed.
  if (!has_back_references && ++uses == kUsesBeforeJit) {
    jit = pcre2_jit_compile(plain.get(), PCRE2_JIT_COMPLETE) == 0;
  }
  if (jit) {
    const int found = pcre2_jit_match(plain.get(), text, subject.size(), from,
                                      0, data, TheScratch().context);
    if (found != PCRE2_ERROR_JIT_STACKLIMIT) return found;
  }
  return pcre2_match(plain.get(), text, subject.size(), from,
                     PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data,
                     TheScratch().context);
}

int JsRegex::Code::SearchWatched(std::string_view subject, size_t from,
                                 int64_t* budget) {
  if (watched == nullptr) {
    std::string error;
    watched = CompilePcre(pattern, options | PCRE2_AUTO_CALLOUT, &error);
    // With the calls it may be too large, although without it is not.
    if (watched == nullptr) return PCRE2_ERROR_CALLOUT;
    if (!has_back_references) {
      pcre2_jit_compile(watched.get(), PCRE2_JIT_COMPLETE);
    }
  }
  Scratch& scratch = TheScratch();
  scratch.watch = {*budget, from, has_back_references};
  const auto* text = reinterpret_cast<PCRE2_SPTR>(subject.data());
  int found = pcre2_match(watched.get(), text, subject.size(), from,
                          PCRE2_NO_UTF_CHECK, data, scratch.watched);
  if (found == PCRE2_ERROR_JIT_STACKLIMIT) {
    found =
        pcre2_match(watched.get(), text, subject.size(), from,
                    PCRE2_NO_UTF_CHECK | PCRE2_NO_JIT, data, scratch.watched);
  }
  *budget = std::max<int64_t>(scratch.watch.budget, 0);
  return found;
}

void JsRegex::Code::CopyGroups(int found, std::vector<Span>* spans) const {
  const PCRE2_SIZE* offsets = pcre2_get_ovector_pointer(data);
  spans->assign(group_count + 1, Span());
  for (size_t i = 0; i < static_cast<size_t>(found); ++i) {
    if (offsets[2 * i] == PCRE2_UNSET) continue;
    (*spans)[i] = {offsets[2 * i], offsets[2 * i + 1]};
  }
}

JsRegex::JsRegex(std::shared_ptr<Code> code) : code_(std::move(code)) {}

std::variant<JsRegex, JsRegexError> JsRegex::Compile(std::string_view pattern,
                                                     std::string_view flags) {
  auto code = std::make_shared<Code>();
  code->options = PCRE2_UTF | PCRE2_NEVER_BACKSLASH_C |
                  PCRE2_MATCH_UNSET_BACKREF | PCRE2_DOLLAR_ENDONLY;
  bool multiline = false;
  for (const char flag : flags) {
    if (flag != 'i' && flag != 'm') {
      return JsRegexError{"Invalid regular expression flags", pattern.size()};
    }
    if (flag == 'i') code->options |= PCRE2_CASELESS;
    if (flag == 'm') multiline = true;
  }
  auto translated = TranslateJsRegex(pattern, multiline);
  if (auto* error = std::get_if<JsRegexError>(&translated)) return *error;
  auto& regex = std::get<TranslatedRegex>(translated);
  std::string error;
  code->plain = CompilePcre(regex.pattern, code->options, &error);
  if (code->plain == nullptr) return JsRegexError{error, 0};
  code->pattern = std::move(regex.pattern);
  code->group_count = regex.group_count;
  code->has_back_references = regex.has_back_references;
  code->cost = regex.cost;
  code->MakeData();
  return JsRegex(std::move(code));
}

JsRegex::Outcome JsRegex::Exec(std::string_view subject, size_t from,
                               int64_t* budget,
                               std::vector<Span>* spans) const {
  if (from > subject.size()) return Outcome::kNoMatch;
  if (*budget <= 0) return Outcome::kLimit;
  // An empty view may have no address, and PCRE2 wants one.
  if (subject.data() == nullptr) subject = "";
  Code& code = *code_;
  const double size = static_cast<double>(subject.size() - from);
  int found = 0;
  if (WorstCase(code.cost, size) < kCheapSearch) {
    *budget -= kUnwatchedCost + static_cast<int64_t>(size / 64);
    found = code.SearchUnwatched(subject, from);
  } else {
    found = code.SearchWatched(subject, from, budget);
  }
  if (found >= 0 && spans != nullptr) code.CopyGroups(found, spans);
  if (subject.size() >= kLongSubject) code.MakeData();
  if (found >= 0) return Outcome::kMatch;
  if (found == PCRE2_ERROR_NOMATCH) return Outcome::kNoMatch;
  *budget = 0;
  return Outcome::kLimit;
}

size_t JsRegex::group_count() const { return code_->group_count; }

}  // namespace stepwheel::asl::jsonata
