// Functions that format and read by pictures: dates, numbers, integers.
#include <cmath>
#include <string>
#include <utility>
#include <variant>

#include "asl/jsonata/date_picture.h"
#include "asl/jsonata/functions.h"
#include "asl/jsonata/integer_picture.h"
#include "asl/jsonata/iso_date_time.h"
#include "asl/jsonata/number_picture.h"

namespace stepwheel::asl::jsonata {
namespace {

Cell FailPicture(Evaluator& e, const PictureError& error) {
  if (error.code == "U1001") return e.FailLimit(Failure::Limit::kMemory);
  Cell value;
  if (const double* number = std::get_if<double>(&error.value)) {
    value = Cell::Double(*number);
  } else if (const std::string* text = std::get_if<std::string>(&error.value)) {
    value = e.Text(*text);
  }
  return e.Fail(error.code, value);
}

Cell TextOf(Evaluator& e, std::variant<std::string, PictureError> made) {
  if (const PictureError* error = std::get_if<PictureError>(&made)) {
    return FailPicture(e, *error);
  }
  return e.Text(std::get<std::string>(made));
}

std::optional<std::string_view> Zone(const Cell& cell) {
  if (!cell.is_string()) return std::nullopt;
  return cell.as_string();
}

Cell FormatMillis(Evaluator& e, double millis, const Cell& picture,
                  const Cell& zone) {
  if (!picture.is_string()) {
    return e.Text(FormatIsoDateTime(millis, Zone(zone)));
  }
  const PictureError* error = nullptr;
  const DatePicture* compiled = e.Picture(picture.as_string(), &error);
  if (compiled == nullptr) return FailPicture(e, *error);
  return TextOf(e, compiled->Format(millis, Zone(zone)));
}

// Without a fraction, so that it stays a whole number wherever it goes.
Cell Millis(double millis) {
  if (std::isnan(millis) || std::floor(millis) != millis ||
      std::fabs(millis) > 9e15) {
    return Cell::Double(millis);
  }
  return Cell::Int(static_cast<int64_t>(millis));
}

}  // namespace

Cell NowFunction(Evaluator& e, const Arguments& a) {
  return FormatMillis(e, static_cast<double>(e.Now()), a.Get(0), a.Get(1));
}

Cell MillisFunction(Evaluator& e, const Arguments& a) {
  return Cell::Int(e.Now());
}

Cell FromMillisFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_undefined()) return Cell();
  return FormatMillis(e, a.Get(0).as_double(), a.Get(1), a.Get(2));
}

Cell ToMillisFunction(Evaluator& e, const Arguments& a) {
  Cell cell = a.Get(0);
  if (cell.is_undefined()) return cell;
  if (!a.Get(1).is_string()) {
    std::optional<double> millis =
        ParseIsoDateTime(cell.as_string(), e.level() == Level::k2_2);
    return millis ? Millis(*millis) : e.Fail("D3110", cell);
  }
  const PictureError* error = nullptr;
  const DatePicture* picture = e.Picture(a.Get(1).as_string(), &error);
  if (picture == nullptr) return FailPicture(e, *error);
  auto read = picture->Parse(cell.as_string(), static_cast<double>(e.Now()));
  if (const PictureError* failed = std::get_if<PictureError>(&read)) {
    return FailPicture(e, *failed);
  }
  std::optional<double> millis = std::get<std::optional<double>>(read);
  return millis ? Millis(*millis) : Cell();
}

Cell FormatNumberFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_undefined()) return Cell();
  if (!a.Get(1).is_string()) return e.Fail("D3085");
  NumberOptions options;
  if (a.Get(2).is_object()) {
    Fields fields(a.Get(2));
    for (size_t i = 0; i < fields.size(); ++i) {
      Cell value = fields.value(i);
      if (value.is_string()) {
        options.emplace_back(fields.key(i), value.as_string());
      }
    }
  }
  return TextOf(
      e, FormatNumber(a.Get(0).as_double(), a.Get(1).as_string(), options));
}

Cell FormatBaseFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_undefined()) return Cell();
  double radix = a.Get(1).is_number() ? a.Get(1).as_double() : 10;
  return TextOf(e, FormatBase(a.Get(0).as_double(), radix));
}

Cell FormatIntegerFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_undefined()) return Cell();
  if (!a.Get(1).is_string()) return e.Fail("D3130");
  return TextOf(e, FormatInteger(a.Get(0).as_double(), a.Get(1).as_string()));
}

Cell ParseIntegerFunction(Evaluator& e, const Arguments& a) {
  if (a.Get(0).is_undefined()) return Cell();
  if (!a.Get(1).is_string()) return e.Fail("D3130");
  auto read = ParseInteger(a.Get(0).as_string(), a.Get(1).as_string());
  if (const PictureError* error = std::get_if<PictureError>(&read)) {
    return FailPicture(e, *error);
  }
  return Cell::Double(std::get<double>(read));
}

}  // namespace stepwheel::asl::jsonata
