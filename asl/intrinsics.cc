#include "asl/intrinsics.h"

#include <array>
#include <utility>
#include <vector>

#include "asl/compact_text.h"
#include "asl/intrinsic_functions.h"
#include "asl/intrinsic_parser.h"

namespace stepwheel::asl {
namespace {

constexpr std::array<IntrinsicSpec, 18> kIntrinsics = {{
    {"States.Array", 0, kAnyNumber, &Array},
    {"States.ArrayContains", 2, 2, &ArrayContains},
    {"States.ArrayGetItem", 2, 2, &ArrayGetItem},
    {"States.ArrayLength", 1, 1, &ArrayLength},
    {"States.ArrayPartition", 2, 2, &ArrayPartition},
    {"States.ArrayRange", 3, 3, &ArrayRange},
    {"States.ArrayUnique", 1, 1, &ArrayUnique},
    {"States.Base64Decode", 1, 1, &Base64DecodeCall},
    {"States.Base64Encode", 1, 1, &Base64EncodeCall},
    {"States.Format", 1, kAnyNumber, &Format},
    {"States.Hash", 2, 2, &Hash},
    {"States.JsonMerge", 3, 3, &JsonMerge},
    {"States.JsonToString", 1, 1, &JsonToString},
    {"States.MathAdd", 2, 2, &MathAdd},
    {"States.MathRandom", 2, 3, &MathRandom},
    {"States.StringSplit", 2, 2, &StringSplit},
    {"States.StringToJson", 1, 1, &StringToJson},
    {"States.UUID", 0, 0, &Uuid},
}};

void CollectFrom(const IntrinsicNode& call, std::set<std::string>* names) {
  for (const IntrinsicNode::Argument& argument : call.arguments) {
    if (const auto* path = std::get_if<PathLookup>(&argument)) {
      path->CollectVariables(names);
    } else if (const auto* nested =
                   std::get_if<std::unique_ptr<IntrinsicNode>>(&argument)) {
      CollectFrom(**nested, names);
    }
  }
}

// One evaluation of one call; causes name the whole text, not the inner call.
class Evaluation {
 public:
  Evaluation(const std::string& text, const Value& input, Environment& env)
      : text_(text), input_(input), env_(env) {}

  Outcome<Value> Call(const IntrinsicNode& call) {
    Arguments values;
    values.reserve(call.arguments.size());
    for (const IntrinsicNode::Argument& argument : call.arguments) {
      Outcome<Value> value = Evaluate(argument);
      if (!value.ok()) return value;
      values.push_back(std::move(value).value());
    }
    std::optional<Value> result =
        call.format_pieces ? FormatPieces(*call.format_pieces, values)
                           : call.spec->function(values, env_);
    if (result) return *std::move(result);
    return RuntimeError(
        "There was an error while evaluating the intrinsic function: " + text_ +
        ". Invalid arguments in " + std::string(call.spec->name));
  }

 private:
  Outcome<Value> Evaluate(const IntrinsicNode::Argument& argument) {
    if (const auto* constant = std::get_if<Value>(&argument)) return *constant;
    if (const auto* path = std::get_if<PathLookup>(&argument)) {
      return LookUp(*path);
    }
    return Call(*std::get<std::unique_ptr<IntrinsicNode>>(argument));
  }

  // Unlike a template's "x.$", an index past the end is a miss here, and the
  // cause shows the state's input for a "$$" path too, printed with one "$".
  Outcome<Value> LookUp(const PathLookup& path) {
    PathLookup::Found found = path.Find(input_, env_);
    if (found.value && !found.past_end) return *std::move(found.value);
    std::string_view shown = path.path().text();
    if (path.path().root() == JsonPath::Root::kContext) shown.remove_prefix(1);
    return RuntimeError(
        "The function '" + text_ +
        "' had the following error: The JsonPath argument for the field '" +
        std::string(shown) + "' could not be found in the input '" +
        CompactText(input_) + "'");
  }

  const std::string& text_;
  const Value& input_;
  Environment& env_;
};

}  // namespace

const IntrinsicSpec* FindIntrinsic(std::string_view name) {
  for (const IntrinsicSpec& spec : kIntrinsics) {
    if (spec.name == name) return &spec;
  }
  return nullptr;
}

struct IntrinsicCall::Program {
  std::string text;
  std::unique_ptr<IntrinsicNode> root;
};

std::optional<IntrinsicCall> IntrinsicCall::Parse(std::string_view text,
                                                  std::string* error) {
  std::unique_ptr<IntrinsicNode> root = ParseIntrinsic(text, error);
  if (!root) return std::nullopt;
  IntrinsicCall call;
  call.program_ =
      std::make_shared<Program>(Program{std::string(text), std::move(root)});
  return call;
}

const std::string& IntrinsicCall::text() const { return program_->text; }

Outcome<Value> IntrinsicCall::Evaluate(const Value& input,
                                       Environment& env) const {
  return Evaluation(program_->text, input, env).Call(*program_->root);
}

void IntrinsicCall::CollectVariables(std::set<std::string>* names) const {
  CollectFrom(*program_->root, names);
}

}  // namespace stepwheel::asl
