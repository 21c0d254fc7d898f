// What a terminal can do and what a reader wants: colour, width, and how spans
// of time are written. The printers ask here and nowhere else.
#ifndef STEPWHEEL_API_CLI_TERMINAL_H_
#define STEPWHEEL_API_CLI_TERMINAL_H_

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

#include "engine/time/clock.h"

namespace stepwheel::cli {

enum class Ink { kPlain, kDim, kGreen, kRed, kYellow, kBlue };

class Terminal {
 public:
  // `color` is auto, always or never. Auto means: `file` is a terminal, TERM is
  // not dumb and NO_COLOR is not set; CLICOLOR_FORCE and FORCE_COLOR override.
  Terminal(std::FILE* file, std::string_view color);

  bool is_terminal() const { return is_terminal_; }
  int width() const { return width_; }  // 80 where it is unknown.
  std::string Paint(Ink ink, std::string_view text) const;
  void Write(std::string_view text) const;
  // A line that the next WriteStatus or Write takes back; only on terminals.
  void WriteStatus(std::string_view line) const;

 private:
  void TakeBackStatus() const;

  std::FILE* file_;
  bool is_terminal_ = false;
  bool color_ = false;
  int width_ = 80;
  mutable bool status_shown_ = false;
};

// "0.250 s", "19.0 s", "3 d 00:00:42"
std::string ShowDuration(Duration duration);
// Shortens in the middle: "arn:aws:…:ship". Counts bytes of ASCII.
std::string Elide(std::string_view text, size_t width);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_TERMINAL_H_
