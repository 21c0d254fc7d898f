#include "asl/json_path.h"

#include <algorithm>

#include "asl/json_path_parser.h"
#include "asl/json_path_program.h"

namespace stepwheel::asl {

bool PathStep::definite() const {
  switch (kind) {
    case Kind::kNames:
    case Kind::kFunction:
      return true;
    case Kind::kIndexes:
      return indexes.size() == 1;
    default:
      return false;
  }
}

std::string PathStep::Spelling() const {
  std::string out;
  switch (kind) {
    case Kind::kNames:
      for (const std::string& name : names) {
        out += (out.empty() ? "['" : ", '") + name + "'";
      }
      return out + "]";
    case Kind::kIndexes:
      for (const int64_t index : indexes) {
        out += (out.empty() ? "[" : ",") + std::to_string(index);
      }
      return out + "]";
    case Kind::kSlice:
      out = "[" + (from ? std::to_string(*from) : "") + ":";
      return out + (to ? std::to_string(*to) : "") + "]";
    case Kind::kWildcard:
      return "[*]";
    case Kind::kDescend:
      return "..";
    case Kind::kFilter:
      return "[?]";
    case Kind::kFunction:
      return ".function()";
  }
  return out;
}

bool PathSteps::definite() const {
  bool definite = true;
  for (const PathStep& step : steps) {
    definite =
        step.kind == PathStep::Kind::kFunction || (definite && step.definite());
  }
  return definite;
}

std::string PathSteps::Spelling(size_t count) const {
  std::string out = "$";
  for (size_t i = 0; i < count; ++i) out += steps[i].Spelling();
  return out;
}

JsonPath::JsonPath(std::shared_ptr<const Program> program)
    : program_(std::move(program)) {}

std::optional<JsonPath> JsonPath::Parse(std::string_view text,
                                        std::string* error) {
  auto program = std::make_shared<Program>();
  JsonPathParser parser(text);
  if (parser.Parse(program.get())) return JsonPath(std::move(program));
  if (error != nullptr) *error = parser.error();
  return std::nullopt;
}

JsonPath::Root JsonPath::root() const { return program_->root; }

std::string_view JsonPath::variable() const { return program_->variable; }

const std::string& JsonPath::text() const { return program_->text; }

bool JsonPath::definite() const { return program_->path.definite(); }

bool JsonPath::is_reference_path() const {
  const auto& steps = program_->path.steps;
  return std::all_of(steps.begin(), steps.end(), [](const PathStep& step) {
    if (step.kind == PathStep::Kind::kIndexes) {
      return step.indexes.size() == 1 && step.indexes[0] >= 0;
    }
    return step.kind == PathStep::Kind::kNames && step.names.size() == 1;
  });
}

bool JsonPath::is_whole_root() const { return program_->path.steps.empty(); }

namespace {

// Where a path of single names leads, or nullptr: then the path has other
// steps, or nothing is there, and the evaluator finds out what to say.
const Value* FollowNames(const PathSteps& path, const Value& root) {
  const Value* here = &root;
  for (const PathStep& step : path.steps) {
    if (step.kind != PathStep::Kind::kNames || step.names.size() != 1) {
      return nullptr;
    }
    here = here->Find(step.names[0]);
    if (here == nullptr) return nullptr;
  }
  return here;
}

}  // namespace

JsonPath::Result JsonPath::Evaluate(const Value& root_value) const {
  Result result;
  // Most paths are names only, and need no list of matches.
  if (const Value* found = FollowNames(program_->path, root_value)) {
    result.value = *found;
    return result;
  }
  PathEvaluator evaluator(root_value);
  result.value = evaluator.Run(program_->path, root_value);
  if (!result.value) result.missing = evaluator.missing();
  return result;
}

}  // namespace stepwheel::asl
