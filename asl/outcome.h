// Outcome<T> is what evaluating a part of a state gives: a T, or the asl::Error
// the state machine fails with. It is not for failures of Stepwheel itself.
#ifndef STEPWHEEL_ASL_OUTCOME_H_
#define STEPWHEEL_ASL_OUTCOME_H_

#include <utility>
#include <variant>

#include "asl/check.h"
#include "asl/error.h"

namespace stepwheel::asl {

template <class T>
class [[nodiscard]] Outcome {
 public:
  Outcome(T value) : data_(std::in_place_index<0>, std::move(value)) {}
  Outcome(Error error) : data_(std::in_place_index<1>, std::move(error)) {}

  bool ok() const { return data_.index() == 0; }
  const T& value() const& { return *Get(); }
  T& value() & { return *Get(); }
  T&& value() && { return std::move(*Get()); }
  const T& operator*() const { return *Get(); }
  const T* operator->() const { return Get(); }
  const Error& error() const {
    STEPWHEEL_CHECK(!ok(), "error() of an Outcome that succeeded");
    return *std::get_if<1>(&data_);
  }

 private:
  const T* Get() const {
    STEPWHEEL_CHECK(ok(), "value() of an Outcome that failed");
    return std::get_if<0>(&data_);
  }
  T* Get() {
    STEPWHEEL_CHECK(ok(), "value() of an Outcome that failed");
    return std::get_if<0>(&data_);
  }
  std::variant<T, Error> data_;
};

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_OUTCOME_H_
