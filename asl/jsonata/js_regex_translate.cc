#include "asl/jsonata/js_regex_translate.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "asl/jsonata/js_regex_class.h"
#include "asl/jsonata/utf8.h"

namespace stepwheel::asl::jsonata {
namespace {

constexpr int kMaxNesting = 200;
// PCRE2's greatest count in {n,m}.
constexpr int kMaxCount = 65535;
constexpr int kInfinite = std::numeric_limits<int>::max();

struct Quantifier {
  int min = 1;
  int max = 1;
};

RegexCost Sequence(const RegexCost& a, const RegexCost& b) {
  return {a.ways * b.ways, std::min(a.degree + b.degree, 1000),
          a.length + b.length};
}

RegexCost Choice(const RegexCost& a, const RegexCost& b) {
  return {a.ways + b.ways, std::max(a.degree, b.degree),
          std::max(a.length, b.length)};
}

RegexCost Repeated(RegexCost cost, const Quantifier& quantifier) {
  if (quantifier.max > 1) {
    if (cost.ways > 1 || cost.degree > 0) {
      cost.degree = RegexCost::kExponential;
    } else if (quantifier.min != quantifier.max) {
      cost.degree = 1;
    }
    cost.length *= std::max(quantifier.min, 1);
  } else if (quantifier.min != quantifier.max) {
    cost.ways += 1;
  }
  return cost;
}

class Translator {
 public:
  Translator(std::string_view pattern, bool multiline)
      : in_(pattern), multiline_(multiline) {}

  std::variant<TranslatedRegex, JsRegexError> Run() {
    FindGroups();
    if (!failed_) {
      result_.cost = Disjunction(0);
      if (!failed_ && !in_.AtEnd()) Fail("Unmatched ')'");
    }
    if (failed_) return error_;
    result_.group_count = names_.size();
    return std::move(result_);
  }

 private:
  struct Atom {
    RegexCost cost;
    bool repeatable = true;
    // PCRE2 repeats an assertion at most once; in a group it is like JS.
    bool assertion = false;
  };

  void Fail(std::string message) { FailAt(in_.at(), std::move(message)); }
  void FailAt(size_t position, std::string message) {
    if (failed_) return;
    failed_ = true;
    error_ = {std::move(message), position};
  }

  void FindGroups();
  void SkipClass(RegexReader* reader);
  std::string GroupName(RegexReader* reader);

  RegexCost Disjunction(int nesting);
  void Term(int nesting, RegexCost* cost);
  std::optional<Atom> SimpleAtom();
  Atom Group(int nesting);
  Atom Escape();
  std::optional<Atom> BackReference();
  Atom NamedReference();
  Atom Literal(char32_t c);
  Atom Class();
  std::optional<Quantifier> ReadQuantifier();
  std::optional<Quantifier> ReadInterval();

  Atom Emit(std::string_view text) {
    result_.pattern.append(text);
    return {{1, 0, 1}, true, false};
  }
  Atom EmitAnchor(std::string_view text) {
    result_.pattern.append(text);
    return {{1, 0, 0}, false, true};
  }
  Atom Reference(size_t group) {
    // JavaScript forgets a group's text when it begins again.
    if (std::find(open_.begin(), open_.end(), group) != open_.end()) {
      return Emit("(?:)");
    }
    result_.has_back_references = true;
    return Emit("\\g{" + std::to_string(group) + "}");
  }

  RegexReader in_;
  const bool multiline_;
  TranslatedRegex result_;
  // One per capturing group; empty if it has no name.
  std::vector<std::string> names_;
  bool has_names_ = false;
  // Numbers of the groups around what is read, and of the last one begun.
  std::vector<size_t> open_;
  size_t last_group_ = 0;
  bool failed_ = false;
  JsRegexError error_;
};

// Whether \2 is a reference or an octal escape depends on how many groups the
// whole pattern has; and \k means something only if one has a name.
void Translator::FindGroups() {
  RegexReader reader = in_;
  while (!reader.AtEnd() && !failed_) {
    if (reader.Take("\\")) {
      if (!reader.AtEnd()) reader.TakeChar();
    } else if (reader.Take("[")) {
      SkipClass(&reader);
    } else if (reader.Take("(?<")) {
      if (reader.Peek() == '=' || reader.Peek() == '!') continue;
      std::string name = GroupName(&reader);
      if (name.empty())
        return FailAt(reader.at(), "Invalid capture group name");
      if (std::find(names_.begin(), names_.end(), name) != names_.end()) {
        return FailAt(reader.at(), "Duplicate capture group name");
      }
      names_.push_back(std::move(name));
      has_names_ = true;
    } else if (reader.Take("(?")) {
      continue;
    } else if (reader.Take("(")) {
      names_.emplace_back();
    } else {
      reader.TakeChar();
    }
  }
}

void Translator::SkipClass(RegexReader* reader) {
  while (!reader->AtEnd() && !reader->Take("]")) {
    if (reader->Take("\\") && reader->AtEnd()) return;
    reader->TakeChar();
  }
}

// What stands before the next '>', which is taken; empty if it is no name.
std::string Translator::GroupName(RegexReader* reader) {
  std::string name;
  while (!reader->AtEnd() && reader->Peek() != '>') {
    const char32_t c = reader->TakeChar();
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                        c == '_' || c == '$' || (c >= 0x80 && c != kNoChar);
    const bool digit = c >= '0' && c <= '9';
    if (!letter && (!digit || name.empty())) return "";
    AppendUtf8(c, &name);
  }
  return reader->Take(">") ? name : "";
}

RegexCost Translator::Disjunction(int nesting) {
  if (nesting > kMaxNesting) {
    Fail("Regular expression too large");
    return {};
  }
  RegexCost all;
  RegexCost alternative;
  bool first = true;
  while (!failed_) {
    if (!in_.AtEnd() && in_.Peek() != '|' && in_.Peek() != ')') {
      Term(nesting, &alternative);
      continue;
    }
    all = first ? alternative : Choice(all, alternative);
    first = false;
    if (!in_.Take("|")) break;
    result_.pattern.push_back('|');
    alternative = RegexCost();
  }
  return all;
}

void Translator::Term(int nesting, RegexCost* cost) {
  const size_t begin = result_.pattern.size();
  Atom atom;
  if (in_.Peek() == '(') {
    atom = Group(nesting);
  } else if (std::optional<Atom> simple = SimpleAtom()) {
    atom = *simple;
  }
  if (failed_) return;
  const size_t at = in_.at();
  const std::optional<Quantifier> quantifier = ReadQuantifier();
  if (failed_) return;
  if (quantifier) {
    if (!atom.repeatable) return FailAt(at, "Nothing to repeat");
    if (atom.assertion) {
      result_.pattern.insert(begin, "(?:");
      result_.pattern.push_back(')');
    }
    // Written as it was read, which is the same in both languages.
    result_.pattern.append(in_.Since(at));
    atom.cost = Repeated(atom.cost, *quantifier);
  }
  *cost = Sequence(*cost, atom.cost);
}

// nullopt only after a failure.
std::optional<Translator::Atom> Translator::SimpleAtom() {
  // The lookarounds say what PCRE2's own ^ and $ cannot: a line also ends
  // within CR LF, and at U+2028 and U+2029.
  constexpr std::string_view kNotLineEnd = "[^\\n\\r\\x{2028}\\x{2029}]";
  switch (in_.Peek()) {
    case '^':
      in_.TakeChar();
      if (!multiline_) return EmitAnchor("^");
      return EmitAnchor("(?<!" + std::string(kNotLineEnd) + ")");
    case '$':
      in_.TakeChar();
      if (!multiline_) return EmitAnchor("$");
      return EmitAnchor("(?!" + std::string(kNotLineEnd) + ")");
    case '.':
      in_.TakeChar();
      return Emit(kNotLineEnd);
    case '[':
      return Class();
    case '\\':
      return Escape();
    case '*':
    case '+':
    case '?':
      Fail("Nothing to repeat");
      return std::nullopt;
    case '{': {
      const size_t at = in_.at();
      if (ReadInterval()) {
        FailAt(at, "Nothing to repeat");
        return std::nullopt;
      }
      return Literal(in_.TakeChar());
    }
    default:
      return Literal(in_.TakeChar());
  }
}

Translator::Atom Translator::Group(int nesting) {
  const size_t open = in_.at();
  Atom atom;
  bool capturing = false;
  if (in_.Take("(?<")) {
    if (in_.Peek() == '=' || in_.Peek() == '!') {
      result_.pattern.append("(?<");
      result_.pattern.push_back(static_cast<char>(in_.TakeChar()));
      atom = {{}, false, true};
    } else {
      GroupName(&in_);
      capturing = true;
    }
  } else if (in_.Take("(?:")) {
    result_.pattern.append("(?:");
  } else if (in_.Take("(?=") || in_.Take("(?!")) {
    result_.pattern.append(in_.Since(open));
    atom = {{}, true, true};
  } else if (in_.Take("(?")) {
    FailAt(open, "Invalid group");
    return atom;
  } else {
    in_.Take("(");
    capturing = true;
  }
  if (capturing) {
    result_.pattern.push_back('(');
    open_.push_back(++last_group_);
  }
  atom.cost = Disjunction(nesting + 1);
  if (capturing) open_.pop_back();
  if (!in_.Take(")")) FailAt(open, "Unterminated group");
  result_.pattern.push_back(')');
  return atom;
}

Translator::Atom Translator::Escape() {
  if (in_.Take("\\b")) return EmitAnchor("\\b");
  if (in_.Take("\\B")) return EmitAnchor("\\B");
  if (has_names_ && in_.Take("\\k")) return NamedReference();
  if (std::optional<Atom> reference = BackReference()) return *reference;
  const ClassEscape escape = ReadEscape(&in_, /*in_class=*/false);
  if (escape.error != nullptr) Fail(escape.error);
  if (escape.kind == 0) return Literal(escape.c);
  return Emit(PcreClass(escape.kind));
}

std::optional<Translator::Atom> Translator::BackReference() {
  RegexReader ahead = in_;
  if (!ahead.Take("\\") || ahead.Peek() < '1' || ahead.Peek() > '9') {
    return std::nullopt;
  }
  const auto number = static_cast<size_t>(ahead.TakeNumber().value_or(0));
  if (number > names_.size()) return std::nullopt;
  in_ = ahead;
  return Reference(number);
}

Translator::Atom Translator::NamedReference() {
  const size_t at = in_.at();
  const std::string name = in_.Take("<") ? GroupName(&in_) : "";
  const auto found = std::find(names_.begin(), names_.end(), name);
  if (name.empty() || found == names_.end()) {
    FailAt(at, name.empty() ? "Invalid named reference"
                            : "Invalid named capture referenced");
    return {};
  }
  return Reference(static_cast<size_t>(found - names_.begin()) + 1);
}

Translator::Atom Translator::Literal(char32_t c) {
  if (c == kNoChar) {
    Fail("Invalid UTF-8");
    return {};
  }
  // A half of a pair that UTF-8 cannot hold, so no subject has it.
  if (IsSurrogate(c)) return Emit("(?:(?!))");
  std::string text;
  AppendPcreLiteral(c, &text);
  return Emit(text);
}

Translator::Atom Translator::Class() {
  CharacterClass parsed = ReadClass(&in_);
  if (parsed.error != nullptr) {
    FailAt(parsed.error_at, parsed.error);
    return {};
  }
  return Emit(parsed.pcre);
}

std::optional<Quantifier> Translator::ReadQuantifier() {
  std::optional<Quantifier> quantifier;
  if (in_.Take("*")) {
    quantifier = Quantifier{0, kInfinite};
  } else if (in_.Take("+")) {
    quantifier = Quantifier{1, kInfinite};
  } else if (in_.Take("?")) {
    quantifier = Quantifier{0, 1};
  } else if (in_.Peek() == '{') {
    quantifier = ReadInterval();
  }
  if (quantifier) in_.Take("?");
  return quantifier;
}

// {n}, {n,} or {n,m}. Anything else that begins with a brace is text.
std::optional<Quantifier> Translator::ReadInterval() {
  RegexReader ahead = in_;
  const size_t open = in_.at();
  ahead.Take("{");
  const std::optional<int> min = ahead.TakeNumber();
  if (!min) return std::nullopt;
  Quantifier quantifier{*min, *min};
  if (ahead.Take(",")) {
    quantifier.max = ahead.TakeNumber().value_or(kInfinite);
  }
  if (!ahead.Take("}")) return std::nullopt;
  in_ = ahead;
  if (quantifier.max < quantifier.min) {
    FailAt(open, "numbers out of order in {} quantifier");
  } else if (quantifier.min > kMaxCount ||
             (quantifier.max > kMaxCount && quantifier.max != kInfinite)) {
    FailAt(open, "Regular expression too large");
  }
  return quantifier;
}

}  // namespace

std::variant<TranslatedRegex, JsRegexError> TranslateJsRegex(
    std::string_view pattern, bool multiline) {
  return Translator(pattern, multiline).Run();
}

}  // namespace stepwheel::asl::jsonata
