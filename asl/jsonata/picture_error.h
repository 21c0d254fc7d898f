// PictureError says why a picture could not be read or used, with the code of
// the JSONata reference and what its message mentions.
#ifndef STEPWHEEL_ASL_JSONATA_PICTURE_ERROR_H_
#define STEPWHEEL_ASL_JSONATA_PICTURE_ERROR_H_

#include <string>
#include <variant>

namespace stepwheel::asl::jsonata {

struct PictureError {
  // "D3131"; T0410 for options that make no sense; U1001 if the picture or
  // its result would be longer than anyone needs, which the reference does
  // not bound.
  std::string code;
  // What the reference gives as the error's value, if it gives one.
  std::variant<std::monostate, std::string, double> value = {};
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_PICTURE_ERROR_H_
