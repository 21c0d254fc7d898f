// One byte chooses a function, the first line is a picture, the rest a text to
// read or a number to show: the pictures of dates, numbers and integers give
// UTF-8 or an error with a code, and in time.
#include <cstdlib>

#include "asl/jsonata/date_picture.h"
#include "asl/jsonata/integer_picture.h"
#include "asl/jsonata/iso_date_time.h"
#include "asl/jsonata/js_number.h"
#include "asl/jsonata/number_picture.h"
#include "tests/fuzz/fuzz.h"

namespace stepwheel::fuzz {
namespace {

using asl::jsonata::DatePicture;
using asl::jsonata::PictureError;

constexpr double kNow = 1'521'801'216'617;

template <class T>
void CheckResult(const std::variant<T, PictureError>& result) {
  if (const auto* error = std::get_if<PictureError>(&result)) {
    STEPWHEEL_CHECK(!error->code.empty(), "an error without a code");
    const auto* value = std::get_if<std::string>(&error->value);
    STEPWHEEL_CHECK(value == nullptr || IsUtf8(*value),
                    "an error's value is not UTF-8");
    return;
  }
  if constexpr (std::is_same_v<T, std::string>) {
    STEPWHEEL_CHECK(IsUtf8(std::get<T>(result)), "a text that is not UTF-8");
  }
}

void CheckDate(std::string_view picture, std::string_view rest, bool level) {
  const auto compiled = DatePicture::Compile(picture, level);
  if (const auto* error = std::get_if<PictureError>(&compiled)) {
    STEPWHEEL_CHECK(!error->code.empty(), "an error without a code");
    return;
  }
  const auto& date = std::get<DatePicture>(compiled);
  CheckResult(date.Format(kNow, std::nullopt));
  CheckResult(date.Format(kNow, rest));
  CheckResult(date.Format(std::strtod(std::string(rest).c_str(), nullptr),
                          std::nullopt));
  date.Parse(rest, kNow);
}

void CheckNumber(std::string_view picture, std::string_view rest) {
  const double value = std::strtod(std::string(rest).c_str(), nullptr);
  CheckResult(asl::jsonata::FormatNumber(value, picture, {}));
  // The rest, three ways, as the characters with a meaning.
  asl::jsonata::NumberOptions options;
  for (const char* name : {"zero-digit", "digit", "decimal-separator"}) {
    if (rest.empty()) break;
    options.emplace_back(name, rest.substr(0, 1));
    rest.remove_prefix(1);
  }
  CheckResult(asl::jsonata::FormatNumber(kNow / 1e7, picture, options));
  CheckResult(
      asl::jsonata::FormatBase(value, static_cast<double>(picture.size())));
  asl::jsonata::NumberOfText(picture);
}

void Check(std::string_view text) {
  if (text.empty()) return;
  const char choice = text[0];
  text.remove_prefix(1);
  if (!IsUtf8(text)) return;
  const size_t end = std::min(text.find('\n'), text.size());
  const std::string_view picture = text.substr(0, end);
  const std::string_view rest = end < text.size() ? text.substr(end + 1) : "";
  switch (choice & 3) {
    case 0:
    case 1:
      CheckDate(picture, rest, (choice & 1) != 0);
      asl::jsonata::ParseIsoDateTime(picture, (choice & 1) != 0);
      break;
    case 2:
      CheckNumber(picture, rest);
      break;
    default:
      CheckResult(asl::jsonata::FormatInteger(
          std::strtod(std::string(rest).c_str(), nullptr), picture));
      CheckResult(asl::jsonata::ParseInteger(rest, picture));
  }
}

}  // namespace
}  // namespace stepwheel::fuzz

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  stepwheel::fuzz::Check(stepwheel::fuzz::TextOf(data, size));
  return 0;
}
