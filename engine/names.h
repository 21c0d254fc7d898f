// Which names executions, state machines and activities may have: one rule for
// callers from outside and for tasks that start executions.
#ifndef STEPWHEEL_ENGINE_NAMES_H_
#define STEPWHEEL_ENGINE_NAMES_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "engine/result.h"

namespace stepwheel::engine {

inline constexpr size_t kNameCharactersMax = 80;

// InvalidName unless `name` keeps to AWS's characters (reference: api.md 2).
// Its length is checked elsewhere.
std::optional<ApiError> CheckName(std::string_view name);

// Reads the code point at `*at` and moves past it; nullopt if the bytes are no
// UTF-8, or a surrogate.
std::optional<uint32_t> NextCodePoint(std::string_view text, size_t* at);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_NAMES_H_
