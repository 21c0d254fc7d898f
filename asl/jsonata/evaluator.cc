#include "asl/jsonata/evaluator.h"

#include <algorithm>
#include <cstring>
#include <utility>

#include "asl/jsonata/messages.h"

namespace stepwheel::asl::jsonata {
namespace {

// The host is asked after so many steps.
constexpr uint32_t kFuel = 512;
// Of the C++ stack, whatever the limit of depth is: threads have 8 MiB.
constexpr uintptr_t kStackBytes = uintptr_t{4} << 20;

uintptr_t StackAddress() {
  return reinterpret_cast<uintptr_t>(__builtin_frame_address(0));
}

}  // namespace

Evaluator::Evaluator(const Program& program, const Bindings& bindings,
                     Host& host, const Limits& limits)
    : program_(program),
      bindings_(bindings),
      host_(host),
      limits_(limits),
      arena_(limits.memory_bytes),
      fuel_(kFuel),
      stack_(StackAddress()) {
  size_t names = program.names.size();
  globals_ = arena_.NewArray<Cell>(names);
  std::fill(globals_, globals_ + names, Cell::Failed());
  hints_ = arena_.NewArray<uint32_t>(program.hints);
  std::fill(hints_, hints_ + program.hints, 0);
}

Result Evaluator::Run(const Value* input) {
  Frame* frame = NewFrame(nullptr, 0);
  if (input != nullptr) root_ = Cell::Of(*input);
  Cell context = root_;
  if (context.is_array()) {
    // An input that is an array is one item all the same.
    Array* wrapper = NewSequence(arena_);
    wrapper->marks.outer = true;
    Push(arena_, wrapper, context);
    context = Cell::Of(wrapper);
  }
  Cell cell = Eval(program_.root, context, frame);
  Result result;
  if (!cell.failed()) cell = Export(cell, &result.value);
  if (cell.failed()) {
    result.kind = Result::Kind::kFailed;
    result.failure = FailureOf();
  } else if (cell.is_undefined()) {
    result.kind = Result::Kind::kUndefined;
  } else if (cell.is_function()) {
    result.kind = Result::Kind::kFunction;
  } else {
    result.kind = Result::Kind::kValue;
  }
  return result;
}

int64_t Evaluator::Now() {
  if (!now_) now_ = host_.NowMillis();
  return *now_;
}

bool Evaluator::StackLeft() {
  uintptr_t at = StackAddress();
  uintptr_t used = at > stack_ ? at - stack_ : stack_ - at;
  if (used < kStackBytes) return true;
  FailLimit(Failure::Limit::kDepth);
  return false;
}

bool Evaluator::Refuel() {
  if (failed_) return false;
  fuel_ = kFuel;
  if (arena_.exhausted()) {
    FailLimit(Failure::Limit::kMemory);
  } else if (!host_.MayGoOn()) {
    FailLimit(Failure::Limit::kTime);
  }
  return !failed_;
}

bool Evaluator::EnterDeep() {
  if (++depth_ > limits_.depth) {
    FailLimit(Failure::Limit::kDepth);
    return false;
  }
  return Work() && StackLeft();
}

Cell Evaluator::Eval(const Node* node, Cell input, Frame* frame) {
  if (!EnterDeep()) return Cell::Failed();
  Cell result = Dispatch(node, input, frame);
  --depth_;
  if (result.failed()) return result;
  if (!node->predicates.empty() || node->group != nullptr ||
      result.is_sequence() || arena_.exhausted()) {
    return Finish(node, result, frame);
  }
  return result;
}

// What follows the node itself: predicates, a group, and the rule that a
// sequence of one is its item.
Cell Evaluator::Finish(const Node* node, Cell result, Frame* frame) {
  ++depth_;
  for (const Stage& stage : node->predicates) {
    result = Filter(stage.filter, result, frame);
    if (result.failed()) return result;
  }
  if (node->type != NodeType::kPath && node->group != nullptr) {
    result = Group(node->group, result, frame);
    if (result.failed()) return result;
  }
  --depth_;
  if (arena_.exhausted()) return FailLimit(Failure::Limit::kMemory);
  ArrayMarks* marks = result.marks();
  if (marks == nullptr || !marks->sequence || marks->tuples) return result;
  if (node->keep_array) marks->keep_singleton = true;
  Items items(result);
  if (items.size() == 0) return Cell();
  if (items.size() == 1 && !marks->keep_singleton) return items[0];
  return result;
}

Cell Evaluator::Dispatch(const Node* node, const Cell& input, Frame* frame) {
  switch (node->type) {
    case NodeType::kPath:
      return Path(node, input, frame);
    case NodeType::kBinary:
      return Binary(node, input, frame);
    case NodeType::kNegate:
      return Negate(node, input, frame);
    case NodeType::kArray:
      return ArrayOf(node, input, frame);
    case NodeType::kObject:
      return Group(node, input, frame);
    case NodeType::kName:
      return NameStep(node, input);
    case NodeType::kString:
    case NodeType::kNumber:
    case NodeType::kConstant:
      return node->literal;
    case NodeType::kWildcard:
      return Wildcard(input);
    case NodeType::kDescendant:
      return Descendants(input);
    case NodeType::kParent:
      return Variable(node->slot->label, frame);
    case NodeType::kCondition:
      return Condition(node, input, frame);
    case NodeType::kBlock:
      return Block(node, input, frame);
    case NodeType::kBind: {
      Cell value = Eval(node->rhs, input, frame);
      if (!value.failed()) BindName(frame, node->name, value);
      return value;
    }
    case NodeType::kVariable: {
      if (node->name != kNoName) return Variable(node->name, frame);
      ArrayMarks* marks = input.marks();
      return marks != nullptr && marks->outer ? Items(input)[0] : input;
    }
    case NodeType::kFunction:
      return CallNode(node, input, frame, nullptr);
    case NodeType::kPartial:
      return Partial(node, input, frame);
    case NodeType::kApply:
      return ApplyOperator(node, input, frame);
    default:
      return Closure(node, input, frame);
  }
}

Cell Evaluator::Condition(const Node* node, const Cell& input, Frame* frame) {
  Cell condition = Eval(node->lhs, input, frame);
  if (condition.failed()) return condition;
  bool holds =
      node->op == Op::kCoalesce ? !condition.is_undefined() : Truthy(condition);
  if (failed_) return Cell::Failed();
  if (holds)
    return node->rhs == nullptr ? condition : Eval(node->rhs, input, frame);
  return node->third == nullptr ? Cell() : Eval(node->third, input, frame);
}

Cell Evaluator::Block(const Node* node, const Cell& input, Frame* frame) {
  Frame* own = node->binds ? NewFrame(frame, 0) : frame;
  Cell result;
  for (const Node* statement : node->children) {
    result = Eval(statement, input, own);
    if (result.failed()) return result;
  }
  // A pending tail call still needs its variables.
  if (own != frame && result.tag != Tag::kThunk) ReleaseFrames(own, frame);
  return result;
}

Frame* Evaluator::NewFrame(Frame* parent, uint32_t names) {
  Frame* frame = free_frames_;
  if (frame != nullptr) {
    free_frames_ = frame->parent;
    frame->size = 0;
  } else {
    frame = arena_.New<Frame>();
  }
  frame->parent = parent;
  if (names > frame->capacity) {
    frame->bindings = arena_.NewArray<Binding>(names);
    frame->capacity = names;
  }
  return frame;
}

void Evaluator::BindName(Frame* frame, uint32_t name, const Cell& value) {
  for (uint32_t i = 0; i < frame->size; ++i) {
    if (frame->bindings[i].name != name) continue;
    frame->bindings[i].value = value;
    return;
  }
  if (frame->size == frame->capacity) {
    Binding* more = arena_.NewArray<Binding>(size_t{frame->capacity} * 2);
    std::copy(frame->bindings, frame->bindings + frame->size, more);
    frame->bindings = more;
    frame->capacity *= 2;
  }
  frame->bindings[frame->size++] = {name, value};
}

// Frames that no closure holds are used again, so that a loop of tail calls
// needs no memory.
void Evaluator::ReleaseFrames(Frame* from, const Frame* upto) {
  while (from != upto && from != nullptr) {
    Frame* parent = from->parent;
    if (!from->captured) {
      from->parent = free_frames_;
      free_frames_ = from;
    }
    from = parent;
  }
}

void Evaluator::Capture(Frame* frame) {
  for (; frame != nullptr && !frame->captured; frame = frame->parent) {
    frame->captured = true;
  }
}

Cell Evaluator::Variable(uint32_t name, const Frame* frame) {
  for (; frame != nullptr; frame = frame->parent) {
    for (uint32_t i = 0; i < frame->size; ++i) {
      if (frame->bindings[i].name == name) return frame->bindings[i].value;
    }
  }
  return Global(name);
}

Cell Evaluator::Global(uint32_t name) {
  Cell& global = globals_[name];
  if (!global.failed()) return global;
  const std::string& text = program_.names[name];
  global = Cell();
  if (text == "$") return global = root_;
  if (const Value* bound = bindings_.Find(text)) {
    return global = Cell::Of(*bound);
  }
  const Builtin* builtin = FindBuiltin(text, program_.options.aws);
  if (builtin != nullptr) global = BuiltinCell(builtin);
  return global;
}

Cell Evaluator::BuiltinCell(const Builtin* builtin) {
  Function* function = arena_.New<Function>();
  function->builtin = builtin;
  return Cell::Of(function);
}

// Is there a variable of that name, which the text of a field's name is?
bool Evaluator::IsBound(std::string_view name, const Frame* frame) {
  for (uint32_t i = 0; i < program_.names.size(); ++i) {
    if (program_.names[i] != name) continue;
    Cell cell = Variable(i, frame);
    return !cell.is_undefined() && Truthy(cell);
  }
  return bindings_.Find(name) != nullptr ||
         FindBuiltin(name, program_.options.aws) != nullptr;
}

}  // namespace stepwheel::asl::jsonata
