// The reading half of event_codec.h. It trusts nothing: the bytes may come from
// a damaged file.
#include <charconv>
#include <limits>

#include "absl/strings/str_cat.h"
#include "asl/json.h"
#include "engine/event_codec.h"

namespace stepwheel::engine {
namespace {

// Far above any log; so that counting on from a damaged one cannot overflow.
constexpr int64_t kPositionMax = int64_t{1} << 53;

// A cursor over the bytes. Every reader returns false after noting what was
// expected where; the first note stands.
class Decoder {
 public:
  Decoder(std::string_view bytes, PayloadWindow* window)
      : bytes_(bytes), window_(window) {}

  bool AtEnd() const { return at_ == bytes_.size(); }
  bool Line(Event* e);
  const std::string& problem() const { return problem_; }

  bool Fail(std::string_view what) {
    if (problem_.empty()) {
      problem_ = absl::StrCat("byte ", at_, ": ",
                              absl::string_view(what.data(), what.size()));
    }
    return false;
  }

 private:
  bool Skip(char c) {
    if (at_ < bytes_.size() && bytes_[at_] == c) {
      ++at_;
      return true;
    }
    if (c == '\n') return Fail("expected the end of the line");
    return Fail(std::string("expected '") + c + "'");
  }
  bool Skip(std::string_view s) {
    for (char c : s) {
      if (!Skip(c)) return false;
    }
    return true;
  }

  template <typename T>
  bool Int(T* out, T min = std::numeric_limits<T>::min(),
           T max = std::numeric_limits<T>::max()) {
    const char* begin = bytes_.data() + at_;
    auto [end, error] =
        std::from_chars(begin, bytes_.data() + bytes_.size(), *out);
    if (error != std::errc()) return Fail("expected a whole number in range");
    if (*out < min || *out > max) return Fail("the number is out of range");
    at_ += end - begin;
    return true;
  }

  bool Millis(Instant* out) {
    int64_t ms;
    if (!Int(&ms)) return false;
    *out = Instant::FromUnixMillis(ms);
    return true;
  }

  bool Text(std::string* out);
  bool Text(std::optional<std::string>* out) { return Text(&out->emplace()); }
  bool Escape(std::string* out);
  bool Full(asl::Value* out, size_t* length);
  bool Payload(int64_t position, int slot, std::optional<asl::Value>* out);
  bool SharedPayload(int64_t position, std::optional<asl::Value>* out);
  bool Assigned(Event* e);
  bool Mock(Event* e);
  bool Number(char key, Event* e);
  bool Member(char key, Event* e);

  std::string_view bytes_;
  size_t at_ = 0;
  PayloadWindow* window_;
  std::string problem_;
};

// Byte for byte what AppendJsonString wrote, also where it is no UTF-8.
bool Decoder::Text(std::string* out) {
  if (!Skip('"')) return false;
  while (at_ < bytes_.size()) {
    const size_t end = bytes_.find_first_of("\"\\", at_);
    if (end == std::string_view::npos) break;
    out->append(bytes_.substr(at_, end - at_));
    at_ = end + 1;
    if (bytes_[end] == '"') return true;
    if (!Escape(out)) return false;
  }
  return Fail("expected the end of a string");
}

bool Decoder::Escape(std::string* out) {
  constexpr std::string_view kEscapes = "\"\\/bfnrt";
  constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
  if (AtEnd()) return Fail("expected an escaped character");
  const size_t known = kEscapes.find(bytes_[at_]);
  if (known != std::string_view::npos) {
    *out += kMeanings[known];
    ++at_;
    return true;
  }
  // The writer escapes nothing else than control characters this way.
  unsigned code = 0;
  const std::string_view hex = bytes_.substr(at_, 5);
  if (hex.size() != 5 || hex[0] != 'u') return Fail("no such escape");
  auto [end, error] = std::from_chars(hex.data() + 1, hex.data() + 5, code, 16);
  if (error != std::errc() || end != hex.data() + 5 || code > 0x7f) {
    return Fail("no such escape");
  }
  *out += static_cast<char>(code);
  at_ += 5;
  return true;
}

bool Decoder::Full(asl::Value* out, size_t* length) {
  if (!Int(length) || !Skip(',')) return false;
  if (*length > bytes_.size() - at_) return Fail("the payload is cut off");
  asl::JsonError error;
  auto value = asl::ParseJson(bytes_.substr(at_, *length), &error,
                              /*keep_text=*/true);
  if (!value) {
    at_ += error.offset <= *length ? error.offset : *length;
    return Fail(error.message);
  }
  *out = *std::move(value);
  at_ += *length;
  return true;
}

bool Decoder::Payload(int64_t position, int slot,
                      std::optional<asl::Value>* out) {
  size_t length = 0;
  if (out->has_value()) return Fail("the payload is there twice");
  if (!Skip('[') || !Full(&out->emplace(), &length) || !Skip(']')) return false;
  window_->Add(**out, {position, slot}, length);
  return true;
}

bool Decoder::SharedPayload(int64_t position, std::optional<asl::Value>* out) {
  PayloadWindow::Reference reference;
  if (!Skip('[') || !Int<int64_t>(&reference.position, 1, position) ||
      !Skip(',') || !Int(&reference.slot, 0, 2) || !Skip(']')) {
    return false;
  }
  const asl::Value* value = window_->Resolve(reference);
  if (value == nullptr) return Fail("no recent event holds this payload");
  *out = *value;
  return true;
}

bool Decoder::Assigned(Event* e) {
  if (!Skip('[')) return false;
  while (true) {
    auto& [name, value] = e->assigned.emplace_back();
    size_t length = 0;
    if (!Skip('[') || !Text(&name) || !Skip(',') || !Full(&value, &length) ||
        !Skip(']')) {
      return false;
    }
    if (at_ < bytes_.size() && bytes_[at_] == ']') break;
    if (!Skip(',')) return false;
  }
  return Skip(']');
}

bool Decoder::Mock(Event* e) {
  std::string text;
  if (!Text(&text)) return false;
  std::optional<MockedCall> mock = MockedCall::FromText(text);
  if (!mock) return Fail("expected a mocked call");
  e->mock = std::make_shared<const MockedCall>(*std::move(mock));
  return true;
}

bool Decoder::Number(char key, Event* e) {
  switch (key) {
    case 'a':
      return Millis(&e->timestamp);
    case 'i':
      return Int(&e->id);
    case 'b':
      return Int(&e->previous);
    case 'f':
      return Int(&e->frame);
    case 's':
      return Int(&e->state);
    case 'n':
      return Int(&e->next);
    case 'u':
      return Int(&e->number);
    case 'y':
      return Int(&e->concurrency);
    case 'o':
      return Int(&e->timeout_seconds);
    case 'h':
      return Int(&e->heartbeat_seconds);
    case 'd':
      return Millis(&e->due);
    case 'k': {
      int kind = 0;
      if (!Int(&kind, 0, static_cast<int>(asl::TimeoutKind::kHeartbeat))) {
        return false;
      }
      e->timeout_kind = static_cast<asl::TimeoutKind>(kind);
      return true;
    }
    default:
      return Fail(std::string("unknown key '") + key + "'");
  }
}

bool Decoder::Member(char key, Event* e) {
  switch (key) {
    case 'v':
      return Payload(e->position, 0, &e->payload);
    case 'x':
      return Payload(e->position, 1, &e->effective);
    case 'm':
      return Payload(e->position, 2, &e->items);
    case 'V':
      return SharedPayload(e->position, &e->payload);
    case 'X':
      return SharedPayload(e->position, &e->effective);
    case 'M':
      return SharedPayload(e->position, &e->items);
    case 'e':
      return Text(&e->error);
    case 'c':
      return Text(&e->cause);
    case 'w':
      return Text(&e->text);
    case 'g':
      return Assigned(e);
    case 'q':
      return Mock(e);
    default:
      return Number(key, e);
  }
}

bool Decoder::Line(Event* e) {
  int type = 0;
  if (!Skip("{\"t\":") ||
      !Int(&type, 0, static_cast<int>(EventType::kEventTypeCount) - 1) ||
      !Skip(",\"p\":")) {
    return false;
  }
  e->type = static_cast<EventType>(type);
  const int64_t expected = e->position;
  if (!Int<int64_t>(&e->position, 1, kPositionMax)) return false;
  if (expected != 0 && e->position != expected) {
    const int64_t found = e->position;
    e->position = expected;
    return Fail("expected position " + std::to_string(expected) + ", found " +
                std::to_string(found));
  }
  while (at_ < bytes_.size() && bytes_[at_] == ',') {
    ++at_;
    if (!Skip('"') || AtEnd()) return Fail("expected a key");
    const char key = bytes_[at_++];
    if (!Skip("\":") || !Member(key, e)) return false;
  }
  return Skip("}\n");
}

}  // namespace

absl::Status DecodeEvents(std::string_view bytes, PayloadWindow* window,
                          std::vector<Event>* events) {
  PayloadWindow empty;
  Decoder decoder(bytes, window != nullptr ? window : &empty);
  while (!decoder.AtEnd()) {
    Event event;
    // Positions have no gaps; of a first chunk the caller knows where it
    // begins.
    if (!events->empty()) event.position = events->back().position + 1;
    if (!decoder.Line(&event)) {
      return absl::DataLossError(absl::StrCat(
          "event at position ", event.position, ", ", decoder.problem()));
    }
    events->push_back(std::move(event));
  }
  return absl::OkStatus();
}

}  // namespace stepwheel::engine
