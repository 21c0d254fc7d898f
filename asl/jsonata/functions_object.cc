// Functions on objects and on any value.
#include <string>

#include "asl/jsonata/functions.h"

namespace stepwheel::asl::jsonata {
namespace {

bool AddKeys(Evaluator& e, const Cell& cell, Object* seen) {
  if (!e.StackLeft()) return false;
  if (cell.is_array()) {
    Items items(cell);
    for (size_t i = 0; i < items.size(); ++i) {
      if (!e.Work() || !AddKeys(e, items[i], seen)) return false;
    }
  } else if (cell.is_object()) {
    Fields fields(cell);
    for (size_t i = 0; i < fields.size(); ++i) {
      if (!e.Work()) return false;
      SetField(e.arena(), seen, fields.name(i), Cell::Bool(true));
    }
  }
  return true;
}

bool Spread(Evaluator& e, const Cell& cell, Array* out) {
  if (!e.StackLeft()) return false;
  if (cell.is_array()) {
    Items items(cell);
    for (size_t i = 0; i < items.size(); ++i) {
      if (!Spread(e, items[i], out)) return false;
    }
    return true;
  }
  if (!cell.is_object()) {
    if (!cell.is_undefined()) Push(e.arena(), out, cell);
    return e.Work();
  }
  Fields fields(cell);
  std::vector<uint32_t> order = fields.Order();
  for (size_t i = 0; i < fields.size(); ++i) {
    if (!e.Work()) return false;
    size_t at = order.empty() ? i : order[i];
    Object* one = e.arena().New<Object>();
    AddField(e.arena(), one, fields.name(at), fields.value(at));
    Push(e.arena(), out, Cell::Of(one));
  }
  return true;
}

}  // namespace

Cell KeysFunction(Evaluator& e, const Arguments& a) {
  Object seen;
  if (!AddKeys(e, a.Get(0), &seen)) return Cell::Failed();
  Array* out = NewSequence(e.arena());
  Fields fields(Cell::Of(&seen));
  std::vector<uint32_t> order = fields.Order();
  for (size_t i = 0; i < fields.size(); ++i) {
    Push(e.arena(), out, fields.name(order.empty() ? i : order[i]));
  }
  return Cell::Of(out);
}

Cell LookupFunction(Evaluator& e, const Arguments& a) {
  if (!a.Get(1).is_string()) return Cell();
  return e.Lookup(a.Get(0), a.Get(1).as_string());
}

Cell SpreadFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (!cell.is_array() && !cell.is_object()) return cell;
  Array* out = NewSequence(e.arena());
  return Spread(e, cell, out) ? Cell::Of(out) : Cell::Failed();
}

Cell MergeFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  Items items(cell);
  Object* out = e.arena().New<Object>();
  for (size_t i = 0; i < items.size(); ++i) {
    Fields fields(items[i]);
    for (size_t j = 0; j < fields.size(); ++j) {
      if (!e.Work()) return Cell::Failed();
      SetField(e.arena(), out, fields.name(j), fields.value(j));
    }
  }
  return Cell::Of(out);
}

Cell TypeFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  if (cell.is_null()) return Cell::String("null");
  if (cell.is_number()) {
    bool numeric = e.IsNumeric(cell);
    if (e.failed()) return Cell::Failed();
    return Cell::String(numeric ? "number" : "object");
  }
  if (cell.is_string()) return Cell::String("string");
  if (cell.is_bool()) return Cell::String("boolean");
  if (cell.is_array()) return Cell::String("array");
  return Cell::String(cell.is_function() ? "function" : "object");
}

Cell BooleanFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_undefined()) return Cell();
  bool truth = e.Truthy(a.Get(0));
  return e.failed() ? Cell::Failed() : Cell::Bool(truth);
}

Cell NotFunction(Evaluator& e, const Arguments& a) {
  Cell truth = BooleanFunction(e, a);
  return truth.is_bool() ? Cell::Bool(!truth.boolean) : truth;
}

Cell ExistsFunction(Evaluator& e, const Arguments& a) {
  return Cell::Bool(!a.Get(0).is_undefined());
}

Cell CloneFunction(Evaluator& e, const Arguments& a) {
  return a.Get(0).is_undefined() ? Cell() : e.CloneOf(a.Get(0));
}

Cell ErrorFunction(Evaluator& e, const Arguments& a) {
  Cell message = a.Get(0);
  if (message.is_string() && !message.as_string().empty()) {
    return e.FailWith("D3137", std::string(message.as_string()));
  }
  return e.FailWith("D3137", "$error() function evaluated");
}

Cell AssertFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_bool() && a.Get(0).boolean) return Cell();
  Cell message = a.Get(1);
  if (message.is_string() && !message.as_string().empty()) {
    return e.FailWith("D3141", std::string(message.as_string()));
  }
  return e.FailWith("D3141", "$assert() statement failed");
}

}  // namespace stepwheel::asl::jsonata
