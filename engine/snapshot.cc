// The writing half. A snapshot is `1\n` or `2\n` (its format), one line of JSON
// with the members of snapshot_fields.h, and the payloads, each as `310,<310
// bytes>\n`. The JSON names a payload by its index; 0 is the execution's input,
// which is not among them.
#include "engine/snapshot.h"

#include <type_traits>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "asl/json.h"
#include "engine/snapshot_fields.h"

namespace stepwheel::engine {
namespace {

using asl::Value;

// How a payload appears in the JSON: by itself, or as an index.
class Payloads {
 public:
  virtual ~Payloads() = default;
  virtual Value Of(const Value& payload) = 0;
};

class InPlace : public Payloads {
 public:
  Value Of(const Value& payload) override { return payload; }
};

class Numbered : public Payloads {
 public:
  explicit Numbered(const Value& input) { by_text_[input.Text()] = 0; }

  Value Of(const Value& payload) override {
    if (payload.is_null()) return Value();
    std::string text = payload.Text();
    const auto [at, is_new] =
        by_text_.try_emplace(text, static_cast<int64_t>(by_text_.size()));
    if (is_new) {
      asl::AppendJsonInt(static_cast<int64_t>(text.size()), &bytes_);
      bytes_ += ',';
      bytes_ += text;
      bytes_ += '\n';
    }
    return Value(at->second);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  absl::flat_hash_map<std::string, int64_t> by_text_;
  std::string bytes_;
};

class Writer {
 public:
  explicit Writer(Payloads* payloads) : payloads_(payloads) {}

  template <class T>
  void operator()(std::string_view name, const T& member) {
    Value value = Of(member);
    if (!value.is_null()) members_.emplace_back(name, std::move(value));
  }
  Value Take() { return Value(std::move(members_)); }

 private:
  template <class T, class Fields>
  Value Nested(const T& object, Fields fields) {
    Writer writer(payloads_);
    fields(writer, object);
    return writer.Take();
  }

  // Null: left out.
  template <class T>
  requires std::is_integral_v<T> Value Of(T i) {
    return i == 0 ? Value() : Value(static_cast<int64_t>(i));
  }
  Value Of(bool b) { return b ? Value(true) : Value(); }
  Value Of(Instant t) { return Of(t.unix_millis()); }
  Value Of(const std::optional<Instant>& t) {
    return t ? Value(t->unix_millis()) : Value();
  }
  Value Of(Phase phase) { return Value(PhaseName(phase)); }
  Value Of(const Value& payload) { return payloads_->Of(payload); }
  template <class T>
  Value ArrayOf(const T& list) {
    asl::Elements elements;
    for (const auto& item : list) elements.push_back(Of(item));
    return elements.empty() ? Value() : Value(std::move(elements));
  }
  // Numbers that may be 0 stand as they are in a list.
  template <class T>
  Value NumbersOf(const T& list) {
    asl::Elements elements;
    for (int64_t number : list) elements.push_back(Value(number));
    return elements.empty() ? Value() : Value(std::move(elements));
  }
  Value Of(const std::vector<int64_t>& list) { return NumbersOf(list); }
  Value Of(const std::deque<FrameId>& list) { return NumbersOf(list); }
  Value Of(const std::vector<Value>& list) { return ArrayOf(list); }
  Value Of(const std::map<std::string, Value, std::less<>>& variables) {
    asl::Members members;
    for (const auto& [name, value] : variables) {
      members.emplace_back(name, Of(value));
    }
    return members.empty() ? Value() : Value(std::move(members));
  }
  Value Of(const Attempt& attempt) {
    if (attempt.position == 0) return Value();
    return Nested(attempt, [](auto& w, auto& a) { AttemptFields(w, a); });
  }
  Value Of(const std::unique_ptr<Children>& children) {
    if (!children) return Value();
    return Nested(*children, [](auto& w, auto& c) { ChildrenFields(w, c); });
  }
  Value Of(const std::string& text) { return Value(text); }
  Value Of(const std::shared_ptr<const MockedCall>& mock) {
    return mock ? Value(mock->Text()) : Value();
  }
  Value Of(const std::map<asl::StateIndex, int64_t>& counts) {
    asl::Elements pairs;
    for (const auto& [state, count] : counts) {
      pairs.push_back(
          Value(asl::Elements{Value(int64_t{state}), Value(count)}));
    }
    return pairs.empty() ? Value() : Value(std::move(pairs));
  }
  Value Of(const std::unique_ptr<ExecutionMocks>& mocks) {
    if (!mocks) return Value();
    return Nested(*mocks, [](auto& w, auto& m) { MocksFields(w, m); });
  }
  Value Of(const std::map<FrameId, Frame>& frames) {
    asl::Elements elements;
    for (const auto& [id, frame] : frames) {
      elements.push_back(
          Nested(frame, [](auto& w, auto& f) { FrameFields(w, f); }));
    }
    return Value(std::move(elements));
  }

  Payloads* payloads_;
  asl::Members members_;
};

Value OptionalText(const std::optional<std::string>& s) {
  return s ? Value(*s) : Value();
}

}  // namespace

std::string EncodeSnapshot(const Execution& execution) {
  Numbered payloads(execution.input);
  Writer writer(&payloads);
  ExecutionFields(writer, execution);
  std::string bytes(execution.mocks ? kMockedSnapshotFormat : kSnapshotFormat);
  writer.Take().AppendText(&bytes);
  bytes += '\n';
  bytes += payloads.bytes();
  return bytes;
}

std::string SnapshotText(const Execution& e) {
  InPlace payloads;
  Writer writer(&payloads);
  const ExecutionRecord& r = e.record;
  writer("arn", Value(r.arn));
  writer("status", Value(ExecutionStatusName(r.status)));
  writer("stop_date", r.stop_date);
  writer("output", OptionalText(r.output));
  writer("error", OptionalText(r.error));
  writer("cause", OptionalText(r.cause));
  writer("input", e.input);
  ExecutionFields(writer, e);
  return writer.Take().Text();
}

}  // namespace stepwheel::engine
