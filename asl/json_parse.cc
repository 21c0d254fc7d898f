#include <algorithm>
#include <cstring>
#include <vector>

#include "asl/json.h"
#include "asl/json_error.h"
#include "asl/json_scan.h"

namespace stepwheel::asl {
namespace {

// Recurring names of one text share one string. A small table, indexed by a
// cheap hash, finds nearly all of them; it belongs to one parse, because values
// of different threads must not share.
class NameCache {
 public:
  const Value& Get(std::string_view name, uint32_t hash) {
    Slot& slot = slots_[hash];
    if (!slot.name.is_string() || slot.text != name) {
      slot.name = Value(name);
      slot.text = slot.name.as_string();
    }
    return slot.name;
  }

  static uint32_t Hash(std::string_view name) {
    if (name.empty()) return 0;
    const auto byte = [name](size_t i) {
      return static_cast<uint32_t>(static_cast<unsigned char>(name[i]));
    };
    const uint32_t mixed = static_cast<uint32_t>(name.size()) * 31 +
                           byte(0) * 7 + byte(name.size() / 2) * 3 +
                           byte(name.size() - 1);
    return mixed % 64;
  }

 private:
  struct Slot {
    Value name;
    std::string_view text;  // The bytes in `name`.
  };
  Slot slots_[64];
};

// Keeps the last value of each repeated name, in the place of the first.
void DropDuplicates(Members* members) {
  std::vector<uint32_t> order(members->size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [members](uint32_t a, uint32_t b) {
    const int sign = (*members)[a].key().compare((*members)[b].key());
    return sign < 0 || (sign == 0 && a < b);
  });
  std::vector<bool> dropped(members->size());
  bool any = false;
  for (size_t i = 0; i < order.size();) {
    Member& first = (*members)[order[i]];
    size_t next = i + 1;
    for (; next < order.size(); ++next) {
      Member& later = (*members)[order[next]];
      if (later.key() != first.key()) break;
      first.value = std::move(later.value);
      dropped[order[next]] = true;
      any = true;
    }
    i = next;
  }
  if (!any) return;
  Members kept;
  for (size_t i = 0; i < members->size(); ++i) {
    if (!dropped[i]) kept.push_back(std::move((*members)[i]));
  }
  *members = std::move(kept);
}

class Parser {
 public:
  Parser(std::string_view text, const PathVisitor* visitor)
      : text_(text), scan_(text), visitor_(visitor) {}

  bool Run();

  Value TakeResult() { return std::move(values_.front()); }
  const JsonError& error() const { return scan_.error(); }

 private:
  enum class Step { kFail, kMore, kClosed };

  struct Open {
    size_t first;  // Index of the first child in values_.
    size_t offset;
    size_t path_size;
    uint64_t names_seen;  // One bit per hash: tells "surely no duplicate".
    bool is_object;
    bool may_repeat;
  };

  bool StartValue(bool* opened);
  bool OpenContainer(bool* opened);
  Step AfterValue();
  bool Name();
  bool FailUnclosed();
  bool FailMismatched();
  void Close();
  void Visit();

  std::string_view text_;
  JsonScanner scan_;
  const PathVisitor* visitor_;
  std::vector<Open> open_;
  // Finished children of the open containers; objects as name, value pairs.
  std::vector<Value> values_;
  NameCache names_;
  std::string path_;
};

bool Parser::Run() {
  values_.reserve(64);
  scan_.SkipBlanks();
  if (scan_.AtEnd()) {
    return scan_.Fail("No content to map due to end-of-input", scan_.offset());
  }
  while (true) {
    bool opened = false;
    if (!StartValue(&opened)) return false;
    if (opened) continue;
    Step step = Step::kClosed;
    while (step == Step::kClosed && !open_.empty()) step = AfterValue();
    if (step == Step::kFail) return false;
    if (step == Step::kClosed) break;
  }
  scan_.SkipBlanks();
  if (scan_.AtEnd()) return true;
  return scan_.FailUnexpected("expected the end of the text after the value");
}

bool Parser::StartValue(bool* opened) {
  if (visitor_ != nullptr) Visit();
  const char c = scan_.Peek();
  if (c == '{' || c == '[') return OpenContainer(opened);
  if (c == '"') {
    std::string_view s;
    if (!scan_.String("string value", &s)) return false;
    values_.emplace_back(s);
    return true;
  }
  Value scalar;
  const bool is_number = c == '-' || (c >= '0' && c <= '9');
  if (!(is_number ? scan_.Number(open_.empty(), &scalar)
                  : scan_.Word(&scalar))) {
    return false;
  }
  values_.push_back(std::move(scalar));
  return true;
}

bool Parser::OpenContainer(bool* opened) {
  const bool is_object = scan_.Peek() == '{';
  if (open_.size() == kJsonDepthMax) {
    return scan_.Fail("Document nesting depth (" +
                          std::to_string(kJsonDepthMax + 1) +
                          ") exceeds the maximum allowed (" +
                          std::to_string(kJsonDepthMax) + ")",
                      scan_.offset() + 1);
  }
  open_.push_back(
      {values_.size(), scan_.offset(), path_.size(), 0, is_object, false});
  scan_.Advance();
  scan_.SkipBlanks();
  if (scan_.AtEnd()) return FailUnclosed();
  const char c = scan_.Peek();
  if (c == '}' || c == ']') {
    if ((c == '}') != is_object) return FailMismatched();
    scan_.Advance();
    Close();
    return true;
  }
  *opened = true;
  return !is_object || Name();
}

Parser::Step Parser::AfterValue() {
  scan_.SkipBlanks();
  const bool is_object = open_.back().is_object;
  const std::string_view kind = is_object ? "Object" : "Array";
  if (scan_.AtEnd()) {
    FailUnclosed();
    return Step::kFail;
  }
  const char c = scan_.Peek();
  if (c == '}' || c == ']') {
    if ((c == '}') != is_object) {
      FailMismatched();
      return Step::kFail;
    }
    scan_.Advance();
    Close();
    return Step::kClosed;
  }
  if (c != ',') {
    scan_.FailUnexpected("was expecting comma to separate " +
                         std::string(kind) + " entries");
    return Step::kFail;
  }
  scan_.Advance();
  scan_.SkipBlanks();
  if (scan_.AtEnd()) {
    scan_.FailEnd(" within/between " + std::string(kind) + " entries");
    return Step::kFail;
  }
  return !is_object || Name() ? Step::kMore : Step::kFail;
}

bool Parser::Name() {
  if (scan_.Peek() != '"') {
    return scan_.FailUnexpected(
        "was expecting double-quote to start field name");
  }
  std::string_view name;
  if (!scan_.String("name", &name)) return false;
  Open& object = open_.back();
  const uint32_t hash = NameCache::Hash(name);
  const uint64_t bit = uint64_t{1} << hash;
  if ((object.names_seen & bit) != 0) object.may_repeat = true;
  object.names_seen |= bit;
  values_.push_back(names_.Get(name, hash));
  scan_.SkipBlanks();
  if (scan_.AtEnd()) return scan_.FailEnd(" within/between Object entries");
  if (scan_.Peek() != ':') {
    return scan_.FailUnexpected(
        "was expecting a colon to separate field name and value");
  }
  scan_.Advance();
  scan_.SkipBlanks();
  if (scan_.AtEnd()) return scan_.FailEnd(" within/between Object entries");
  return true;
}

bool Parser::FailUnclosed() {
  const Open& open = open_.back();
  const JsonError start = MakeJsonError(text_, open.offset, open.offset, "");
  return scan_.FailEnd(std::string(": expected close marker for ") +
                       (open.is_object ? "Object" : "Array") +
                       " (start marker at " +
                       SourceLocation(text_, start.line, start.column) + ")");
}

bool Parser::FailMismatched() {
  const Open& open = open_.back();
  const JsonError start = MakeJsonError(text_, open.offset, open.offset, "");
  return scan_.Fail(std::string("Unexpected close marker '") + scan_.Peek() +
                        "': expected '" + (open.is_object ? "}" : "]") +
                        "' (for " + (open.is_object ? "Object" : "Array") +
                        " starting at " +
                        SourceLocation(text_, start.line, start.column) + ")",
                    scan_.offset() + 1);
}

void Parser::Close() {
  const Open open = open_.back();
  open_.pop_back();
  const auto first = values_.begin() + static_cast<ptrdiff_t>(open.first);
  Value closed;
  if (open.is_object) {
    Members members;
    members.reserve((values_.size() - open.first) / 2);
    for (auto at = first; at != values_.end(); at += 2) {
      members.emplace_back(std::move(at[0]), std::move(at[1]));
    }
    if (open.may_repeat) DropDuplicates(&members);
    closed = Value(std::move(members));
  } else {
    closed = Value(Elements(std::make_move_iterator(first),
                            std::make_move_iterator(values_.end())));
  }
  values_.resize(open.first);
  values_.push_back(std::move(closed));
  path_.resize(open.path_size);
}

void Parser::Visit() {
  if (open_.empty()) return;
  const Open& open = open_.back();
  path_.resize(open.path_size);
  if (open.is_object) {
    path_.push_back('/');
    path_.append(values_.back().as_string());
  } else {
    path_ += "[" + std::to_string(values_.size() - open.first) + "]";
  }
  (*visitor_)(path_, scan_.offset());
}

std::string_view Trim(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const size_t first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

std::optional<Value> Parse(std::string_view text, JsonError* error,
                           const PathVisitor* visitor) {
  Parser parser(text, visitor);
  if (parser.Run()) return parser.TakeResult();
  if (error != nullptr) *error = parser.error();
  return std::nullopt;
}

}  // namespace

std::optional<Value> ParseJson(std::string_view text, JsonError* error,
                               bool keep_text) {
  std::optional<Value> value = Parse(text, error, nullptr);
  if (value && keep_text) value->SetText(std::string(Trim(text)));
  return value;
}

std::optional<Value> ParseJsonWithPaths(std::string_view text, JsonError* error,
                                        const PathVisitor& visitor) {
  return Parse(text, error, visitor ? &visitor : nullptr);
}

}  // namespace stepwheel::asl
