#include <charconv>

#include "asl/json_path_parser.h"

namespace stepwheel::asl {
namespace {

// Steps that fan out are walked recursively; no sensible path has this many.
constexpr int kBranchingsMax = 32;

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Whether a name after a dot goes on with `c`. Inside a filter it also ends
// where an operator or the filter may follow.
bool IsNameChar(char c, bool in_filter) {
  constexpr std::string_view kEnds = ".[(]";
  constexpr std::string_view kEndsInFilter = ".[(])=<>!~&|,*'\"?@";
  if (IsBlank(c) || c == '\0') return false;
  const std::string_view ends = in_filter ? kEndsInFilter : kEnds;
  return ends.find(c) == std::string_view::npos;
}

struct FunctionName {
  std::string_view name;
  PathFunction function;
};

constexpr FunctionName kFunctions[] = {
    {"length", PathFunction::kLength}, {"size", PathFunction::kLength},
    {"keys", PathFunction::kKeys},     {"min", PathFunction::kMin},
    {"max", PathFunction::kMax},       {"avg", PathFunction::kAvg},
    {"sum", PathFunction::kSum},       {"stddev", PathFunction::kStddev},
    {"first", PathFunction::kFirst},   {"last", PathFunction::kLast},
    {"index", PathFunction::kIndex}};

}  // namespace

bool JsonPathParser::Parse(JsonPath::Program* program) {
  if (!Root(program) || !Steps(&program->path)) return false;
  if (!AtEnd()) return Expected("'.' or '['");
  program->text = std::string(text_);
  return true;
}

bool JsonPathParser::Root(JsonPath::Program* program) {
  if (!Take("$")) return Expected("'$'");
  if (Take("$")) {
    program->root = JsonPath::Root::kContext;
    return true;
  }
  if (AtEnd() || Peek() == '.' || Peek() == '[') return true;
  const size_t start = at_;
  while (!AtEnd() && Peek() != '.' && Peek() != '[') {
    const auto c = static_cast<unsigned char>(Peek());
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        c == '_' || c >= 0x80;
    if (!letter && (at_ == start || !IsDigit(Peek()))) {
      return Expected("'.', '[' or a variable's name");
    }
    ++at_;
  }
  program->root = JsonPath::Root::kVariable;
  program->variable = std::string(text_.substr(start, at_ - start));
  return true;
}

bool JsonPathParser::Steps(PathSteps* path) {
  while (Peek() == '.' || Peek() == '[') {
    if (!(Peek() == '.' ? DotStep(path) : BracketStep(path))) return false;
  }
  return true;
}

bool JsonPathParser::DotStep(PathSteps* path) {
  if (Take("..")) {
    PathStep descend;
    descend.kind = PathStep::Kind::kDescend;
    if (!Add(std::move(descend), path)) return false;
  } else {
    Take(".");
  }
  if (Peek() == '[') return BracketStep(path);
  if (Take("*")) {
    PathStep wildcard;
    wildcard.kind = PathStep::Kind::kWildcard;
    return Add(std::move(wildcard), path);
  }
  return NameStep(path);
}

bool JsonPathParser::NameStep(PathSteps* path) {
  const size_t start = at_;
  while (!AtEnd() && IsNameChar(Peek(), filter_depth_ > 0)) ++at_;
  const std::string_view name = text_.substr(start, at_ - start);
  if (name.empty()) return Expected("a name, '*' or '['");
  if (Peek() == '(') return FunctionStep(name, path);
  if (filter_depth_ == 0 && IsBlank(Peek())) {
    return Expected("no blank in a name after '.' (write ['a b'])");
  }
  PathStep step;
  step.names.emplace_back(name);
  return Add(std::move(step), path);
}

bool JsonPathParser::FunctionStep(std::string_view name, PathSteps* path) {
  PathStep step;
  step.kind = PathStep::Kind::kFunction;
  const FunctionName* known = nullptr;
  for (const FunctionName& f : kFunctions) {
    if (f.name == name) known = &f;
  }
  if (known == nullptr) {
    at_ -= name.size();
    return Expected(
        "length(), size(), keys(), min(), max(), avg(), sum(), "
        "stddev(), first(), last() or index(n)");
  }
  step.function = known->function;
  Take("(");
  SkipBlanks();
  if (step.function == PathFunction::kIndex && !Integer(&step.argument)) {
    return false;
  }
  SkipBlanks();
  if (!Take(")")) return Expected("')'");
  return Add(std::move(step), path);
}

bool JsonPathParser::BracketStep(PathSteps* path) {
  Take("[");
  SkipBlanks();
  PathStep step;
  if (Take("*")) {
    step.kind = PathStep::Kind::kWildcard;
  } else if (Peek() == '\'' || Peek() == '"') {
    if (!QuotedNames(&step)) return false;
  } else if (Peek() == '?') {
    ++at_;
    SkipBlanks();
    auto filter = std::make_shared<FilterNode>();
    if (!Filter(filter.get())) return false;
    step.kind = PathStep::Kind::kFilter;
    step.filter = std::move(filter);
  } else if (!Numbers(&step)) {
    return false;
  }
  SkipBlanks();
  if (!Take("]")) return Expected("']'");
  return Add(std::move(step), path);
}

bool JsonPathParser::QuotedNames(PathStep* step) {
  do {
    SkipBlanks();
    std::string name;
    if (Peek() != '\'' && Peek() != '"') return Expected("a quoted name");
    if (!Quoted(&name)) return false;
    step->names.push_back(std::move(name));
    SkipBlanks();
  } while (Take(","));
  return true;
}

// [n], [n,m] or a slice.
bool JsonPathParser::Numbers(PathStep* step) {
  int64_t n = 0;
  if (Peek() != ':') {
    if (Peek() != '-' && !IsDigit(Peek())) {
      return Expected("a number, ':', '*', '?' or a quoted name");
    }
    if (!Integer(&n)) return false;
    step->from = n;
    SkipBlanks();
  }
  if (!Take(":")) {
    step->kind = PathStep::Kind::kIndexes;
    step->from.reset();
    step->indexes.push_back(n);
    while (Take(",")) {
      SkipBlanks();
      if (!Integer(&n)) return false;
      step->indexes.push_back(n);
      SkipBlanks();
    }
    return true;
  }
  step->kind = PathStep::Kind::kSlice;
  SkipBlanks();
  if (Peek() == '-' || IsDigit(Peek())) {
    if (!Integer(&n)) return false;
    step->to = n;
    SkipBlanks();
  }
  if (!Take(":")) return true;
  SkipBlanks();
  if (Peek() == ']') return true;
  if (!Integer(&step->step)) return false;
  return step->step > 0 || Expected("a step above 0");
}

bool JsonPathParser::Add(PathStep step, PathSteps* path) {
  if (!step.definite() && ++branchings_ > kBranchingsMax) {
    return Expected("at most " + std::to_string(kBranchingsMax) +
                    " wildcards, slices, unions, filters and '..'");
  }
  path->steps.push_back(std::move(step));
  return true;
}

bool JsonPathParser::Quoted(std::string* out) {
  const char quote = Peek();
  ++at_;
  while (true) {
    if (AtEnd()) return Expected("the closing quote");
    char c = text_[at_++];
    if (c == quote) return true;
    if (c == '\\') {
      if (AtEnd()) return Expected("the closing quote");
      c = text_[at_++];
      constexpr std::string_view kNames = "bfnrt";
      constexpr std::string_view kMeanings = "\b\f\n\r\t";
      const size_t known = kNames.find(c);
      if (known != std::string_view::npos) {
        c = kMeanings[known];
      } else if (c != quote && c != '\\') {
        // Before anything else a backslash is itself: AWS finds the member
        // Test\"" by $['Test\""'] (recorded).
        out->push_back('\\');
      }
    }
    out->push_back(c);
  }
}

bool JsonPathParser::Integer(int64_t* out) {
  const char* begin = text_.data() + at_;
  const char* end = text_.data() + text_.size();
  int32_t n = 0;
  const auto [ptr, ec] = std::from_chars(begin, end, n);
  if (ec != std::errc()) return Expected("a number of 32 bits");
  at_ += static_cast<size_t>(ptr - begin);
  *out = n;
  return true;
}

bool JsonPathParser::Take(std::string_view token) {
  if (!text_.substr(at_).starts_with(token)) return false;
  at_ += token.size();
  return true;
}

void JsonPathParser::SkipBlanks() {
  while (!AtEnd() && IsBlank(Peek())) ++at_;
}

std::string_view JsonPathParser::Word() const {
  size_t end = at_;
  while (end < text_.size() && ((text_[end] >= 'a' && text_[end] <= 'z') ||
                                (text_[end] >= 'A' && text_[end] <= 'Z'))) {
    ++end;
  }
  return text_.substr(at_, end - at_);
}

bool JsonPathParser::Expected(std::string_view what) {
  error_ = "Expected " + std::string(what) + " at character " +
           std::to_string(at_ + 1) + ", found ";
  if (AtEnd()) {
    error_ += "the end";
  } else {
    // Not half a character.
    size_t end = at_ + 1;
    while (end < text_.size() &&
           (static_cast<unsigned char>(text_[end]) & 0xC0) == 0x80) {
      ++end;
    }
    error_ += "'" + std::string(text_.substr(at_, end - at_)) + "'";
  }
  return false;
}

}  // namespace stepwheel::asl
