#include <algorithm>

#include "asl/json.h"
#include "asl/json_path_parser.h"

namespace stepwheel::asl {
namespace {

// Bounds the recursion of parser and evaluator over a filter.
constexpr int kNestingMax = 50;

struct OperatorName {
  std::string_view name;
  FilterOperator op;
};

// Longer symbols stand before their own beginnings.
constexpr OperatorName kSymbols[] = {
    {"===", FilterOperator::kSameType}, {"!==", FilterOperator::kNotSameType},
    {"==", FilterOperator::kEqual},     {"!=", FilterOperator::kNotEqual},
    {"<=", FilterOperator::kLessEqual}, {">=", FilterOperator::kGreaterEqual},
    {"<", FilterOperator::kLess},       {">", FilterOperator::kGreater},
    {"=~", FilterOperator::kMatches}};

constexpr OperatorName kWords[] = {{"in", FilterOperator::kIn},
                                   {"nin", FilterOperator::kNotIn},
                                   {"contains", FilterOperator::kContains},
                                   {"all", FilterOperator::kAll},
                                   {"size", FilterOperator::kSize},
                                   {"empty", FilterOperator::kEmpty},
                                   {"subsetof", FilterOperator::kSubsetOf},
                                   {"anyof", FilterOperator::kAnyOf},
                                   {"noneof", FilterOperator::kNoneOf}};

// Counts a level of nesting while it is alive.
class Nested {
 public:
  explicit Nested(int* level) : level_(level) { ++*level_; }
  ~Nested() { --*level_; }
  Nested(const Nested&) = delete;
  Nested& operator=(const Nested&) = delete;

 private:
  int* level_;
};

bool SameWord(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return (a | 0x20) == b; });
}

}  // namespace

bool JsonPathParser::Filter(FilterNode* node) {
  const Nested open(&filter_depth_);
  if (!Take("(")) return Expected("'('");
  if (!Or(node)) return false;
  SkipBlanks();
  return Take(")") || Expected("an operator or ')'");
}

bool JsonPathParser::Or(FilterNode* node) {
  const Nested level(&nesting_);
  if (nesting_ > kNestingMax) {
    return Expected("at most " + std::to_string(kNestingMax) +
                    " nested filters and parentheses");
  }
  node->kind = FilterNode::Kind::kOr;
  do {
    if (!And(&node->children.emplace_back())) return false;
    SkipBlanks();
  } while (Take("||"));
  return true;
}

bool JsonPathParser::And(FilterNode* node) {
  node->kind = FilterNode::Kind::kAnd;
  do {
    if (!Term(&node->children.emplace_back())) return false;
    SkipBlanks();
  } while (Take("&&"));
  return true;
}

bool JsonPathParser::Term(FilterNode* node) {
  SkipBlanks();
  if (Take("!")) {
    const Nested level(&nesting_);
    if (nesting_ > kNestingMax) return Expected("fewer '!' in a row");
    node->kind = FilterNode::Kind::kNot;
    return Term(&node->children.emplace_back());
  }
  if (Take("(")) {
    if (!Or(node)) return false;
    SkipBlanks();
    return Take(")") || Expected("an operator or ')'");
  }
  return Comparison(node);
}

bool JsonPathParser::Comparison(FilterNode* node) {
  if (!Operand(&node->left)) return false;
  SkipBlanks();
  bool found = false;
  if (!Operator(&node->op, &found)) return false;
  if (!found) {
    node->kind = FilterNode::Kind::kExists;
    const bool is_path = node->left.kind == FilterOperand::Kind::kItemPath ||
                         node->left.kind == FilterOperand::Kind::kRootPath;
    return is_path || Expected("an operator");
  }
  node->kind = FilterNode::Kind::kCompare;
  SkipBlanks();
  const bool alone = Peek() == ')' || Peek() == '&' || Peek() == '|';
  if (node->op == FilterOperator::kEmpty && alone) {
    node->right.literal = Value(true);
    return true;
  }
  return Operand(&node->right);
}

bool JsonPathParser::Operator(FilterOperator* op, bool* found) {
  *found = true;
  for (const OperatorName& symbol : kSymbols) {
    if (!Take(symbol.name)) continue;
    *op = symbol.op;
    return true;
  }
  const std::string_view written = Word();
  *found = !written.empty();
  if (!*found) return true;
  for (const OperatorName& word : kWords) {
    if (!SameWord(written, word.name)) continue;
    at_ += written.size();
    *op = word.op;
    return true;
  }
  return Expected(
      "an operator (==, !=, <, <=, >, >=, =~, in, nin, contains, all, size, "
      "empty, subsetof, anyof, noneof)");
}

bool JsonPathParser::Operand(FilterOperand* operand) {
  SkipBlanks();
  if (Peek() == '@' || Peek() == '$') {
    operand->kind = Peek() == '@' ? FilterOperand::Kind::kItemPath
                                  : FilterOperand::Kind::kRootPath;
    ++at_;
    return Steps(&operand->path);
  }
  if (Peek() == '/') return RegexLiteral(operand);
  operand->kind = FilterOperand::Kind::kLiteral;
  return Literal(&operand->literal);
}

bool JsonPathParser::Literal(Value* value) {
  const Nested level(&nesting_);
  if (nesting_ > kNestingMax) return Expected("fewer nested lists");
  const char c = Peek();
  if (c == '\'' || c == '"') {
    std::string text;
    if (!Quoted(&text)) return false;
    *value = Value(text);
    return true;
  }
  if (c == '[') return ListLiteral(value);
  return JsonLiteral(value);
}

bool JsonPathParser::ListLiteral(Value* value) {
  Take("[");
  SkipBlanks();
  Elements elements;
  while (!Take("]")) {
    if (!elements.empty() && !Take(",")) return Expected("',' or ']'");
    SkipBlanks();
    if (!Literal(&elements.emplace_back())) return false;
    SkipBlanks();
  }
  *value = Value(std::move(elements));
  return true;
}

// A number, true, false, null, or an object in JSON's own form.
bool JsonPathParser::JsonLiteral(Value* value) {
  size_t end = at_;
  if (Peek() == '{') {
    int open = 0;
    bool in_string = false;
    do {
      if (end == text_.size()) return Expected("a JSON object");
      const char c = text_[end++];
      if (in_string && c == '\\' && end < text_.size()) ++end;
      if (c == '"') in_string = !in_string;
      if (!in_string && c == '{') ++open;
      if (!in_string && c == '}') --open;
    } while (open > 0);
  } else {
    constexpr std::string_view kEnds = " \t\r\n)]&|,=<>!";
    end = std::min(text_.find_first_of(kEnds, at_), text_.size());
  }
  auto parsed = ParseJson(text_.substr(at_, end - at_), nullptr);
  if (!parsed) {
    return Expected(
        "a value: @ or $ with a path, a string in quotes, a number, a list, a "
        "/regular expression/, true, false or null");
  }
  *value = *std::move(parsed);
  at_ = end;
  return true;
}

bool JsonPathParser::RegexLiteral(FilterOperand* operand) {
  Take("/");
  std::string pattern;
  while (Peek() != '/') {
    if (AtEnd()) return Expected("the closing '/'");
    // "\/" is a slash; any other escape is the expression's own.
    if (Peek() == '\\' && at_ + 1 < text_.size()) {
      if (text_[at_ + 1] != '/') pattern.push_back('\\');
      ++at_;
    }
    pattern.push_back(text_[at_++]);
  }
  Take("/");
  const std::string_view flags = Word();
  std::string why;
  operand->kind = FilterOperand::Kind::kRegex;
  operand->regex = Regex::Compile(pattern, flags, &why);
  if (!operand->regex) return Expected("a regular expression (" + why + ")");
  at_ += flags.size();
  return true;
}

}  // namespace stepwheel::asl
