// Compiles the text of a JSONPath, filters included, to steps. Private to the
// json_path files.
#ifndef STEPWHEEL_ASL_JSON_PATH_PARSER_H_
#define STEPWHEEL_ASL_JSON_PATH_PARSER_H_

#include <string>
#include <string_view>

#include "asl/json_path_program.h"

namespace stepwheel::asl {

// Members answering bool set the error and answer false when the text is wrong.
class JsonPathParser {
 public:
  explicit JsonPathParser(std::string_view text) : text_(text) {}

  bool Parse(JsonPath::Program* program);
  const std::string& error() const { return error_; }

 private:
  bool Root(JsonPath::Program* program);
  // Steps up to the end, or in a filter to what no step begins with.
  bool Steps(PathSteps* path);
  bool DotStep(PathSteps* path);
  bool NameStep(PathSteps* path);
  bool FunctionStep(std::string_view name, PathSteps* path);
  bool BracketStep(PathSteps* path);
  bool QuotedNames(PathStep* step);
  bool Numbers(PathStep* step);
  bool Add(PathStep step, PathSteps* path);

  bool Filter(FilterNode* node);
  bool Or(FilterNode* node);
  bool And(FilterNode* node);
  bool Term(FilterNode* node);
  bool Comparison(FilterNode* node);
  bool Operator(FilterOperator* op, bool* found);
  bool Operand(FilterOperand* operand);
  bool Literal(Value* value);
  bool ListLiteral(Value* value);
  bool JsonLiteral(Value* value);
  bool RegexLiteral(FilterOperand* operand);
  bool Quoted(std::string* out);
  bool Integer(int64_t* out);

  bool AtEnd() const { return at_ == text_.size(); }
  char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Take(std::string_view token);
  void SkipBlanks();
  std::string_view Word() const;
  bool Expected(std::string_view what);

  std::string_view text_;
  size_t at_ = 0;
  int filter_depth_ = 0;  // Open filters: names end at operators inside.
  int nesting_ = 0;       // Filters, parentheses, "!" and lists together.
  int branchings_ = 0;
  std::string error_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_JSON_PATH_PARSER_H_
