// Values as text: what $string and & make of them.
#include <cmath>

#include "asl/json.h"
#include "asl/jsonata/evaluator.h"
#include "asl/jsonata/js_number.h"

namespace stepwheel::asl::jsonata {
namespace {

// Whole numbers below this have at most 15 digits.
constexpr int64_t kPrecise = 1'000'000'000'000'000;

// Writes one value after another and keeps the count of levels.
class JsonText {
 public:
  JsonText(Evaluator& evaluator, bool pretty, std::string* out)
      : evaluator_(evaluator), pretty_(pretty), out_(out) {}

  bool Append(const Cell& cell) {
    if (!evaluator_.Work()) return false;
    if (out_->size() > static_cast<uint64_t>(evaluator_.limits().value_bytes)) {
      evaluator_.FailLimit(Failure::Limit::kMemory);
      return false;
    }
    if (cell.is_array()) return evaluator_.StackLeft() && AppendArray(cell);
    if (cell.is_object()) return evaluator_.StackLeft() && AppendObject(cell);
    if (cell.is_number()) return AppendNumber(cell);
    if (cell.is_string()) {
      AppendJsonString(cell.as_string(), out_);
    } else if (cell.is_bool()) {
      out_->append(cell.boolean ? "true" : "false");
    } else if (cell.is_function()) {
      out_->append("\"\"");
    } else {
      out_->append("null");
    }
    return true;
  }

 private:
  bool AppendNumber(const Cell& cell) {
    bool numeric = evaluator_.IsNumeric(cell);
    if (evaluator_.failed()) return false;
    if (numeric) {
      evaluator_.AppendNumber(cell, out_);
    } else {
      out_->append("null");
    }
    return true;
  }

  bool AppendArray(const Cell& cell) {
    Items items(cell);
    out_->push_back('[');
    ++level_;
    for (size_t i = 0; i < items.size(); ++i) {
      if (i > 0) out_->push_back(',');
      NewLine();
      if (!Append(items[i])) return false;
    }
    --level_;
    if (items.size() > 0) NewLine();
    out_->push_back(']');
    return true;
  }

  bool AppendObject(const Cell& cell) {
    Fields fields(cell);
    std::vector<uint32_t> order = fields.Order();
    out_->push_back('{');
    ++level_;
    bool any = false;
    for (size_t i = 0; i < fields.size(); ++i) {
      size_t at = order.empty() ? i : order[i];
      Cell value = fields.value(at);
      if (value.is_undefined()) continue;
      if (any) out_->push_back(',');
      any = true;
      NewLine();
      AppendJsonString(fields.key(at), out_);
      out_->append(pretty_ ? ": " : ":");
      if (!Append(value)) return false;
    }
    --level_;
    if (any) NewLine();
    out_->push_back('}');
    return true;
  }

  void NewLine() {
    if (!pretty_) return;
    out_->push_back('\n');
    out_->append(size_t{2} * level_, ' ');
  }

  Evaluator& evaluator_;
  bool pretty_;
  std::string* out_;
  size_t level_ = 0;
};

}  // namespace

void Evaluator::AppendNumber(const Cell& number, std::string* out) const {
  if (number.tag == Tag::kInt && number.integer < kPrecise &&
      number.integer > -kPrecise) {
    AppendJsonInt(number.integer, out);
    return;
  }
  double value = number.as_double();
  if (!std::isfinite(value)) {
    out->append("null");
    return;
  }
  bool whole_too = program_.options.level == Level::k2_0_6;
  AppendPrecision15(value, whole_too, out);
}

bool Evaluator::AppendJson(const Cell& cell, bool pretty, std::string* out) {
  return JsonText(*this, pretty, out).Append(cell);
}

Cell Evaluator::StringOf(const Cell& given, bool pretty) {
  Cell cell = given;
  if (cell.is_string() || cell.is_undefined()) return cell;
  if (cell.is_function()) return Cell::String("");
  if (cell.tag == Tag::kDouble && !std::isfinite(cell.number)) {
    return Fail("D3001", cell);
  }
  ArrayMarks* marks = cell.marks();
  if (marks != nullptr && marks->outer) cell = Items(cell)[0];
  std::string text;
  if (!AppendJson(cell, pretty, &text)) return Cell::Failed();
  return Text(text);
}

}  // namespace stepwheel::asl::jsonata
