// CompactText is a value's JSON without blanks, as AWS prints it in causes and
// in States.JsonToString, even for a value that keeps the text it was sent as.
#ifndef STEPWHEEL_ASL_COMPACT_TEXT_H_
#define STEPWHEEL_ASL_COMPACT_TEXT_H_

#include <string>

#include "asl/value.h"

namespace stepwheel::asl {

inline std::string CompactText(const Value& value) {
  // A text that was kept stands for the whole value only, so it is not used for
  // the element of an array.
  std::string text;
  Value(Elements{value}).AppendText(&text);
  return text.substr(1, text.size() - 2);
}

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_COMPACT_TEXT_H_
