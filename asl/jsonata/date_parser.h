// DateParser reads text by the parts of a date picture: as the reference does,
// by a regular expression made of them, and then by its rules about which
// parts make a date. For date_picture only.
#ifndef STEPWHEEL_ASL_JSONATA_DATE_PARSER_H_
#define STEPWHEEL_ASL_JSONATA_DATE_PARSER_H_

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/jsonata/date_picture.h"
#include "asl/jsonata/js_regex.h"
#include "asl/jsonata/picture_error.h"

namespace stepwheel::asl::jsonata {

class DateParser {
 public:
  static std::variant<DateParser, PictureError> Make(
      const std::vector<DatePicture::Part>& parts);

  // As DatePicture::Parse.
  std::variant<std::optional<double>, PictureError> Parse(
      std::string_view text, double now_millis) const;

 private:
  DateParser(JsRegex regex, std::vector<DatePicture::Part> parts)
      : regex_(std::move(regex)), parts_(std::move(parts)) {}

  JsRegex regex_;
  std::vector<DatePicture::Part> parts_;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_DATE_PARSER_H_
