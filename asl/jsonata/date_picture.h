// DatePicture is a picture of $fromMillis and $toMillis, read once: XPath's
// fn:format-dateTime in English with the quirks of the JSONata reference. No
// clock and no time zone data: zones are offsets, the present is handed in.
#ifndef STEPWHEEL_ASL_JSONATA_DATE_PICTURE_H_
#define STEPWHEEL_ASL_JSONATA_DATE_PICTURE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "asl/jsonata/integer_picture.h"
#include "asl/jsonata/picture_error.h"

namespace stepwheel::asl::jsonata {

// Cheap to copy; copies belong to one thread.
class DatePicture {
 public:
  // Literal text, or a marker in brackets.
  struct Part {
    enum class Names : uint8_t { kNone, kUpper, kLower, kTitle };

    std::string literal;  // Of a part without component.
    std::string component;
    Names names = Names::kNone;
    bool zulu = false;  // Z may stand for +00:00.
    std::optional<int> max_width;
    int year_digits = -1;  // Shown of the year; -1: all.
    bool reads_fraction = false;
    int exact_digits = 0;   // Read; 0: any number.
    int fewest_digits = 0;  // Read, if exact_digits is not 0.
    std::optional<IntegerPicture> integer;

    bool Is(std::string_view letters) const {
      return component.size() == 1 &&
             letters.find(component[0]) != std::string_view::npos;
    }
  };

  // The levels read widths differently: 2.0.6 takes them from the picture of
  // year, month and day, later ones where two numbers touch.
  static std::variant<DatePicture, PictureError> Compile(
      std::string_view picture, bool level_2_2);

  // The same, out of a few that were compiled last: expressions often make
  // their one picture anew for each item.
  static std::variant<DatePicture, PictureError> Cached(
      std::string_view picture, bool level_2_2);

  // `millis` since 1970 at an offset like "-0530" (none: UTC). What is no
  // instant shows as NaN.
  std::variant<std::string, PictureError> Format(
      double millis, std::optional<std::string_view> timezone) const;

  // nullopt: undefined, the text does not fit the picture. NaN: it does, but
  // names no instant. What is left of the greatest given part comes from
  // `now_millis`.
  std::variant<std::optional<double>, PictureError> Parse(
      std::string_view text, double now_millis) const;

 private:
  struct Parts;
  explicit DatePicture(std::shared_ptr<Parts> parts);

  std::shared_ptr<Parts> parts_;
};

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_DATE_PICTURE_H_
