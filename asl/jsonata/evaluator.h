// Evaluator runs a program once: a walk over its tree with cells in an arena,
// a counter of depth, and a question to the host now and then. A failure is a
// cell (Tag::kFailed) that everything passes on; why is kept here.
#ifndef STEPWHEEL_ASL_JSONATA_EVALUATOR_H_
#define STEPWHEEL_ASL_JSONATA_EVALUATOR_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <forward_list>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/jsonata/arena.h"
#include "asl/jsonata/cell.h"
#include "asl/jsonata/date_picture.h"
#include "asl/jsonata/expression.h"
#include "asl/jsonata/function.h"
#include "asl/jsonata/merge_sort.h"
#include "asl/jsonata/object.h"
#include "asl/jsonata/program.h"

namespace stepwheel::asl::jsonata {

class Collector;
class SortKeys;

class Evaluator {
 public:
  Evaluator(const Program& program, const Bindings& bindings, Host& host,
            const Limits& limits);

  Result Run(const Value* input);

  // For the built-in functions.
  Arena& arena() { return arena_; }
  const Limits& limits() const { return limits_; }
  const Program& program() const { return program_; }
  Level level() const { return program_.options.level; }
  Host& host() { return host_; }
  int64_t Now();
  bool failed() const { return failed_; }

  Cell Fail(std::string_view code, const Cell& value = {});
  Cell FailWith(std::string_view code, std::string message);
  Cell FailNamed(std::string_view code, const Cell& value,
                 std::string_view function_name);
  Cell FailPower(const Cell& base, const Cell& exponent);
  Cell FailLimit(Failure::Limit limit);
  // Counts `steps` of work; false once the evaluation must end, and after any
  // failure.
  bool Work(uint32_t steps = 1) {
    if (fuel_ > steps) {
      fuel_ -= steps;
      return true;
    }
    return Refuel();
  }
  // The same for a loop of little work on so many items or bytes.
  bool WorkOn(uint64_t items) {
    return Work(
        1 + static_cast<uint32_t>(std::min<uint64_t>(items, 1U << 31) / 64));
  }
  // False if the C++ stack gets short: for helpers that recurse over values.
  bool StackLeft();

  // A string in the arena; fails if it is larger than a value may be.
  Cell Text(std::string_view text);
  // Room for one, or nullptr after a failure.
  char* NewText(size_t bytes);
  // Would an array of that many items be larger than a value may be?
  bool ItemsFit(uint64_t count);
  Cell Keep(Value value);
  // A picture of dates, compiled once while it is the one in use. Nullptr if
  // it is none: `*error` says why.
  const DatePicture* Picture(std::string_view picture,
                             const PictureError** error);

  // Calls a function that was passed as an argument.
  Cell Call(const Cell& function, Arguments& arguments);
  size_t ArityOf(const Cell& function) const;

  // JavaScript's idea of truth; see failed() after it.
  bool Truthy(const Cell& cell);
  // Is it a number? Fails for infinities, as the reference does.
  bool IsNumeric(const Cell& cell);
  bool DeepEqual(const Cell& a, const Cell& b);
  // `given` with `more` behind it, as arrays; undefined adds nothing.
  Cell Append(const Cell& given, const Cell& more);
  // JSON text as $string gives it.
  bool AppendJson(const Cell& cell, bool pretty, std::string* out);
  // A number as $string shows it.
  void AppendNumber(const Cell& number, std::string* out) const;
  Cell StringOf(const Cell& cell, bool pretty = false);
  Cell Concatenate(const Cell& a, const Cell& b);
  Cell Lookup(const Cell& input, std::string_view name);
  Cell CloneOf(const Cell& cell);
  // The items in the order that `after` (merge_sort.h) says.
  template <typename After>
  Cell SortItems(const Items& items, After& after);
  Cell Export(const Cell& cell, Value* out);

 private:
  friend class SortKeys;
  friend class Exporter;

  Cell Eval(const Node* node, Cell input, Frame* frame);
  Cell Dispatch(const Node* node, const Cell& input, Frame* frame);
  Cell Finish(const Node* node, Cell result, Frame* frame);
  bool Refuel();
  bool EnterDeep();

  // Variables.
  Frame* NewFrame(Frame* parent, uint32_t names);
  void BindName(Frame* frame, uint32_t name, const Cell& value);
  Cell Variable(uint32_t name, const Frame* frame);
  Cell Global(uint32_t name);
  Cell BuiltinCell(const Builtin* builtin);
  bool IsBound(std::string_view name, const Frame* frame);
  static void Capture(Frame* frame);
  void ReleaseFrames(Frame* from, const Frame* upto);

  // Paths.
  Cell Path(const Node* node, const Cell& input, Frame* frame);
  Cell PathResult(const Node* node, Cell result, bool is_item, Frame* frame);
  bool Step(const Node* step, const Items& items, Frame* frame, bool descends,
            bool last, Cell* result, bool* is_item);
  bool FieldWithoutMarks(const Node* step, const Cell& item, Cell* field);
  Cell StepItem(const Node* step, const Cell& item, Frame* frame);
  Cell NameStep(const Node* step, const Cell& item);
  Cell FieldOf(const Node* name, const Cell& object);
  void LookupInto(const Node* name, const Items& items, Array* out);
  Cell Filter(const Node* predicate, const Cell& input, Frame* frame);
  Cell FilterByNumber(const Cell& index, const Items& items);
  bool Selects(const Cell& verdict, size_t index, size_t size, size_t* times);
  Cell Wildcard(const Cell& input);
  void FlattenInto(const Cell& value, Array* out);
  Cell Descendants(const Cell& input);
  bool DescendInto(const Cell& value, Array* out);
  bool FindBelow(const Node* name, const Cell& value, Collector* found);

  // Tuple streams.
  Cell TuplePath(const Node* node, const Cell& input, Frame* frame);
  Cell TupleStep(const Node* step, const Cell& items, bool is_stream,
                 Frame* frame);
  bool TupleResults(const Node* step, const Tuple* from, const Cell& results,
                    Array* out);
  Cell TupleStages(const Node* step, Cell stream, Frame* frame);
  Cell TupleSort(const Node* step, const Cell& items, bool is_stream,
                 Frame* frame);
  Tuple* NewTuple(const Cell& item, const Tuple* from, size_t room);
  Frame* TupleFrame(const Tuple* tuple, Frame* parent);
  Tuple* MergeTuples(const Cell& tuples);
  Cell Sort(const Node* node, const Cell& input, Frame* frame);

  // Operators and constructors.
  Cell Binary(const Node* node, const Cell& input, Frame* frame);
  Cell Arithmetic(Op op, const Cell& a, const Cell& b);
  Cell Compare(Op op, const Cell& a, const Cell& b);
  Cell RangeOf(const Cell& a, const Cell& b);
  Cell IsIn(const Cell& a, const Cell& b);
  Cell Logic(const Node* node, const Cell& left, const Cell& input,
             Frame* frame);
  Cell Negate(const Node* node, const Cell& input, Frame* frame);
  Cell ArrayOf(const Node* node, const Cell& input, Frame* frame);
  Cell Condition(const Node* node, const Cell& input, Frame* frame);
  Cell Block(const Node* node, const Cell& input, Frame* frame);
  Cell ObjectOf(const Node* node, const Cell& item, Frame* frame);
  Cell Group(const Node* group, Cell input, Frame* frame);
  Cell GroupValues(const Node* group, struct Groups* groups, bool tuples,
                   Frame* frame);
  bool GroupItem(const Node* group, const Cell& item, bool tuples, Frame* frame,
                 struct Groups* groups);

  // Functions.
  Cell CallNode(const Node* node, const Cell& input, Frame* frame,
                const Cell* first);
  bool EvalArguments(const Node* node, const Cell& input, Frame* frame,
                     Arguments* arguments);
  Cell Apply(Cell function, Arguments* arguments, const Cell& context);
  Cell ApplyOnce(const Cell& function, Arguments* arguments,
                 const Cell& context);
  Cell ApplyClosure(Function* function, Arguments* arguments);
  Cell ApplyBuiltin(const Function* function, const Arguments& arguments);
  Cell ApplyPartial(const Function* function, const Arguments& arguments);
  Cell ApplyComposed(const Function* function, const Arguments& arguments);
  bool CheckArguments(const Signature* signature, Arguments* arguments,
                      const Cell& context);
  void BlameFunction(const Function* function);
  Cell Closure(const Node* node, const Cell& input, Frame* frame);
  Cell Partial(const Node* node, const Cell& input, Frame* frame);
  Cell ApplyOperator(const Node* node, const Cell& input, Frame* frame);
  Cell ApplyTransform(const Function* function, const Cell& object);
  bool Update(const Node* transform, const Cell& match, Frame* frame);

  void Blame(uint32_t position, std::string_view token);
  Failure FailureOf() const;

  const Program& program_;
  const Bindings& bindings_;
  Host& host_;
  const Limits limits_;
  Arena arena_;
  int depth_ = 0;
  uint32_t fuel_;
  uintptr_t stack_;  // Where the C++ stack stood when it began.
  bool failed_ = false;
  std::optional<int64_t> now_;
  Cell root_;

  Cell* globals_;    // By name; Tag::kFailed until asked for.
  uint32_t* hints_;  // By node: where a member stood last time.
  Frame* free_frames_ = nullptr;
  Frame* thunk_frame_ = nullptr;
  Cell thunk_input_;
  std::forward_list<Value> kept_;
  std::string picture_text_;
  std::optional<std::variant<DatePicture, PictureError>> picture_;

  // Why it failed.
  struct Error {
    std::string code;
    std::string message;
    std::string token;
    bool has_token = false;
    uint32_t position = 0;
    Cell value;
    Cell value2;
    Cell exponent;
    size_t index = 0;
    std::string_view type;
    std::string_view function_name;
    Failure::Limit limit = Failure::Limit::kNone;
  } error_;
};

template <typename After>
Cell Evaluator::SortItems(const Items& items, After& after) {
  std::vector<uint32_t> order(items.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::vector<uint32_t> spare(order.size());
  if (!MergeSort(&order, 0, order.size(), &spare, after)) {
    return Cell::Failed();
  }
  Array* sorted = arena_.New<Array>();
  Reserve(arena_, sorted, order.size());
  for (uint32_t position : order) Push(arena_, sorted, items[position]);
  return Cell::Of(sorted);
}

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_EVALUATOR_H_
