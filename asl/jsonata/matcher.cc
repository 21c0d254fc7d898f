#include "asl/jsonata/matcher.h"

#include <algorithm>

#include "asl/jsonata/text.h"

namespace stepwheel::asl::jsonata {
namespace {

// JavaScript counts in UTF-16 units, we in bytes.
size_t UnitsBefore(std::string_view text, size_t byte) {
  size_t units = 0;
  for (size_t i = 0; i < byte && i < text.size(); ++i) {
    uint8_t c = static_cast<uint8_t>(text[i]);
    if ((c & 0xC0) != 0x80) units += c >= 0xF0 ? 2 : 1;
  }
  return units;
}

size_t ByteOfUnit(std::string_view text, double unit) {
  size_t at = 0;
  double units = 0;
  while (at < text.size() && units < unit) {
    units += static_cast<uint8_t>(text[at]) >= 0xF0 ? 2 : 1;
    at += CodePointSize(text, at);
  }
  return at;
}

// Searches within the evaluation's limits. 1, 0, or -1 after a failure.
int Search(Evaluator& evaluator, const Node* regex, std::string_view text,
           size_t offset, std::vector<JsRegex::Span>* spans) {
  if (!evaluator.Work(64)) return -1;
  int64_t budget = JsRegex::kDefaultBudget;
  JsRegex::Outcome outcome = regex->regex->Exec(text, offset, &budget, spans);
  if (outcome == JsRegex::Outcome::kLimit) {
    evaluator.FailLimit(Failure::Limit::kTime);
    return -1;
  }
  // What a search cost counts as steps of the evaluation.
  int64_t spent = (JsRegex::kDefaultBudget - budget) / 64;
  if (spent > 0 && !evaluator.Work(static_cast<uint32_t>(spent))) return -1;
  return outcome == JsRegex::Outcome::kMatch ? 1 : 0;
}

Cell PartOf(std::string_view text, const JsRegex::Span& span) {
  if (!span.is_set()) return Cell();
  return Cell::String(text.substr(span.begin, span.end - span.begin));
}

Cell Name(const char* name) { return Cell::String(name); }

Cell MatchObject(Evaluator& evaluator, const Node* regex, const Cell& subject,
                 const std::vector<JsRegex::Span>& spans) {
  Arena& arena = evaluator.arena();
  std::string_view text = subject.as_string();
  Object* object = arena.New<Object>();
  Array* groups = arena.New<Array>();
  for (size_t i = 1; i < spans.size(); ++i) {
    Push(arena, groups, PartOf(text, spans[i]));
  }
  Function* next = arena.New<Function>();
  next->kind = Function::Kind::kNextMatch;
  next->node = regex;
  next->held = arena.NewArray<Cell>(1);
  next->held[0] = subject;
  next->held_count = 1;
  next->offset = spans[0].end;
  auto units = [&](size_t byte) {
    return Cell::Int(static_cast<int64_t>(UnitsBefore(text, byte)));
  };
  AddField(arena, object, Name("match"), PartOf(text, spans[0]));
  AddField(arena, object, Name("start"), units(spans[0].begin));
  AddField(arena, object, Name("end"), units(spans[0].end));
  AddField(arena, object, Name("groups"), Cell::Of(groups));
  AddField(arena, object, Name("next"), Cell::Of(next));
  return Cell::Of(object);
}

}  // namespace

Cell RunMatcher(Evaluator& evaluator, const Node* regex, const Cell& text,
                size_t offset) {
  if (!text.is_string()) return Cell();
  std::vector<JsRegex::Span> spans;
  int found = Search(evaluator, regex, text.as_string(), offset, &spans);
  if (found < 0) return Cell::Failed();
  return found == 0 ? Cell() : MatchObject(evaluator, regex, text, spans);
}

Cell RunNextMatch(Evaluator& evaluator, const Function& next) {
  const Cell& text = next.held[0];
  if (next.offset >= text.as_string().size()) return Cell();
  Cell match = RunMatcher(evaluator, next.node, text, next.offset);
  if (match.is_object() && GetField(match, "match").as_string().empty()) {
    return evaluator.Fail("D1004", Cell::String(next.node->text));
  }
  return match;
}

Matches::Matches(Evaluator& evaluator, const Cell& pattern, const Cell& text)
    : evaluator_(evaluator), pattern_(pattern), text_(text) {
  if (pattern.function->kind == Function::Kind::kMatcher) {
    regex_ = pattern.function->node;
  }
}

bool Matches::Next() {
  bool found = regex_ != nullptr ? NextNative() : NextOfFunction();
  first_ = false;
  return found;
}

bool Matches::NextNative() {
  std::string_view text = text_.as_string();
  if (!first_ && end_ >= text.size()) return false;
  if (Search(evaluator_, regex_, text, end_, &spans_) <= 0) return false;
  begin_ = spans_[0].begin;
  end_ = spans_[0].end;
  match_ = text.substr(begin_, end_ - begin_);
  if (!first_ && match_.empty()) {
    evaluator_.Fail("D1004", Cell::String(regex_->text));
    return false;
  }
  groups_.clear();
  for (size_t i = 1; i < spans_.size(); ++i) {
    groups_.push_back(PartOf(text, spans_[i]));
  }
  return true;
}

bool Matches::NextOfFunction() {
  Arguments arguments;
  Cell function = pattern_;
  if (first_) {
    arguments.Add(text_);
  } else {
    function = GetField(object_, "next");
    if (!function.is_function()) {
      evaluator_.Fail("T1010");
      return false;
    }
  }
  object_ = evaluator_.Call(function, arguments);
  if (object_.failed() || !evaluator_.Truthy(object_)) return false;
  Cell start = object_.is_object() ? GetField(object_, "start") : Cell();
  Cell end = object_.is_object() ? GetField(object_, "end") : Cell();
  Cell match = object_.is_object() ? GetField(object_, "match") : Cell();
  if (!start.is_number() || !end.is_number() || !match.is_string()) {
    evaluator_.Fail("T1010");
    return false;
  }
  std::string_view text = text_.as_string();
  match_ = match.as_string();
  begin_ = std::max(ByteOfUnit(text, start.as_double()), end_);
  end_ = std::max(ByteOfUnit(text, end.as_double()), begin_);
  groups_.clear();
  Cell groups = GetField(object_, "groups");
  if (groups.is_array()) {
    Items items(groups);
    for (size_t i = 0; i < items.size(); ++i) groups_.push_back(items[i]);
  }
  return true;
}

Cell Matches::Object() {
  if (regex_ == nullptr) return object_;
  return MatchObject(evaluator_, regex_, text_, spans_);
}

}  // namespace stepwheel::asl::jsonata
