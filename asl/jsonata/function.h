// What a variable can hold besides data: built-in functions, closures and
// their relatives; and the frames that closures remember.
#ifndef STEPWHEEL_ASL_JSONATA_FUNCTION_H_
#define STEPWHEEL_ASL_JSONATA_FUNCTION_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "asl/jsonata/cell.h"
#include "asl/jsonata/expression.h"
#include "asl/jsonata/signature.h"

namespace stepwheel::asl::jsonata {

class Evaluator;
struct Node;

// A row of the table of built-in functions.
struct Builtin {
  using Implementation = Cell (*)(Evaluator&, const Arguments&);

  std::string_view name;
  std::string_view signature;
  // Of parameters, as a caller of callbacks sees it.
  uint32_t arity;
  // Of parameters that partial application may bind.
  uint32_t parameters;
  Implementation implementation;
};

// Nullptr if there is none of that name in this flavour.
const Builtin* FindBuiltin(std::string_view name, bool aws);
const Signature& SignatureOf(const Builtin& builtin);

struct Binding {
  uint32_t name;
  Cell value;
};

// Variables of a block, a call or a tuple.
struct Frame {
  static constexpr uint32_t kInline = 3;

  Frame* parent = nullptr;
  uint32_t size = 0;
  uint32_t capacity = kInline;
  bool captured = false;  // A closure may outlive the block.
  Binding* bindings = few;
  Binding few[kInline];
};

// An item on its way through a path that binds variables (@, #, %).
struct Tuple {
  Cell item;
  uint32_t size = 0;
  Binding* bindings = nullptr;
};

struct Function {
  enum class Kind : uint8_t {
    kBuiltin,
    kClosure,
    kPartial,   // Of a built-in: `held` with holes.
    kComposed,  // f ~> g: `held`.
    kTransform,
    kMatcher,   // A regular expression.
    kNextMatch  // held[0], from `offset` on.
  };

  Kind kind = Kind::kBuiltin;
  const Builtin* builtin = nullptr;
  const Node* node = nullptr;
  Frame* frame = nullptr;
  Cell input;
  const uint32_t* parameters = nullptr;
  uint32_t parameter_count = 0;
  const Signature* signature = nullptr;
  Cell* held = nullptr;  // Tag::kFailed is a hole.
  uint32_t held_count = 0;
  size_t offset = 0;
  // The last call, which an error is blamed on.
  uint32_t position = 0;
  bool has_token = false;
  std::string_view token;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_FUNCTION_H_
