// How an evaluation fails, and what it may make.
#include <cstring>
#include <utility>

#include "asl/jsonata/evaluator.h"
#include "asl/jsonata/messages.h"

namespace stepwheel::asl::jsonata {

Cell Evaluator::Fail(std::string_view code, const Cell& value) {
  if (failed_) return Cell::Failed();
  failed_ = true;
  fuel_ = 0;  // No loop goes on, whoever looked at this failure and let it be.
  error_.code = code;
  error_.value = value;
  return Cell::Failed();
}

Cell Evaluator::FailWith(std::string_view code, std::string message) {
  if (!failed_) error_.message = std::move(message);
  return Fail(code);
}

Cell Evaluator::FailNamed(std::string_view code, const Cell& value,
                          std::string_view function_name) {
  if (!failed_) error_.function_name = function_name;
  return Fail(code, value);
}

Cell Evaluator::FailLimit(Failure::Limit limit) {
  if (failed_) return Cell::Failed();
  error_.limit = limit;
  error_.message = limit == Failure::Limit::kDepth  ? kDepthMessage
                   : limit == Failure::Limit::kTime ? kTimeMessage
                                                    : kMemoryMessage;
  return Fail("U1001");
}

Cell Evaluator::FailPower(const Cell& base, const Cell& exponent) {
  if (!failed_) error_.exponent = exponent;
  return Fail("D3061", base);
}

// An operator is to blame for what goes wrong in it.
void Evaluator::Blame(uint32_t position, std::string_view token) {
  error_.position = position;
  error_.token = token;
  error_.has_token = true;
}

Failure Evaluator::FailureOf() const {
  Failure failure;
  failure.code = error_.code;
  failure.message = error_.message;
  failure.position = error_.position;
  failure.token = error_.token;
  failure.function_name = error_.function_name;
  failure.limit = error_.limit;
  // The words are made by an evaluator of its own, since this one has failed.
  class Nothing : public Bindings, public Host {
    const Value* Find(std::string_view name) const override { return nullptr; }
    int64_t NowMillis() override { return 0; }
    uint64_t Random() override { return 0; }
    bool MayGoOn() override { return ++asked_ < 1000; }
    int asked_ = 0;
  } nothing;
  Evaluator words(program_, nothing, nothing, Limits());
  MessageParts parts;
  auto text = [&words](const Cell& cell) {
    std::string out;
    bool shown = cell.is_number() || words.AppendJson(cell, false, &out);
    if (cell.is_undefined()) return std::string("undefined");
    if (cell.is_number()) words.AppendNumber(cell, &out);
    return shown ? out : std::string("...");
  };
  parts.token = error_.has_token ? Quoted(error_.token) : "undefined";
  parts.value = text(error_.value);
  parts.value2 = text(error_.value2);
  parts.exponent = text(error_.exponent);
  parts.index = std::to_string(error_.index);
  parts.type = error_.type.empty() ? "undefined" : Quoted(error_.type);
  FillMessage(parts, &failure);
  Value value;
  Cell exported = words.Export(error_.value, &value);
  if (!exported.failed() && !exported.is_undefined() &&
      !exported.is_function()) {
    failure.value = value;
  }
  return failure;
}

bool Evaluator::ItemsFit(uint64_t count) {
  uint64_t most = static_cast<uint64_t>(limits_.value_bytes);
  if (count <= most / 8) return true;
  FailLimit(Failure::Limit::kMemory);
  return false;
}

char* Evaluator::NewText(size_t bytes) {
  bool fits = bytes <= static_cast<uint64_t>(limits_.value_bytes) &&
              bytes < UINT32_MAX && arena_.Fits(bytes);
  if (!fits) {
    FailLimit(Failure::Limit::kMemory);
    return nullptr;
  }
  return static_cast<char*>(arena_.Allocate(bytes + 1));
}

Cell Evaluator::Text(std::string_view text) {
  char* bytes = NewText(text.size());
  if (bytes == nullptr) return Cell::Failed();
  if (!text.empty()) std::memcpy(bytes, text.data(), text.size());
  return Cell::String({bytes, text.size()});
}

Cell Evaluator::Keep(Value value) {
  kept_.push_front(std::move(value));
  return Cell::Of(kept_.front());
}

const DatePicture* Evaluator::Picture(std::string_view picture,
                                      const PictureError** error) {
  if (!picture_ || picture_text_ != picture) {
    picture_text_ = picture;
    picture_ = DatePicture::Cached(picture, level() == Level::k2_2);
  }
  *error = std::get_if<PictureError>(&*picture_);
  return std::get_if<DatePicture>(&*picture_);
}

Cell Evaluator::Concatenate(const Cell& a, const Cell& b) {
  auto as_text = [this](const Cell& cell) {
    return cell.is_undefined() ? Cell::String("") : StringOf(cell);
  };
  Cell left = as_text(a);
  Cell right = left.failed() ? left : as_text(b);
  if (right.failed()) return right;
  std::string_view head = left.as_string();
  std::string_view tail = right.as_string();
  char* bytes = NewText(head.size() + tail.size());
  if (bytes == nullptr) return Cell::Failed();
  std::memcpy(bytes, head.data(), head.size());
  std::memcpy(bytes + head.size(), tail.data(), tail.size());
  return Cell::String({bytes, head.size() + tail.size()});
}

}  // namespace stepwheel::asl::jsonata
