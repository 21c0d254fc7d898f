// A line is a JSON object with one-letter keys in the order of Encoder::Line.
// A payload in full is `"v":[310,<310 bytes of JSON text>]`: its length says
// where it ends, so it is read back exactly as it was sent. The same key in
// upper case is a reference, `"V":[position,slot]`.
#include "engine/event_codec.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "asl/json.h"

namespace stepwheel::engine {

const PayloadWindow::Reference* PayloadWindow::Find(
    const asl::Value& value) const {
  const void* node = value.identity();
  if (node == nullptr) return nullptr;
  auto at = by_node_.find(node);
  if (at == by_node_.end()) return nullptr;
  return &entries_[at->second - dropped_].reference;
}

void PayloadWindow::Add(const asl::Value& value, Reference reference,
                        size_t bytes) {
  if (bytes < kTextBytesMin || bytes > kBytesMax) return;
  const void* node = value.identity();
  if (node == nullptr) return;
  if (!entries_.empty() && entries_.back().reference >= reference) return;
  while (!entries_.empty() &&
         (entries_.size() >= kCountMax || bytes_ + bytes > kBytesMax)) {
    DropOldest();
  }
  by_node_[node] = dropped_ + entries_.size();
  entries_.push_back({value, reference, bytes});
  bytes_ += bytes;
}

void PayloadWindow::DropOldest() {
  const Entry& oldest = entries_.front();
  bytes_ -= oldest.bytes;
  auto at = by_node_.find(oldest.value.identity());
  if (at != by_node_.end() && at->second == dropped_) by_node_.erase(at);
  entries_.pop_front();
  ++dropped_;
}

const asl::Value* PayloadWindow::Resolve(Reference reference) const {
  auto at = std::lower_bound(
      entries_.begin(), entries_.end(), reference,
      [](const Entry& e, Reference r) { return e.reference < r; });
  if (at == entries_.end() || at->reference != reference) return nullptr;
  return &at->value;
}

namespace {

constexpr char kSlotKeys[] = {'v', 'x', 'm'};

class Encoder {
 public:
  Encoder(PayloadWindow* window, std::string* out)
      : window_(window), out_(out) {}

  void Line(const Event& e) {
    Begin(e);
    Payload(e.position, 0, e.payload);
    Payload(e.position, 1, e.effective);
    Payload(e.position, 2, e.items);
    Text('e', e.error);
    Text('c', e.cause);
    if (e.timeout_kind != asl::TimeoutKind::kNone) {
      Member('k', static_cast<int64_t>(e.timeout_kind));
    }
    if (e.number != 0) Member('u', e.number);
    if (e.concurrency != 0) Member('y', e.concurrency);
    if (e.timeout_seconds != 0) Member('o', e.timeout_seconds);
    if (e.heartbeat_seconds != 0) Member('h', e.heartbeat_seconds);
    if (e.due != Instant()) Member('d', e.due.unix_millis());
    Text('w', e.text);
    if (e.mock) Text('q', e.mock->Text());
    if (!e.assigned.empty()) Assigned(e);
    out_->append("}\n");
  }

 private:
  // A member with a number, built outside of the line: appending to a string
  // byte by byte is what writing an event would mostly consist of.
  static constexpr size_t kMemberBytesMax = 5 + 20;
  static char* PutMember(char key, int64_t i, char* at) {
    for (const char c : {',', '"', key, '"', ':'}) *at++ = c;
    return std::to_chars(at, at + 20, i).ptr;
  }

  // The numbers that nearly every event has.
  void Begin(const Event& e) {
    std::array<char, 8 * kMemberBytesMax> text;
    char* at = PutMember('t', static_cast<int64_t>(e.type), text.data());
    text[0] = '{';
    at = PutMember('p', e.position, at);
    at = PutMember('a', e.timestamp.unix_millis(), at);
    if (e.id != 0) at = PutMember('i', e.id, at);
    if (e.previous != 0) at = PutMember('b', e.previous, at);
    if (e.frame != 0) at = PutMember('f', e.frame, at);
    if (e.state != asl::kNoState) at = PutMember('s', e.state, at);
    if (e.next != asl::kNoState) at = PutMember('n', e.next, at);
    out_->append(text.data(), at);
  }

  void Int(int64_t i) { asl::AppendJsonInt(i, out_); }

  void Member(char key, int64_t i) {
    std::array<char, kMemberBytesMax> text;
    out_->append(text.data(), PutMember(key, i, text.data()));
  }

  void Key(char key) {
    const char text[] = {',', '"', key, '"', ':'};
    out_->append(text, sizeof(text));
  }

  void Text(char key, const std::optional<std::string>& text) {
    if (!text) return;
    Key(key);
    asl::AppendJsonString(*text, out_);
  }

  // `length,text` and its length.
  size_t Full(const asl::Value& value) {
    const size_t start = out_->size();
    const size_t expected = value.text_size();
    Int(static_cast<int64_t>(expected));
    *out_ += ',';
    const size_t text = out_->size();
    value.AppendText(out_);
    const size_t bytes = out_->size() - text;
    // A value that keeps the text it was sent with may be longer.
    if (bytes != expected) {
      out_->replace(start, text - start - 1, std::to_string(bytes));
    }
    return bytes;
  }

  void Payload(int64_t position, int slot,
               const std::optional<asl::Value>& value) {
    if (!value) return;
    const char key = kSlotKeys[slot];
    if (const auto* same = window_->Find(*value)) {
      Key(static_cast<char>(key - 'a' + 'A'));
      *out_ += '[';
      Int(same->position);
      *out_ += ',';
      Int(same->slot);
    } else {
      Key(key);
      *out_ += '[';
      const size_t bytes = Full(*value);
      window_->Add(*value, {position, slot}, bytes);
    }
    *out_ += ']';
  }

  void Assigned(const Event& e) {
    Key('g');
    char before = '[';
    for (const auto& [name, value] : e.assigned) {
      *out_ += before;
      *out_ += '[';
      asl::AppendJsonString(name, out_);
      *out_ += ',';
      Full(value);
      *out_ += ']';
      before = ',';
    }
    *out_ += ']';
  }

  PayloadWindow* window_;
  std::string* out_;
};

}  // namespace

void EncodeEvents(const std::vector<Event>& events, PayloadWindow* window,
                  std::string* out) {
  PayloadWindow empty;
  Encoder encoder(window != nullptr ? window : &empty, out);
  for (const Event& event : events) encoder.Line(event);
}

}  // namespace stepwheel::engine
