#include "api/cli/terminal.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>

namespace stepwheel::cli {
namespace {

bool IsSet(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr && *value != '\0' && std::string_view(value) != "0";
}

const char* Code(Ink ink) {
  switch (ink) {
    case Ink::kDim:
      return "\x1b[2m";
    case Ink::kGreen:
      return "\x1b[32m";
    case Ink::kRed:
      return "\x1b[31m";
    case Ink::kYellow:
      return "\x1b[33m";
    case Ink::kBlue:
      return "\x1b[34m";
    case Ink::kPlain:
      break;
  }
  return "";
}

}  // namespace

Terminal::Terminal(std::FILE* file, std::string_view color) : file_(file) {
  const char* term = std::getenv("TERM");
  const bool dumb = term != nullptr && std::string_view(term) == "dumb";
  is_terminal_ = isatty(fileno(file)) != 0 && !dumb;
  color_ = is_terminal_ && !IsSet("NO_COLOR");
  if (IsSet("CLICOLOR_FORCE") || IsSet("FORCE_COLOR")) color_ = true;
  if (color == "always") color_ = true;
  if (color == "never") color_ = false;
  winsize size{};
  if (is_terminal_ && ioctl(fileno(file), TIOCGWINSZ, &size) == 0 &&
      size.ws_col >= 20) {
    width_ = size.ws_col;
  }
}

std::string Terminal::Paint(Ink ink, std::string_view text) const {
  if (!color_ || ink == Ink::kPlain) return std::string(text);
  return std::string(Code(ink)) + std::string(text) + "\x1b[0m";
}

void Terminal::TakeBackStatus() const {
  if (!status_shown_) return;
  std::fputs("\r\x1b[K", file_);
  status_shown_ = false;
}

void Terminal::Write(std::string_view text) const {
  TakeBackStatus();
  std::fwrite(text.data(), 1, text.size(), file_);
}

void Terminal::WriteStatus(std::string_view line) const {
  if (!is_terminal_) return;
  TakeBackStatus();
  const std::string shown = Elide(line, static_cast<size_t>(width_ - 1));
  std::fwrite(shown.data(), 1, shown.size(), file_);
  std::fflush(file_);
  status_shown_ = true;
}

std::string ShowDuration(Duration duration) {
  const int64_t ms = duration.count();
  char text[64];
  if (ms < 10'000) {
    std::snprintf(text, sizeof text, "%.3f s", static_cast<double>(ms) / 1000);
  } else if (ms < 3'600'000) {
    std::snprintf(text, sizeof text, "%.1f s", static_cast<double>(ms) / 1000);
  } else {
    const int64_t s = ms / 1000;
    const long long days = s / 86'400;
    const int h = static_cast<int>(s / 3600 % 24);
    const int m = static_cast<int>(s / 60 % 60);
    const int rest = static_cast<int>(s % 60);
    if (days > 0) {
      std::snprintf(text, sizeof text, "%lld d %02d:%02d:%02d", days, h, m,
                    rest);
    } else {
      std::snprintf(text, sizeof text, "%02d:%02d:%02d", h, m, rest);
    }
  }
  return text;
}

std::string Elide(std::string_view text, size_t width) {
  if (text.size() <= width) return std::string(text);
  if (width < 5) return std::string(text.substr(0, width));
  const size_t left = (width - 3) / 2;
  const size_t right = width - 3 - left;
  return std::string(text.substr(0, left)) + "..." +
         std::string(text.substr(text.size() - right));
}

}  // namespace stepwheel::cli
