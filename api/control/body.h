// Body reads the JSON object of a request to /_stepwheel/: strictly, so that a
// misspelt member is said and not ignored. The first problem is kept; what is
// read after it means nothing.
#ifndef STEPWHEEL_API_CONTROL_BODY_H_
#define STEPWHEEL_API_CONTROL_BODY_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

#include "asl/value.h"

namespace stepwheel::control {

class Body {
 public:
  // `text` must be a JSON object with members of these names only; an empty
  // text is one without members.
  Body(std::string_view text, std::initializer_list<std::string_view> names);

  // Absent members are nullopt.
  std::optional<int64_t> Integer(std::string_view name, int64_t min,
                                 int64_t max);
  std::optional<std::string> Text(std::string_view name);

  void Fail(std::string problem) {
    if (problem_.empty()) problem_ = std::move(problem);
  }
  const std::string& problem() const { return problem_; }  // "" if all is well.

 private:
  void Read(std::string_view text,
            std::initializer_list<std::string_view> names);

  asl::Value value_;
  std::string problem_;
};

}  // namespace stepwheel::control

#endif  // STEPWHEEL_API_CONTROL_BODY_H_
