// One row per performance goal: what was measured, against which yardstick,
// and whether the ratio is good enough. Every bench program collects its rows
// here and prints them as a table, or writes them as JSON for machines.
#ifndef STEPWHEEL_BENCH_GOAL_H_
#define STEPWHEEL_BENCH_GOAL_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace stepwheel::bench {

// Both sides of a ratio are measured in the same run: machines differ, and the
// same machine differs from minute to minute.
struct GoalRow {
  std::string id;         // As in the list of goals: "T1".
  std::string yardstick;  // What it is held against, and what that took.
  std::string measured;   // What we took, with the unit.
  double ratio;
  std::string goal;          // ">= 15x"; empty if the row is only reported.
  std::optional<bool> pass;  // nullopt if the row is only reported.
};

// The command line that all bench programs share.
struct Options {
  std::string json_file;  // --json FILE; empty: none.
  bool full = false;      // --full: more repetitions and bigger sizes.
  bool micro = false;     // --micro: Google Benchmark's own programs instead.
};

// Complains on standard error and exits with 2 about arguments it does not
// know; those of Google Benchmark are let through with --micro.
Options ParseOptions(int argc, char** argv);

class Goals {
 public:
  // `ratio` passes if it is at least / at most `limit`, which is in `unit`.
  void AtLeast(std::string id, std::string yardstick, std::string measured,
               double ratio, double limit, std::string_view unit = "x");
  void AtMost(std::string id, std::string yardstick, std::string measured,
              double ratio, double limit, std::string_view unit = "x");
  // A row without a goal.
  void Note(std::string id, std::string yardstick, std::string measured,
            double ratio);

  const std::vector<GoalRow>& rows() const { return rows_; }
  std::string Table() const;
  std::string Json() const;

  // Writes the JSON file if one is wanted, or else prints the table on standard
  // output. Returns the exit code of the program: 0, or 1 if the file cannot
  // be written. A goal that is missed is a row that says so, not an error.
  int Report(const Options& options) const;

 private:
  std::vector<GoalRow> rows_;
};

// "12.3 ns": three digits are as many as such measurements have.
std::string Quantity(double value, std::string_view unit);

double Median(std::vector<double> values);

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_GOAL_H_
