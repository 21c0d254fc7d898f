// Turns the text of an intrinsic function call into a tree. Only intrinsics.cc
// uses it; everybody else sees IntrinsicCall.
#ifndef STEPWHEEL_ASL_INTRINSIC_PARSER_H_
#define STEPWHEEL_ASL_INTRINSIC_PARSER_H_

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/intrinsic_functions.h"
#include "asl/path_lookup.h"
#include "asl/value.h"

namespace stepwheel::asl {

struct IntrinsicNode {
  using Argument =
      std::variant<Value, PathLookup, std::unique_ptr<IntrinsicNode>>;

  const IntrinsicSpec* spec = nullptr;
  std::vector<Argument> arguments;
  // States.Format with a literal template: the template, cut at its "{}" and
  // unescaped; empty if it cannot be cut.
  std::optional<std::vector<std::string>> format_pieces;
};

// nullptr if `text` is no call; `error` then says what was expected where.
std::unique_ptr<IntrinsicNode> ParseIntrinsic(std::string_view text,
                                              std::string* error);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_INTRINSIC_PARSER_H_
