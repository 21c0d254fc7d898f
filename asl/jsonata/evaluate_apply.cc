// Functions made of functions: partial application, ~>, transforms.
#include "asl/jsonata/evaluator.h"

namespace stepwheel::asl::jsonata {

Cell Evaluator::Partial(const Node* node, const Cell& input, Frame* frame) {
  std::vector<Cell> arguments;
  for (const Node* argument : node->children) {
    // A hole until the call.
    Cell value = Cell::Failed();
    if (argument->type != NodeType::kPlaceholder) {
      value = Eval(argument, input, frame);
      if (value.failed()) return value;
    }
    arguments.push_back(value);
  }
  Cell procedure = Eval(node->lhs, input, frame);
  if (procedure.failed()) return procedure;
  if (!procedure.is_function()) {
    const Node* named = node->lhs;
    bool path = named->type == NodeType::kPath;
    if (path) named = named->children[0];
    bool known =
        path && procedure.is_undefined() && IsBound(named->text, frame);
    Fail(known ? "T1007" : "T1008");
    Blame(node->position, named->text);
    return Cell::Failed();
  }
  const Function& whole = *procedure.function;
  Function* function = arena_.New<Function>();
  auto given = [&](size_t i) {
    return i < arguments.size() ? arguments[i] : Cell();
  };
  if (whole.kind == Function::Kind::kClosure) {
    Frame* own = NewFrame(whole.frame, whole.parameter_count);
    Capture(own);
    uint32_t* open = arena_.NewArray<uint32_t>(whole.parameter_count);
    function->kind = Function::Kind::kClosure;
    function->parameters = open;
    for (uint32_t i = 0; i < whole.parameter_count; ++i) {
      Cell argument = given(i);
      if (argument.failed()) {
        open[function->parameter_count++] = whole.parameters[i];
      } else {
        BindName(own, whole.parameters[i], argument);
      }
    }
    function->node = whole.node;
    function->frame = own;
    function->input = whole.input;
    return Cell::Of(function);
  }
  if (whole.kind != Function::Kind::kBuiltin) {
    Fail("T1008");
    Blame(node->position, node->lhs->text);
    return Cell::Failed();
  }
  function->kind = Function::Kind::kPartial;
  function->builtin = whole.builtin;
  function->held_count = whole.builtin->parameters;
  function->held = arena_.NewArray<Cell>(function->held_count);
  for (uint32_t i = 0; i < function->held_count; ++i) {
    function->held[i] = given(i);
  }
  return Cell::Of(function);
}

Cell Evaluator::ApplyOperator(const Node* node, const Cell& input,
                              Frame* frame) {
  Cell left = Eval(node->lhs, input, frame);
  if (left.failed()) return left;
  if (node->rhs->type == NodeType::kFunction) {
    return CallNode(node->rhs, input, frame, &left);
  }
  Cell function = Eval(node->rhs, input, frame);
  if (function.failed()) return function;
  if (!function.is_function()) {
    Fail("T2006", function);
    error_.position = node->position;
    return Cell::Failed();
  }
  if (left.is_function()) {
    Function* composed = arena_.New<Function>();
    composed->kind = Function::Kind::kComposed;
    composed->held_count = 2;
    composed->held = arena_.NewArray<Cell>(2);
    composed->held[0] = left;
    composed->held[1] = function;
    return Cell::Of(composed);
  }
  Arguments arguments;
  arguments.Add(left);
  return Apply(function, &arguments, Cell::Null());
}

Cell Evaluator::ApplyTransform(const Function* function, const Cell& object) {
  if (object.is_undefined()) return object;
  const Node* node = function->node;
  Cell clone_name = Cell();
  for (const Frame* f = function->frame; f != nullptr; f = f->parent) {
    for (uint32_t i = 0; i < f->size; ++i) {
      if (program_.names[f->bindings[i].name] != "clone") continue;
      clone_name = f->bindings[i].value;
      if (!clone_name.is_function()) {
        Fail("T2013");
        error_.position = node->position;
        return Cell::Failed();
      }
    }
  }
  Cell copy = CloneOf(object);
  if (clone_name.is_function()) {
    Arguments arguments;
    arguments.Add(object);
    copy = Apply(clone_name, &arguments, Cell::Null());
  }
  if (copy.failed()) return copy;
  Cell matches = Eval(node->lhs, copy, function->frame);
  if (matches.failed()) return matches;
  if (matches.is_undefined()) return copy;
  Items items = matches.is_array() ? Items(matches) : Items::Single(&matches);
  for (size_t i = 0; i < items.size(); ++i) {
    if (!Update(node, items[i], function->frame)) return Cell::Failed();
  }
  return copy;
}

bool Evaluator::Update(const Node* transform, const Cell& match, Frame* frame) {
  Cell update = Eval(transform->rhs, match, frame);
  if (update.failed()) return false;
  if (!update.is_undefined()) {
    if (!update.is_object()) {
      Fail("T2011", update);
      error_.position = transform->rhs->position;
      return false;
    }
    Fields fields(update);
    for (size_t i = 0; i < fields.size(); ++i) {
      if (match.tag != Tag::kObject) break;
      SetField(arena_, match.object, fields.name(i), fields.value(i));
    }
  }
  if (transform->third == nullptr) return true;
  Cell names = Eval(transform->third, match, frame);
  if (names.failed()) return false;
  if (names.is_undefined()) return true;
  Items items = names.is_array() ? Items(names) : Items::Single(&names);
  for (size_t i = 0; i < items.size(); ++i) {
    if (items[i].is_string()) continue;
    Fail("T2012", names);
    error_.position = transform->third->position;
    return false;
  }
  for (size_t i = 0; i < items.size() && match.tag == Tag::kObject; ++i) {
    RemoveField(match.object, items[i].as_string());
  }
  return true;
}

}  // namespace stepwheel::asl::jsonata
