// Calls: arguments, signatures, closures, tail calls.
#include <algorithm>

#include "asl/jsonata/evaluator.h"
#include "asl/jsonata/matcher.h"

namespace stepwheel::asl::jsonata {
namespace {

// What a call names, for messages.
std::string_view NameOf(const Node* procedure, bool* has_name) {
  const Node* named = procedure;
  if (named->type == NodeType::kPath) named = named->children[0];
  *has_name =
      named->type == NodeType::kVariable || named->type == NodeType::kName ||
      named->type == NodeType::kString || named->type == NodeType::kNumber;
  return *has_name ? std::string_view(named->text) : std::string_view();
}

// What a built-in function may have to look at before it counts for itself.
uint64_t SizeOf(const Arguments& arguments) {
  uint64_t size = 0;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const Cell& cell = arguments[i];
    if (cell.is_string()) {
      size += cell.as_string().size();
    } else if (cell.is_array()) {
      size += Items(cell).size();
    }
  }
  return size;
}

}  // namespace

bool Evaluator::EvalArguments(const Node* node, const Cell& input, Frame* frame,
                              Arguments* arguments) {
  for (const Node* argument : node->children) {
    Cell value = Eval(argument, input, frame);
    if (value.failed()) return false;
    if (value.is_function()) value.passed = true;
    arguments->Add(value);
  }
  return true;
}

// `first`, if given, is an argument in front of the others (a ~> $f(b)).
Cell Evaluator::CallNode(const Node* node, const Cell& input, Frame* frame,
                         const Cell* first) {
  Cell procedure = Eval(node->lhs, input, frame);
  if (procedure.failed()) return procedure;
  bool has_name = false;
  std::string_view name = NameOf(node->lhs, &has_name);
  if (procedure.is_undefined() && node->lhs->type == NodeType::kPath &&
      IsBound(name, frame)) {
    Fail("T1005");
    Blame(node->position, name);
    return Cell::Failed();
  }
  Arguments arguments;
  if (first != nullptr) arguments.Add(*first);
  if (!EvalArguments(node, input, frame, &arguments)) return Cell::Failed();
  if (procedure.is_function() && !procedure.passed) {
    procedure.function->token = name;
    procedure.function->has_token = has_name;
    procedure.function->position = node->position;
  }
  Cell result = Apply(procedure, &arguments, input);
  if (result.failed()) {
    if (error_.position == 0) error_.position = node->position;
    if (!error_.has_token && has_name) {
      error_.token = name;
      error_.has_token = true;
    }
  }
  return result;
}

void Evaluator::BlameFunction(const Function* function) {
  if (!error_.has_token && function->has_token) {
    error_.token = function->token;
    error_.has_token = true;
  }
  if (function->position != 0) error_.position = function->position;
}

// Applies, and goes on applying while the result is a call in tail position.
Cell Evaluator::Apply(Cell function, Arguments* arguments,
                      const Cell& context) {
  Cell result = ApplyOnce(function, arguments, context);
  while (result.tag == Tag::kThunk) {
    const Node* call = result.thunk;
    Frame* frame = thunk_frame_;
    Cell input = thunk_input_;
    const Frame* home = function.function->kind == Function::Kind::kClosure
                            ? function.function->frame
                            : nullptr;
    function = Eval(call->lhs, input, frame);
    if (function.failed()) return function;
    if (function.is_function() && !function.passed) {
      bool has_name = false;
      function.function->token = NameOf(call->lhs, &has_name);
      function.function->has_token =
          has_name && call->lhs->type == NodeType::kVariable;
      function.function->position = call->lhs->position;
    }
    Arguments next;
    for (const Node* argument : call->children) {
      Cell value = Eval(argument, input, frame);
      if (value.failed()) return value;
      next.Add(value);
    }
    ReleaseFrames(frame, home);
    result = ApplyOnce(function, &next, context);
  }
  return result;
}

Cell Evaluator::ApplyOnce(const Cell& cell, Arguments* arguments,
                          const Cell& given) {
  if (!cell.is_function()) return Fail("T1006");
  Function* function = cell.function;
  // A function that was passed on no longer knows the caller's context.
  Cell context = cell.passed ? Cell::Null() : given;
  Cell result;
  switch (function->kind) {
    case Function::Kind::kBuiltin: {
      const Signature& signature = SignatureOf(*function->builtin);
      result = CheckArguments(&signature, arguments, context)
                   ? ApplyBuiltin(function, *arguments)
                   : Cell::Failed();
      break;
    }
    case Function::Kind::kClosure:
      result = CheckArguments(function->signature, arguments, context)
                   ? ApplyClosure(function, arguments)
                   : Cell::Failed();
      break;
    case Function::Kind::kPartial:
      result = ApplyPartial(function, *arguments);
      break;
    case Function::Kind::kComposed:
      result = ApplyComposed(function, *arguments);
      break;
    case Function::Kind::kTransform: {
      static const Signature kSignature =
          *Signature::Parse("<(oa):o>", nullptr);
      result = CheckArguments(&kSignature, arguments, context)
                   ? ApplyTransform(function, arguments->Get(0))
                   : Cell::Failed();
      break;
    }
    case Function::Kind::kMatcher:
      return RunMatcher(*this, function->node, arguments->Get(0), 0);
    case Function::Kind::kNextMatch:
      return RunNextMatch(*this, *function);
  }
  if (result.failed()) BlameFunction(function);
  return result;
}

bool Evaluator::CheckArguments(const Signature* signature, Arguments* arguments,
                               const Cell& context) {
  if (signature == nullptr) return true;
  Signature::Verdict verdict =
      signature->Bind(context, level(), arena_, arguments);
  if (verdict.mismatch == Signature::Mismatch::kNone) return true;
  error_.index = verdict.index;
  error_.type = verdict.items;
  Fail(verdict.mismatch == Signature::Mismatch::kArgument  ? "T0410"
       : verdict.mismatch == Signature::Mismatch::kContext ? "T0411"
                                                           : "T0412",
       verdict.value);
  return false;
}

Cell Evaluator::ApplyBuiltin(const Function* function,
                             const Arguments& arguments) {
  if (!StackLeft() || !WorkOn(SizeOf(arguments))) return Cell::Failed();
  return function->builtin->implementation(*this, arguments);
}

Cell Evaluator::ApplyClosure(Function* function, Arguments* arguments) {
  Frame* frame = NewFrame(function->frame, function->parameter_count);
  for (uint32_t i = 0; i < function->parameter_count; ++i) {
    BindName(frame, function->parameters[i], arguments->Get(i));
  }
  Cell result = Eval(function->node->lhs, function->input, frame);
  if (!result.failed() && result.tag != Tag::kThunk) {
    ReleaseFrames(frame, function->frame);
  }
  return result;
}

Cell Evaluator::ApplyPartial(const Function* function,
                             const Arguments& arguments) {
  Arguments all;
  size_t next = 0;
  for (uint32_t i = 0; i < function->held_count; ++i) {
    bool hole = function->held[i].failed();
    all.Add(hole ? arguments.Get(next++) : function->held[i]);
  }
  if (!StackLeft() || !WorkOn(SizeOf(all))) return Cell::Failed();
  // The reference does not check here, and its functions then fail in their
  // host; ours rely on what their signatures say.
  const Signature& signature = SignatureOf(*function->builtin);
  if (!CheckArguments(&signature, &all, Cell::Null())) return Cell::Failed();
  return function->builtin->implementation(*this, all);
}

Cell Evaluator::ApplyComposed(const Function* function,
                              const Arguments& arguments) {
  if (!StackLeft() || !Work()) return Cell::Failed();
  Arguments inner;
  inner.Add(arguments.Get(0));
  Cell between = Apply(function->held[0], &inner, Cell::Null());
  if (between.failed()) return between;
  Arguments outer;
  outer.Add(between);
  return Apply(function->held[1], &outer, Cell::Null());
}

Cell Evaluator::Call(const Cell& function, Arguments& arguments) {
  return Apply(function, &arguments, Cell::Null());
}

size_t Evaluator::ArityOf(const Cell& cell) const {
  const Function& function = *cell.function;
  switch (function.kind) {
    case Function::Kind::kBuiltin:
      return function.builtin->arity;
    case Function::Kind::kClosure:
      return function.parameter_count;
    case Function::Kind::kPartial:
      return static_cast<size_t>(
          std::count_if(function.held, function.held + function.held_count,
                        [](const Cell& held) { return held.failed(); }));
    case Function::Kind::kMatcher:
      return 2;
    case Function::Kind::kNextMatch:
      return 0;
    default:
      return 1;
  }
}

Cell Evaluator::Closure(const Node* node, const Cell& input, Frame* frame) {
  if (node->thunk) {
    thunk_frame_ = frame;
    thunk_input_ = input;
    Cell thunk = Cell::Of(Tag::kThunk);
    thunk.thunk = node->lhs;
    return thunk;
  }
  Function* function = arena_.New<Function>();
  function->node = node;
  function->frame = frame;
  function->input = input;
  if (node->type == NodeType::kRegex) {
    function->kind = Function::Kind::kMatcher;
    return Cell::Of(function);
  }
  Capture(frame);
  function->kind = Function::Kind::kTransform;
  if (node->type == NodeType::kLambda) {
    function->kind = Function::Kind::kClosure;
    function->signature = node->signature.get();
    function->parameters = node->parameters.data();
    function->parameter_count = static_cast<uint32_t>(node->parameters.size());
  }
  return Cell::Of(function);
}

}  // namespace stepwheel::asl::jsonata
