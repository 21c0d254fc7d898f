// The reading half of snapshot.h. It trusts nothing: the bytes may come from a
// damaged file.
#include <algorithm>
#include <charconv>
#include <limits>
#include <type_traits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "asl/json.h"
#include "engine/apply.h"
#include "engine/snapshot.h"
#include "engine/snapshot_fields.h"

namespace stepwheel::engine {
namespace {

using asl::Value;

// Reads the members of one JSON object. After the first that does not fit,
// problem() is not empty.
class Reader {
 public:
  Reader(const Value* object, const std::vector<Value>* payloads,
         std::string* problem)
      : object_(object), payloads_(payloads), problem_(problem) {}

  template <class T>
  void operator()(std::string_view name, T& member) {
    if (!problem_->empty()) return;
    static const Value kAbsent;
    const Value* value = object_->Find(name);
    Read(name, value == nullptr ? kAbsent : *value, member);
  }

 private:
  void Fail(std::string_view name, std::string_view expected) {
    *problem_ = absl::StrCat(
        "member ", absl::string_view(name.data(), name.size()), ": expected ",
        absl::string_view(expected.data(), expected.size()));
  }

  template <class T>
  requires std::is_integral_v<T>
  void Read(std::string_view name, const Value& value, T& out) {
    if (value.is_null()) {
      out = 0;
    } else if (!value.is_int() ||
               value.as_int() < std::numeric_limits<T>::min() ||
               value.as_int() > std::numeric_limits<T>::max()) {
      Fail(name, "a whole number in range");
    } else {
      out = static_cast<T>(value.as_int());
    }
  }
  void Read(std::string_view name, const Value& value, bool& out) {
    if (!value.is_null() && !value.is_bool()) return Fail(name, "a boolean");
    out = value.is_bool() && value.as_bool();
  }
  void Read(std::string_view name, const Value& value, Instant& out) {
    int64_t millis = 0;
    Read(name, value, millis);
    out = Instant::FromUnixMillis(millis);
  }
  void Read(std::string_view name, const Value& value,
            std::optional<Instant>& out) {
    out.reset();
    if (!value.is_null()) Read(name, value, out.emplace());
  }
  void Read(std::string_view name, const Value& value, Phase& out) {
    for (int i = 0; i <= static_cast<int>(Phase::kClosed); ++i) {
      out = static_cast<Phase>(i);
      if (value.is_string() && value.as_string() == PhaseName(out)) return;
    }
    Fail(name, "the name of a phase");
  }
  // A payload: the number under which its text stands.
  void Read(std::string_view name, const Value& value, Value& out) {
    out = Value();
    if (value.is_null()) return;
    if (!value.is_int() || value.as_int() < 0 ||
        value.as_int() >= static_cast<int64_t>(payloads_->size())) {
      return Fail(name, "the number of a payload");
    }
    out = (*payloads_)[static_cast<size_t>(value.as_int())];
  }
  template <class List>
  void ReadList(std::string_view name, const Value& value, List& out) {
    out.clear();
    if (value.is_null()) return;
    if (!value.is_array()) return Fail(name, "an array");
    for (const Value& element : value.as_array()) {
      Read(name, element, out.emplace_back());
    }
  }
  void Read(std::string_view name, const Value& value,
            std::vector<int64_t>& out) {
    ReadList(name, value, out);
  }
  void Read(std::string_view name, const Value& value,
            std::deque<FrameId>& out) {
    ReadList(name, value, out);
  }
  void Read(std::string_view name, const Value& value,
            std::vector<Value>& out) {
    ReadList(name, value, out);
  }
  void Read(std::string_view name, const Value& value,
            std::map<std::string, Value, std::less<>>& out) {
    out.clear();
    if (value.is_null()) return;
    if (!value.is_object()) return Fail(name, "an object");
    for (const asl::Member& member : value.as_object()) {
      Read(name, member.value, out[std::string(member.key())]);
    }
  }
  void Read(std::string_view name, const Value& value, Attempt& out) {
    out = Attempt{};
    if (value.is_null()) return;
    if (!value.is_object()) return Fail(name, "an object");
    Reader reader(&value, payloads_, problem_);
    AttemptFields(reader, out);
  }
  template <class T, class Fields>
  void Nested(std::string_view name, const Value& value,
              std::unique_ptr<T>& out, Fields fields) {
    out.reset();
    if (value.is_null()) return;
    if (!value.is_object()) return Fail(name, "an object");
    out = std::make_unique<T>();
    Reader reader(&value, payloads_, problem_);
    fields(reader, *out);
  }
  void Read(std::string_view name, const Value& value,
            std::unique_ptr<Children>& out) {
    Nested(name, value, out, [](auto& r, auto& c) { ChildrenFields(r, c); });
  }
  void Read(std::string_view name, const Value& value, std::string& out) {
    if (!value.is_string()) return Fail(name, "a text");
    out = std::string(value.as_string());
  }
  void Read(std::string_view name, const Value& value,
            std::shared_ptr<const MockedCall>& out) {
    out.reset();
    if (value.is_null()) return;
    std::optional<MockedCall> call;
    if (value.is_string()) call = MockedCall::FromText(value.as_string());
    if (!call) return Fail(name, "a mocked call");
    out = std::make_shared<const MockedCall>(*std::move(call));
  }
  void Read(std::string_view name, const Value& value,
            std::map<asl::StateIndex, int64_t>& out) {
    out.clear();
    if (value.is_null()) return;
    if (!value.is_array()) return Fail(name, "an array");
    for (const Value& pair : value.as_array()) {
      if (!pair.is_array() || pair.as_array().size() != 2) {
        return Fail(name, "pairs of a state and a count");
      }
      asl::StateIndex state = 0;
      Read(name, pair.as_array()[0], state);
      Read(name, pair.as_array()[1], out[state]);
    }
  }
  void Read(std::string_view name, const Value& value,
            std::unique_ptr<ExecutionMocks>& out) {
    Nested(name, value, out, [](auto& r, auto& m) { MocksFields(r, m); });
  }
  void Read(std::string_view name, const Value& value,
            std::map<FrameId, Frame>& out) {
    out.clear();
    if (!value.is_array()) return Fail(name, "an array");
    for (const Value& element : value.as_array()) {
      if (!element.is_object()) return Fail(name, "objects");
      Frame frame;
      Reader reader(&element, payloads_, problem_);
      FrameFields(reader, frame);
      if (!problem_->empty()) return;
      const FrameId id = frame.id;
      if (!out.emplace(id, std::move(frame)).second) {
        return Fail(name, "each frame once");
      }
    }
  }

  const Value* object_;
  const std::vector<Value>* payloads_;
  std::string* problem_;
};

// Cuts `310,<310 bytes>\n` off the front. False: there is something else.
bool TakePayload(std::string_view* bytes, Value* out) {
  size_t length = 0;
  auto [end, code] =
      std::from_chars(bytes->data(), bytes->data() + bytes->size(), length);
  if (code != std::errc()) return false;
  bytes->remove_prefix(static_cast<size_t>(end - bytes->data()));
  if (bytes->empty() || length >= bytes->size() - 1) return false;
  if (bytes->front() != ',' || (*bytes)[length + 1] != '\n') return false;
  asl::JsonError error;
  auto value = asl::ParseJson(bytes->substr(1, length), &error,
                              /*keep_text=*/true);
  if (!value) return false;
  *out = *std::move(value);
  bytes->remove_prefix(length + 2);
  return true;
}

bool Is(asl::StateType type, std::initializer_list<asl::StateType> types) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

// Whether Decide and Apply may rely on the frame: each goes by its phase.
bool Fits(const Frame& frame, const Execution& e) {
  const auto states = static_cast<asl::StateIndex>(e.machine->states.size());
  if (frame.state < 0 || frame.state >= states) return false;
  if (frame.id <= 0 || frame.id >= e.next_frame) return false;
  if ((frame.parent == 0) != (frame.id == kMainFrame)) return false;
  if (frame.parent != 0) {
    if (frame.parent >= frame.id) return false;
    const Frame* parent = e.FindFrame(frame.parent);
    if (parent == nullptr || !parent->children || frame.index < 0 ||
        frame.index >= static_cast<int64_t>(parent->children->frames.size())) {
      return false;
    }
  }
  using T = asl::StateType;
  const T type = e.StateOf(frame).type;
  if (frame.attempt.position != 0 && type != T::kTask) return false;
  switch (frame.phase) {
    case Phase::kWaiting:
      return type == T::kWait;
    case Phase::kTask:
      return frame.attempt.position != 0;
    case Phase::kBackoff:
      return Is(type, {T::kTask, T::kParallel, T::kMap});
    case Phase::kChildren:
      return Is(type, {T::kParallel, T::kMap}) && frame.children;
    case Phase::kEntered:
      return false;
    default:
      return true;
  }
}

bool Fits(const Children& children, const Execution& e) {
  if (!children.results.empty() &&
      children.results.size() != children.frames.size()) {
    return false;
  }
  return std::all_of(children.frames.begin(), children.frames.end(),
                     [&e](FrameId child) {
                       return child == 0 || e.FindFrame(child) != nullptr;
                     });
}

}  // namespace

absl::StatusOr<std::unique_ptr<Execution>> DecodeSnapshot(
    std::string_view bytes, const ExecutionRecord& record,
    asl::StateMachinePtr machine) {
  static_assert(kSnapshotFormat.size() == kMockedSnapshotFormat.size());
  const std::string_view format = bytes.substr(0, kSnapshotFormat.size());
  if (format != kSnapshotFormat && format != kMockedSnapshotFormat) {
    return absl::UnimplementedError(
        "a snapshot of a format that this version does not know");
  }
  bytes.remove_prefix(format.size());
  const auto damaged = [](const std::string& why) {
    return absl::DataLossError("a snapshot is damaged: " + why);
  };
  asl::JsonError error;
  const std::string_view line = bytes.substr(0, bytes.find('\n'));
  std::optional<Value> state = asl::ParseJson(line, &error);
  if (!state || !state->is_object()) return damaged("expected an object");
  bytes.remove_prefix(std::min(line.size() + 1, bytes.size()));
  std::vector<Value> payloads(1);
  auto input = asl::ParseJson(record.input, &error, /*keep_text=*/true);
  if (!input) return damaged("the input is not JSON: " + error.message);
  payloads[0] = *input;
  while (!bytes.empty()) {
    if (!TakePayload(&bytes, &payloads.emplace_back())) {
      return damaged("payload " + std::to_string(payloads.size() - 1));
    }
  }
  auto e = std::make_unique<Execution>(
      NewExecution(record, std::move(machine), *std::move(input)));
  std::string problem;
  Reader reader(&*state, &payloads, &problem);
  ExecutionFields(reader, *e);
  if (!problem.empty()) return damaged(problem);
  for (const auto& [id, frame] : e->frames) {
    if (!Fits(frame, *e) || (frame.children && !Fits(*frame.children, *e))) {
      return damaged("frame " + std::to_string(id) + " does not fit");
    }
  }
  return e;
}

}  // namespace stepwheel::engine
