// The syntax tree of an expression: first as it was parsed, then, in place, as
// it is evaluated, with paths flattened to steps and `%` resolved. Private to
// the parser, the analyzer and the evaluator.
#ifndef STEPWHEEL_ASL_JSONATA_PROGRAM_H_
#define STEPWHEEL_ASL_JSONATA_PROGRAM_H_

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "asl/jsonata/cell.h"
#include "asl/jsonata/expression.h"
#include "asl/jsonata/js_regex.h"
#include "asl/jsonata/signature.h"
#include "asl/value.h"

namespace stepwheel::asl::jsonata {

enum class Op : uint8_t {
  kNone,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kConcatenate,
  kAnd,
  kOr,
  kIn,
  kRange,
  kCoalesce,  // ??
  kDefault,   // ?:
  // As parsed only; the analyzer turns them into other nodes.
  kDot,
  kPredicate,
  kGroup,
  kOrderBy,
  kBind,
  kFocus,
  kIndex,
  kApply
};

enum class NodeType : uint8_t {
  kEnd,          // Where an operand should stand and the text ends.
  kOperator,     // The words and, or, in as names.
  kPlaceholder,  // ? as an argument.
  kBinary,
  kNegate,
  kArray,
  kObject,
  kName,
  kString,
  kNumber,
  kConstant,  // true, false, null
  kRegex,
  kVariable,
  kWildcard,
  kDescendant,
  kParent,
  kFunction,
  kPartial,
  kLambda,
  kCondition,
  kBlock,
  kTransform,
  // Made by the analyzer.
  kPath,
  kSort,
  kBind,
  kApply
};

// What a `%` stands for: the item `level` steps up, under a name of its own in
// the tuples of the path.
struct Slot {
  uint32_t label = 0;
  int level = 1;
};

struct Node;

// [predicate] or #$index behind a step.
struct Stage {
  const Node* filter = nullptr;  // Nullptr for an index.
  uint32_t index = 0;
  uint32_t position = 0;
};

inline constexpr uint32_t kNoName = UINT32_MAX;

struct Node {
  NodeType type = NodeType::kEnd;
  Op op = Op::kNone;
  bool keep_array = false;            // [] behind it.
  bool keep_singleton_array = false;  // A path with such a step.
  bool constructs = false;            // An array at an end of a path.
  bool tuple = false;                 // Its items are tuples.
  bool descending = false;            // Of a term of order-by.
  bool thunk = false;                 // A call in tail position.
  bool binds = false;                 // A block that needs a frame.
  // Shortcuts: a step that is nothing but a name; one that is nothing but `**`;
  // an object whose names are literals and differ.
  bool plain_name = false;
  bool plain_descent = false;
  bool plain_keys = false;
  uint32_t position = 0;
  uint32_t height = 1;

  // Operands; condition, then, else; pattern, update, delete; the procedure
  // (lhs) of a call; the body (lhs) of a lambda; what is bound (rhs).
  Node* lhs = nullptr;
  Node* rhs = nullptr;
  Node* third = nullptr;
  // Steps, arguments, statements, items, terms; names and values in turn.
  std::vector<Node*> children;
  std::vector<Stage> stages;      // Of a step in a path.
  std::vector<Stage> predicates;  // Of any other node.
  Node* group = nullptr;          // Its children are the pairs.

  std::string text;          // Name, operator, literal string.
  Cell literal;              // Of kString, kNumber, kConstant.
  uint32_t name = kNoName;   // Of a variable.
  uint32_t focus = kNoName;  // @$x
  uint32_t index = kNoName;  // #$i
  Slot* slot = nullptr;      // Of a kParent.
  Slot* ancestor = nullptr;  // That a later % means this step's input.
  std::vector<Slot*> seeking;
  std::vector<uint32_t> parameters;  // Of a lambda.
  std::shared_ptr<const Signature> signature;
  std::optional<JsRegex> regex;
  // Among the nodes that look names up: where the last look-up found it.
  uint32_t hint = 0;
};

struct Program {
  std::string text;
  CompileOptions options;
  Facts facts;
  std::deque<Node> nodes;
  std::deque<Slot> slots;
  // Literals, so that results share them.
  std::deque<Value> values;
  // Variables by number; those of `%` have none.
  std::vector<std::string> names;
  uint32_t hints = 0;
  uint32_t regexes = 0;
  const Node* root = nullptr;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_PROGRAM_H_
