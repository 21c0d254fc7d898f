#include "api/cli/timeline.h"

#include <algorithm>
#include <cstdio>
#include <map>
#include <set>
#include <utility>

namespace stepwheel::cli {
namespace {

using asl::Value;

bool Ends(std::string_view text, std::string_view end) {
  return text.size() >= end.size() &&
         text.substr(text.size() - end.size()) == end;
}

std::string_view TypeOf(const Value& event) {
  const Value* type = event.Find("type");
  return type != nullptr && type->is_string() ? type->as_string() : "";
}

int64_t IntOf(const Value& event, const char* name) {
  const Value* v = event.Find(name);
  return v != nullptr && v->is_int() ? v->as_int() : 0;
}

double TimeOf(const Value& event) {
  const Value* v = event.Find("timestamp");
  return v != nullptr && v->is_number() ? v->as_double() : 0;
}

// A text member of the event's details.
std::string Detail(const Value& event, const char* name) {
  for (const asl::Member& m : event.as_object()) {
    if (!m.value.is_object()) continue;
    const Value* v = m.value.Find(name);
    if (v != nullptr && v->is_string()) return std::string(v->as_string());
  }
  return "";
}

// Follows each chain by previousEventId: which row an event belongs to.
class RowBuilder {
 public:
  explicit RowBuilder(double start) : start_(start) {}

  void Add(const Value& event) {
    const std::string type(TypeOf(event));
    const int64_t id = IntOf(event, "id");
    const int64_t previous = IntOf(event, "previousEventId");
    const double at = TimeOf(event) - start_;
    auto found = row_of_.find(previous);
    const bool known = found != row_of_.end();
    size_t row = known ? found->second : kNone;
    if (Ends(type, "StateEntered")) {
      // Behind the start of a branch stands its first state, behind anything
      // else the next state of the same flow.
      const bool first = starts_.count(previous) > 0;
      const size_t parent = known && !first ? parents_[row] : row;
      row = Open(Detail(event, "name"), type.substr(0, 3), parent, at);
      if (type == "FailStateEntered") Close(row, at, "FAIL", "");
    } else if (!known) {
      return;
    } else if (IsContainer(type)) {
      row = Container(row, type.substr(0, 3));
      if (Ends(type, "Started")) starts_.insert(id);
      if (Ends(type, "StateExited")) Close(row, at, "ok", "");
      if (Ends(type, "StateFailed")) Close(row, at, "FAIL", "");
      if (Ends(type, "StateAborted")) Close(row, at, "stop", "");
    } else if (type.find("Scheduled") != std::string::npos) {
      row = Attempt(row, at);
    } else if (type == "ActivityStarted") {
      rows_[row].note = Detail(event, "workerName");
    } else if (Ends(type, "TimedOut") || Ends(type, "Failed")) {
      Close(row, at, "FAIL", Detail(event, "error"));
    } else if (Ends(type, "StateExited")) {
      if (rows_[row].outcome == "..") Close(row, at, "ok", rows_[row].note);
    } else if (Ends(type, "StateAborted")) {
      if (rows_[row].outcome == "..") Close(row, at, "stop", "");
    }
    row_of_[id] = row;
    last_ = std::max(last_, at);
  }

  std::vector<TimelineRow> Take() {
    for (TimelineRow& row : rows_) {
      if (row.outcome == "..") row.to = last_;
    }
    return std::move(rows_);
  }

 private:
  static constexpr size_t kNone = static_cast<size_t>(-1);

  // `kind` is how the event types of the state begin: three letters tell them
  // apart.
  size_t Open(const std::string& name, std::string kind, size_t parent,
              double at) {
    rows_.push_back({name, "..", at, at, ""});
    names_.push_back(name);
    kinds_.push_back(std::move(kind));
    parents_.push_back(parent);
    attempts_.push_back(0);
    return rows_.size() - 1;
  }
  static bool IsContainer(const std::string& type) {
    return type.rfind("Parallel", 0) == 0 || type.rfind("Map", 0) == 0;
  }
  // The events of a Parallel or Map name one of a child as their previous one:
  // the innermost that is still open is meant.
  size_t Container(size_t row, const std::string& kind) const {
    for (size_t at = row; at != kNone; at = parents_[at]) {
      if (kinds_[at] == kind && rows_[at].outcome == "..") return at;
    }
    return row;
  }
  // The first attempt is the state's own row; each further one gets its own.
  size_t Attempt(size_t row, double at) {
    const int attempt = attempts_[row] + 1;
    if (attempt == 1) {
      attempts_[row] = 1;
      return row;
    }
    const size_t next = Open(names_[row] + " #" + std::to_string(attempt),
                             kinds_[row], parents_[row], at);
    names_[next] = names_[row];
    attempts_[next] = attempt;
    return next;
  }
  void Close(size_t row, double at, const char* outcome, std::string note) {
    rows_[row].outcome = outcome;
    rows_[row].to = at;
    rows_[row].note = std::move(note);
  }

  double start_;
  double last_ = 0;
  std::vector<TimelineRow> rows_;
  std::vector<std::string> names_, kinds_;
  std::vector<size_t> parents_;  // The row of the Parallel or Map around it.
  std::vector<int> attempts_;
  std::set<int64_t> starts_;  // Events behind which a branch begins.
  std::map<int64_t, size_t> row_of_;
};

std::string Bar(const TimelineRow& row, double total, int width) {
  std::string bar(static_cast<size_t>(width), ' ');
  auto column = [&](double t) {
    const double share = total > 0 ? t / total : 0;
    return std::clamp(static_cast<int>(share * width), 0, width - 1);
  };
  const int from = column(row.from), to = column(row.to);
  for (int i = from; i <= to; ++i) bar[static_cast<size_t>(i)] = '=';
  if (row.outcome == "FAIL") bar[static_cast<size_t>(to)] = 'x';
  if (row.outcome == "..") bar[static_cast<size_t>(to)] = '>';
  return bar;
}

Ink InkOf(const std::string& outcome) {
  if (outcome == "ok") return Ink::kGreen;
  if (outcome == "FAIL") return Ink::kRed;
  return outcome == "stop" ? Ink::kDim : Ink::kYellow;
}

Duration Seconds(double s) {
  return Duration(static_cast<int64_t>(s * 1000 + 0.5));
}

}  // namespace

std::vector<TimelineRow> TimelineRows(const std::vector<Value>& events) {
  if (events.empty()) return {};
  RowBuilder builder(TimeOf(events.front()));
  for (const Value& event : events) builder.Add(event);
  return builder.Take();
}

std::string DrawTimeline(const std::string& title,
                         const std::vector<Value>& events,
                         const Terminal& terminal) {
  if (events.empty()) return title + "   no events\n";
  const double total = TimeOf(events.back()) - TimeOf(events.front());
  std::vector<TimelineRow> rows = TimelineRows(events);
  size_t name_width = 8;
  for (const TimelineRow& row : rows) {
    name_width = std::max(name_width, std::min<size_t>(row.name.size(), 24));
  }
  const int bar_width =
      std::clamp(terminal.width() - static_cast<int>(name_width) - 46, 16, 60);
  std::string out = title + "   " + ShowDuration(Seconds(total)) + "   " +
                    std::to_string(events.size()) + " events\n";
  for (const TimelineRow& row : rows) {
    char at[32], took[32];
    std::snprintf(at, sizeof at, "%12s",
                  ShowDuration(Seconds(row.from)).c_str());
    std::snprintf(took, sizeof took, "%12s",
                  ShowDuration(Seconds(row.to - row.from)).c_str());
    std::string name = Elide(row.name, name_width);
    name.resize(name_width, ' ');
    std::string outcome = row.outcome;
    outcome.resize(5, ' ');
    out += std::string(at) + "  " +
           terminal.Paint(InkOf(row.outcome), outcome) + name + " |" +
           terminal.Paint(InkOf(row.outcome), Bar(row, total, bar_width)) +
           "|" + took + (row.note.empty() ? "" : "  " + row.note) + "\n";
  }
  const std::string last(TypeOf(events.back()));
  std::string end = last.rfind("Execution", 0) == 0 && events.size() > 1
                        ? last
                        : "still running";
  const std::string error = Detail(events.back(), "error");
  const std::string cause = Detail(events.back(), "cause");
  if (!error.empty()) end += "  " + error;
  if (!cause.empty()) end += ": " + cause;
  return out + end + "\n";
}

}  // namespace stepwheel::cli
