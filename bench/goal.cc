#include "bench/goal.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <utility>

namespace stepwheel::bench {
namespace {

std::string Format(const char* format, double value) {
  std::array<char, 64> text;
  std::snprintf(text.data(), text.size(), format, value);
  return text.data();
}

// Our own texts hold no control characters.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

void AddColumn(std::string& line, std::string_view text, size_t width) {
  line += text;
  line.append(width > text.size() ? width - text.size() : 1, ' ');
}

}  // namespace

Options ParseOptions(int argc, char** argv) {
  Options options;
  bool unknown = false;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--full") {
      options.full = true;
    } else if (argument == "--micro") {
      options.micro = true;
    } else if (argument == "--json" && i + 1 < argc) {
      options.json_file = argv[++i];
    } else if (!argument.starts_with("--benchmark_")) {
      unknown = true;
    }
  }
  if (unknown) {
    std::fprintf(stderr,
                 "usage: %s [--json FILE] [--full] [--micro "
                 "[--benchmark_...]]\n",
                 argv[0]);
    std::exit(2);
  }
  return options;
}

void Goals::AtLeast(std::string id, std::string yardstick, std::string measured,
                    double ratio, double limit, std::string_view unit) {
  rows_.push_back({std::move(id), std::move(yardstick), std::move(measured),
                   ratio, ">= " + Format("%g", limit) + std::string(unit),
                   ratio >= limit});
}

void Goals::AtMost(std::string id, std::string yardstick, std::string measured,
                   double ratio, double limit, std::string_view unit) {
  rows_.push_back({std::move(id), std::move(yardstick), std::move(measured),
                   ratio, "<= " + Format("%g", limit) + std::string(unit),
                   ratio <= limit});
}

void Goals::Note(std::string id, std::string yardstick, std::string measured,
                 double ratio) {
  rows_.push_back({std::move(id), std::move(yardstick), std::move(measured),
                   ratio, "", std::nullopt});
}

std::string Goals::Table() const {
  size_t id_width = 5;
  size_t yardstick = 10;
  size_t measured = 10;
  for (const GoalRow& row : rows_) {
    id_width = std::max(id_width, row.id.size() + 2);
    yardstick = std::max(yardstick, row.yardstick.size() + 2);
    measured = std::max(measured, row.measured.size() + 2);
  }
  std::string table;
  const auto add = [&](std::string_view id, std::string_view against,
                       std::string_view took, std::string_view ratio,
                       std::string_view goal, std::string_view verdict) {
    AddColumn(table, id, id_width);
    AddColumn(table, against, yardstick);
    AddColumn(table, took, measured);
    AddColumn(table, ratio, 8);
    AddColumn(table, goal, 9);
    table += verdict;
    table += '\n';
  };
  add("id", "yardstick", "measured", "ratio", "goal", "");
  for (const GoalRow& row : rows_) {
    add(row.id, row.yardstick, row.measured, Format("%.2f", row.ratio),
        row.goal,
        !row.pass   ? "-"
        : *row.pass ? "pass"
                    : "FAIL");
  }
  return table;
}

std::string Goals::Json() const {
  std::string json = "[";
  for (const GoalRow& row : rows_) {
    json += json.size() > 1 ? ",\n {" : "\n {";
    json += "\"id\": " + Quoted(row.id);
    json += ", \"yardstick\": " + Quoted(row.yardstick);
    json += ", \"measured\": " + Quoted(row.measured);
    json += ", \"ratio\": " + Format("%.4g", row.ratio);
    json += ", \"goal\": " + Quoted(row.goal);
    json += ", \"pass\": ";
    json += !row.pass ? "null}" : *row.pass ? "true}" : "false}";
  }
  return json + "\n]\n";
}

int Goals::Report(const Options& options) const {
  if (options.json_file.empty()) {
    std::fputs(Table().c_str(), stdout);
    return 0;
  }
  std::ofstream file(options.json_file);
  file << Json();
  file.close();
  if (file) return 0;
  std::fprintf(stderr, "cannot write %s\n", options.json_file.c_str());
  return 1;
}

std::string Quantity(double value, std::string_view unit) {
  return Format(value < 10    ? "%.2f"
                : value < 100 ? "%.1f"
                              : "%.0f",
                value) +
         " " + std::string(unit);
}

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  const auto middle =
      values.begin() + static_cast<ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace stepwheel::bench
