// Functions that call a function for each item or member.
#include "asl/jsonata/functions.h"

namespace stepwheel::asl::jsonata {
namespace {

// Calls with as many of value, key and whole as the function takes.
class Callback {
 public:
  Callback(Evaluator& e, const Cell& function, const Cell& whole)
      : evaluator_(e),
        function_(function),
        arity_(e.ArityOf(function)),
        whole_(whole) {}

  Cell operator()(const Cell& value, const Cell& key) {
    Arguments arguments;
    arguments.Add(value);
    if (arity_ >= 2) arguments.Add(key);
    if (arity_ >= 3) arguments.Add(whole_);
    return evaluator_.Call(function_, arguments);
  }

 private:
  Evaluator& evaluator_;
  Cell function_;
  size_t arity_;
  Cell whole_;
};

Cell Index(size_t i) { return Cell::Int(static_cast<int64_t>(i)); }

}  // namespace

Cell MapFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  Array* out = NewSequence(e.arena());
  Items items(cell);
  Callback call(e, a.Get(1), cell);
  for (size_t i = 0; i < items.size(); ++i) {
    Cell result = call(items[i], Index(i));
    if (result.failed()) return result;
    if (!result.is_undefined()) Push(e.arena(), out, result);
  }
  return Cell::Of(out);
}

Cell FilterFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  Array* out = NewSequence(e.arena());
  Items items(cell);
  Callback call(e, a.Get(1), cell);
  for (size_t i = 0; i < items.size(); ++i) {
    Cell item = items[i];
    Cell verdict = call(item, Index(i));
    if (verdict.failed()) return verdict;
    if (e.Truthy(verdict)) Push(e.arena(), out, item);
    if (e.failed()) return Cell::Failed();
  }
  return Cell::Of(out);
}

Cell SingleFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  Items items(cell);
  bool found = false;
  Cell result;
  for (size_t i = 0; i < items.size(); ++i) {
    bool matches = true;
    if (a.Get(1).is_function()) {
      Cell verdict = Callback(e, a.Get(1), cell)(items[i], Index(i));
      if (verdict.failed()) return verdict;
      matches = e.Truthy(verdict);
      if (e.failed()) return Cell::Failed();
    }
    if (!matches) continue;
    if (found) return e.Fail("D3138");
    found = true;
    result = items[i];
  }
  return found ? result : e.Fail("D3139");
}

Cell ReduceFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  size_t arity = e.ArityOf(a.Get(1));
  if (arity < 2) return e.Fail("D3050");
  Items items(cell);
  Cell result = a.Get(2);
  size_t start = 0;
  if (result.is_undefined() && items.size() > 0) {
    result = items[0];
    start = 1;
  }
  for (size_t i = start; i < items.size(); ++i) {
    Arguments arguments;
    arguments.Add(result);
    arguments.Add(items[i]);
    if (arity >= 3) arguments.Add(Index(i));
    if (arity >= 4) arguments.Add(cell);
    result = e.Call(a.Get(1), arguments);
    if (result.failed()) return result;
  }
  return result;
}

Cell EachFunction(Evaluator& e, const Arguments& a) {
  Array* out = NewSequence(e.arena());
  if (!a.Get(0).is_object()) return Cell::Of(out);
  Fields fields(a.Get(0));
  std::vector<uint32_t> order = fields.Order();
  Callback call(e, a.Get(1), a.Get(0));
  for (size_t i = 0; i < fields.size(); ++i) {
    size_t at = order.empty() ? i : order[i];
    Cell result = call(fields.value(at), fields.name(at));
    if (result.failed()) return result;
    if (!result.is_undefined()) Push(e.arena(), out, result);
  }
  return Cell::Of(out);
}

Cell SiftFunction(Evaluator& e, const Arguments& a) {
  if (!a.Get(0).is_object() || !a.Get(1).is_function()) return Cell();
  Object* out = e.arena().New<Object>();
  Fields fields(a.Get(0));
  std::vector<uint32_t> order = fields.Order();
  Callback call(e, a.Get(1), a.Get(0));
  for (size_t i = 0; i < fields.size(); ++i) {
    size_t at = order.empty() ? i : order[i];
    Cell verdict = call(fields.value(at), fields.name(at));
    if (verdict.failed()) return verdict;
    if (e.Truthy(verdict)) {
      AddField(e.arena(), out, fields.name(at), fields.value(at));
    }
    if (e.failed()) return Cell::Failed();
  }
  return out->size == 0 ? Cell() : Cell::Of(out);
}

}  // namespace stepwheel::asl::jsonata
