// The result of an evaluation as a Value that shares what it can with the
// input.
#include <cmath>
#include <utility>

#include "asl/jsonata/evaluator.h"

namespace stepwheel::asl::jsonata {
namespace {

bool IsPlain(double number) {
  return std::isfinite(number) &&
         (std::floor(number) != number || std::fabs(number) >= 0x1p63);
}

// Whole numbers are printed without a fraction, by AWS as by JavaScript.
Value Number(double number) {
  if (!std::isfinite(number) || IsPlain(number)) return Value(number);
  return Value(static_cast<int64_t>(number));
}

// AWS has words for what JSON cannot write.
Value AwsNumber(double number) {
  if (std::isnan(number)) return Value("NaN");
  if (std::isinf(number)) return Value(number > 0 ? "Infinity" : "-Infinity");
  return Number(number);
}

}  // namespace

class Exporter {
 public:
  explicit Exporter(Evaluator& evaluator)
      : evaluator_(evaluator), aws_(evaluator.program().options.aws) {}

  // A failure, or what the result is instead of a value.
  Cell Export(const Cell& cell, Value* out) {
    if (!evaluator_.StackLeft() || !evaluator_.Work()) return Cell::Failed();
    switch (cell.tag) {
      case Tag::kFailed:
      case Tag::kUndefined:
      case Tag::kFunction:
        return cell;
      case Tag::kBool:
        *out = Value(cell.boolean);
        break;
      case Tag::kInt:
        *out = Value(cell.integer);
        break;
      case Tag::kDouble:
        *out = aws_ ? AwsNumber(cell.number) : Number(cell.number);
        break;
      case Tag::kString:
        if (!Spend(cell.length)) return Cell::Failed();
        *out = Value(cell.as_string());
        break;
      case Tag::kBorrowedString:
        *out = *cell.value;
        break;
      case Tag::kArray:
      case Tag::kRange:
        return ExportArray(cell, out);
      case Tag::kObject:
        return ExportObject(cell, out);
      case Tag::kBorrowedArray:
      case Tag::kBorrowedObject:
        if (!aws_ || AsIs(*cell.value)) {
          *out = *cell.value;
          break;
        }
        return cell.is_array() ? ExportArray(cell, out)
                               : ExportObject(cell, out);
      case Tag::kTuple:
        return Cell();
      default:
        *out = Value();
    }
    return evaluator_.failed() ? Cell::Failed() : Cell::Null();
  }

 private:
  // What an expression shares is written out here as often as it is used: that
  // counts as memory of the evaluation.
  bool Spend(uint64_t bytes) {
    constexpr uint64_t kNode = 64;  // Head and bookkeeping, roughly.
    if (evaluator_.arena().Spend(kNode + bytes)) return true;
    evaluator_.FailLimit(Failure::Limit::kMemory);
    return false;
  }

  Cell ExportArray(const Cell& cell, Value* out) {
    Items items(cell);
    if (!Spend(items.size() * sizeof(Value))) return Cell::Failed();
    Elements elements;
    elements.reserve(items.size());
    for (size_t i = 0; i < items.size(); ++i) {
      Value element;
      Cell exported = Export(items[i], &element);
      if (exported.failed() || exported.is_function()) return exported;
      elements.push_back(std::move(element));
    }
    *out = Value(std::move(elements));
    return Cell::Null();
  }

  Cell ExportObject(const Cell& cell, Value* out) {
    Fields fields(cell);
    if (!Spend(fields.size() * sizeof(Member))) return Cell::Failed();
    Members members;
    members.reserve(fields.size());
    for (size_t i = 0; i < fields.size(); ++i) {
      Value value;
      Cell exported = Export(fields.value(i), &value);
      if (exported.failed() || exported.is_function()) return exported;
      if (exported.is_undefined()) continue;
      Cell name = fields.name(i);
      members.emplace_back(name.tag == Tag::kBorrowedString
                               ? *name.value
                               : Value(name.as_string()),
                           std::move(value));
    }
    *out = Value(std::move(members));
    return Cell::Null();
  }

  bool MayWalk(size_t items) {
    return evaluator_.StackLeft() && evaluator_.WorkOn(items);
  }

  // Does AWS print it as it stands? True after a failure, which ends it all.
  bool AsIs(const Value& value) {
    switch (value.kind()) {
      case Value::Kind::kDouble:
        return IsPlain(value.as_double());
      case Value::Kind::kArray:
        if (!MayWalk(value.as_array().size())) return true;
        for (const Value& element : value.as_array()) {
          if (!AsIs(element)) return false;
        }
        return true;
      case Value::Kind::kObject:
        if (!MayWalk(value.as_object().size())) return true;
        for (const Member& member : value.as_object()) {
          if (!AsIs(member.value)) return false;
        }
        return true;
      default:
        return true;
    }
  }

  Evaluator& evaluator_;
  bool aws_;
};

Cell Evaluator::Export(const Cell& cell, Value* out) {
  return Exporter(*this).Export(cell, out);
}

}  // namespace stepwheel::asl::jsonata
