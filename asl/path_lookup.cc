#include "asl/path_lookup.h"

#include <charconv>
#include <utility>

namespace stepwheel::asl {

const Value* RootOf(const JsonPath& path, const Value& input,
                    Environment& env) {
  switch (path.root()) {
    case JsonPath::Root::kInput:
      return &input;
    case JsonPath::Root::kContext:
      return &env.Context();
    case JsonPath::Root::kVariable:
      return env.Variable(path.variable());
  }
  return nullptr;
}

PathLookup::PathLookup(JsonPath path) : path_(std::move(path)) {
  const std::string_view text = path_.text();
  if (!path_.definite() || text.empty() || text.back() != ']') return;
  const size_t open = text.rfind('[');
  if (open == std::string_view::npos) return;
  const char* const first = text.data() + open + 1;
  const char* const last = text.data() + text.size() - 1;
  const auto [end, failure] = std::from_chars(first, last, index_);
  if (failure != std::errc() || end != last) return;
  std::string unused;
  array_ = JsonPath::Parse(text.substr(0, open), &unused);
}

std::optional<PathLookup> PathLookup::Parse(std::string_view text,
                                            std::string* error) {
  std::optional<JsonPath> path = JsonPath::Parse(text, error);
  if (!path) return std::nullopt;
  return PathLookup(*std::move(path));
}

PathLookup::Found PathLookup::Find(const Value& input, Environment& env) const {
  Found found;
  found.root = RootOf(path_, input, env);
  if (found.root == nullptr) return found;
  if (path_.is_whole_root()) {
    found.value = *found.root;
    return found;
  }
  found.value = path_.Evaluate(*found.root).value;
  if (found.value && found.value->is_null() && array_) {
    const std::optional<Value> array = array_->Evaluate(*found.root).value;
    if (array && array->is_array()) {
      const int64_t size = static_cast<int64_t>(array->as_array().size());
      found.past_end = index_ >= size || index_ < -size;
    }
  }
  return found;
}

void PathLookup::CollectVariables(std::set<std::string>* names) const {
  if (path_.root() == JsonPath::Root::kVariable) {
    names->insert(std::string(path_.variable()));
  }
}

}  // namespace stepwheel::asl
