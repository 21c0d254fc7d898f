#include "api/cli/flags.h"

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace stepwheel::cli {
namespace {

template <class Number>
bool ReadNumber(std::string_view text, Number* number) {
  const char* end = text.data() + text.size();
  auto [stop, error] = std::from_chars(text.data(), end, *number);
  return error == std::errc() && stop == end;
}

// How many letters must be changed, added, dropped or swapped.
size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> d(a.size() + 1,
                                     std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) d[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) d[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      size_t change = d[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      d[i][j] = std::min({d[i - 1][j] + 1, d[i][j - 1] + 1, change});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

std::string UnknownFlag(const Command& command, std::string_view name) {
  std::vector<std::string_view> known = {"help"};
  for (const Flag& flag : command.flags) known.push_back(flag.name);
  std::string problem = "unknown option --" + std::string(name);
  std::string_view meant = DidYouMean(name, known);
  if (!meant.empty()) problem += "; did you mean --" + std::string(meant) + "?";
  return problem;
}

std::string SetPositional(const Command& command, size_t index,
                          std::string_view argument) {
  if (index >= command.positionals.size()) {
    if (command.rest != nullptr) {
      command.rest->emplace_back(argument);
      return "";
    }
    return "unexpected argument '" + std::string(argument) + "'";
  }
  *command.positionals[index].target = std::string(argument);
  return "";
}

// One `--name[=value]` at arguments[*at]; moves `*at` to its last word.
std::string ParseFlag(const Command& command,
                      const std::vector<std::string_view>& arguments,
                      size_t* at) {
  std::string_view word = arguments[*at].substr(2);
  size_t equals = word.find('=');
  std::string_view name = word.substr(0, equals);
  auto flag = std::find_if(command.flags.begin(), command.flags.end(),
                           [&](const Flag& f) { return f.name == name; });
  if (flag == command.flags.end()) return UnknownFlag(command, name);
  std::string shown = "--" + flag->name;
  std::string_view value;
  if (equals != std::string_view::npos) {
    if (flag->value.empty()) return shown + " takes no value";
    value = word.substr(equals + 1);
  } else if (!flag->value.empty()) {
    if (*at + 1 == arguments.size()) {
      return shown + " needs a value: " + shown + " " + flag->value;
    }
    value = arguments[++*at];
  }
  std::string problem = flag->set(value);
  if (problem.empty()) return "";
  return shown + ": " + problem + ", found '" + std::string(value) + "'";
}

std::string UsageLine(const Command& command) {
  std::string line = "stepwheel " + command.name;
  for (const Positional& p : command.positionals) {
    line += p.required ? " " + p.name : " [" + p.name + "]";
  }
  if (command.rest != nullptr) line += "...";
  return line + " [options]";
}

}  // namespace

SetFlag SetTrue(bool* target) {
  return [target](std::string_view) {
    *target = true;
    return std::string();
  };
}

SetFlag SetText(std::string* target) {
  return [target](std::string_view value) -> std::string {
    if (value.empty()) return "expected a text";
    *target = std::string(value);
    return "";
  };
}

SetFlag SetText(std::optional<std::string>* target) {
  return [target](std::string_view value) -> std::string {
    *target = std::string(value);
    return "";
  };
}

SetFlag SetInteger(int64_t* target, int64_t min, int64_t max) {
  return [=](std::string_view value) -> std::string {
    int64_t number = 0;
    if (ReadNumber(value, &number) && number >= min && number <= max) {
      *target = number;
      return "";
    }
    return "expected a whole number from " + std::to_string(min) + " to " +
           std::to_string(max);
  };
}

SetFlag SetUnsigned(std::optional<uint64_t>* target) {
  return [=](std::string_view value) -> std::string {
    uint64_t number = 0;
    if (!ReadNumber(value, &number)) {
      return "expected a whole number from 0 to 18446744073709551615";
    }
    *target = number;
    return "";
  };
}

SetFlag SetOneOf(std::string* target,
                 std::initializer_list<std::string_view> values) {
  std::vector<std::string> allowed(values.begin(), values.end());
  return [target, allowed](std::string_view value) -> std::string {
    std::string list;
    for (const std::string& one : allowed) {
      if (one == value) {
        *target = one;
        return "";
      }
      list += (list.empty() ? "" : ", ") + one;
    }
    return "expected one of " + list;
  };
}

std::string ParseArguments(const Command& command,
                           const std::vector<std::string_view>& arguments,
                           bool* help) {
  *help = false;
  size_t positionals = 0;
  bool flags = true;
  for (size_t at = 0; at < arguments.size(); ++at) {
    std::string_view word = arguments[at];
    std::string problem;
    if (flags && word == "--") {
      flags = false;
    } else if (flags && (word == "--help" || word == "-h")) {
      *help = true;
      return "";
    } else if (flags && word.starts_with("--")) {
      problem = ParseFlag(command, arguments, &at);
    } else if (flags && word.size() > 1 && word.starts_with('-')) {
      problem = "unknown option " + std::string(word) +
                "; options begin with two dashes";
    } else {
      problem = SetPositional(command, positionals++, word);
    }
    if (!problem.empty()) return problem;
  }
  if (positionals < command.positionals.size() &&
      command.positionals[positionals].required) {
    return "missing argument " + command.positionals[positionals].name;
  }
  return "";
}

std::string HelpText(const Command& command) {
  std::string text =
      "Usage: " + UsageLine(command) + "\n\n" + command.summary + "\n\n";
  std::vector<std::pair<std::string, std::string>> rows;
  for (const Positional& p : command.positionals) {
    rows.emplace_back(p.name, p.help);
  }
  for (const Flag& flag : command.flags) {
    rows.emplace_back(
        "--" + flag.name + (flag.value.empty() ? "" : " " + flag.value),
        flag.help);
  }
  rows.emplace_back("--help", "this text");
  size_t width = 0;
  for (const auto& row : rows) width = std::max(width, row.first.size());
  for (const auto& [left, right] : rows) {
    text += "  " + left + std::string(width - left.size() + 2, ' ') + right;
    text += '\n';
  }
  if (!command.notes.empty()) text += "\n" + command.notes + "\n";
  if (!command.examples.empty()) text += "\nExamples:\n";
  for (const std::string& example : command.examples) {
    text += "  " + example + "\n";
  }
  return text;
}

std::optional<int> ParseCommandLine(const Command& command, int argc,
                                    char** argv) {
  bool help = false;
  std::vector<std::string_view> arguments(argv, argv + argc);
  std::string problem = ParseArguments(command, arguments, &help);
  if (help) {
    std::fputs(HelpText(command).c_str(), stdout);
    return kExitOk;
  }
  if (problem.empty()) return std::nullopt;
  std::fprintf(stderr, "stepwheel %s: %s\n(stepwheel %s --help shows how)\n",
               command.name.c_str(), problem.c_str(), command.name.c_str());
  return kExitUsage;
}

std::string_view DidYouMean(std::string_view word,
                            const std::vector<std::string_view>& known) {
  std::string_view best;
  size_t least = std::max<size_t>(2, word.size() / 3) + 1;
  if (word.size() > 40) return best;
  for (std::string_view candidate : known) {
    size_t distance = EditDistance(word, candidate);
    if (distance < least && distance < candidate.size()) {
      least = distance;
      best = candidate;
    }
  }
  return best;
}

}  // namespace stepwheel::cli
