// Reads a mock file. Every problem is kept with the place of its value, so one
// look at the answer mends the whole file.

#include <algorithm>
#include <charconv>
#include <cmath>
#include <set>
#include <utility>

#include "asl/json.h"
#include "engine/mocks/mock_file.h"

namespace stepwheel::engine {
namespace {

// "a text", "an object"...: for "expected X, found Y".
std::string Found(const asl::Value& value) {
  switch (value.kind()) {
    case asl::Value::Kind::kNull:
      return "null";
    case asl::Value::Kind::kBool:
    case asl::Value::Kind::kInt:
    case asl::Value::Kind::kDouble:
      return value.Text();
    case asl::Value::Kind::kString:
      return value.text_size() > 60 ? "a text" : value.Text();
    case asl::Value::Kind::kArray:
      return "an array";
    case asl::Value::Kind::kObject:
      return "an object";
  }
  return "something else";
}

// Digits only, at most nine of them.
bool ReadCallNumber(std::string_view text, int64_t* out) {
  constexpr size_t kDigitsMax = 9;
  if (text.empty() || text.size() > kDigitsMax ||
      text.find_first_not_of("0123456789") != std::string_view::npos) {
    return false;
  }
  std::from_chars(text.data(), text.data() + text.size(), *out);
  return true;
}

// "0" or "1-2".
bool ReadCallNumbers(std::string_view text, MockedResponse* response) {
  const size_t dash = text.find('-');
  if (!ReadCallNumber(text.substr(0, dash), &response->first)) return false;
  response->last = response->first;
  if (dash == std::string_view::npos) return true;
  return ReadCallNumber(text.substr(dash + 1), &response->last) &&
         response->last >= response->first;
}

}  // namespace

class MockFileParser {
 public:
  MockFileParser(std::string_view text, std::vector<MockProblem>* problems)
      : text_(text), problems_(problems) {}

  std::shared_ptr<const MockFile> Parse();

 private:
  using Path = std::string;

  void Report(const Path& path, std::string message);
  void Expected(const Path& path, std::string_view what,
                const asl::Value& found) {
    Report(path, "expected " + std::string(what) + ", found " + Found(found));
  }
  // False, and reported, unless `value` is an object.
  bool IsObject(const Path& path, const asl::Value& value,
                std::string_view what);
  // Reports each member that is none of `known`.
  void OnlyMembers(const Path& path, const asl::Value& object,
                   const std::vector<std::string_view>& known);

  void Responses(const Path& path, const asl::Value& value);
  void Response(const Path& path, std::string_view numbers,
                const asl::Value& value, MockedResponses* into);
  void Answer(const Path& path, const asl::Value& value,
              MockedResponse* response);
  void Throw(const Path& path, const asl::Value& value,
             MockedResponse* response);
  void Duration(const Path& path, const asl::Value& value,
                MockDuration* duration);
  void Heartbeat(const Path& path, const asl::Value& value,
                 MockedResponse* response);
  std::optional<int64_t> Millis(const Path& path, const asl::Value& value,
                                int64_t min_ms);
  void CheckOverlaps(const Path& path, MockedResponses* responses);
  void Machine(const Path& path, const std::string& name,
               const asl::Value& value);
  void TestCase(const Path& path, const asl::Value& value,
                MockTestCase* test_case);

  std::string_view text_;
  std::vector<MockProblem>* problems_;
  std::map<std::string, size_t, std::less<>> offsets_;  // By path.
  std::map<std::string, std::shared_ptr<const MockedResponses>, std::less<>>
      responses_;
  MockFile file_;
};

void MockFileParser::Report(const Path& path, std::string message) {
  auto offset = offsets_.find(path);
  const asl::TextPosition at = asl::PositionOf(
      text_, offset == offsets_.end() ? size_t{0} : offset->second);
  problems_->push_back({at.line, at.column, path, std::move(message)});
}

bool MockFileParser::IsObject(const Path& path, const asl::Value& value,
                              std::string_view what) {
  if (value.is_object()) return true;
  Expected(path, what, value);
  return false;
}

void MockFileParser::OnlyMembers(const Path& path, const asl::Value& object,
                                 const std::vector<std::string_view>& known) {
  for (const asl::Member& m : object.as_object()) {
    if (std::find(known.begin(), known.end(), m.key()) != known.end()) continue;
    std::string names;
    for (std::string_view name : known) {
      names += (names.empty() ? "" : ", ") + std::string(name);
    }
    Report(
        path + "/" + std::string(m.key()),
        "expected one of " + names + ", found '" + std::string(m.key()) + "'");
  }
}

std::shared_ptr<const MockFile> MockFileParser::Parse() {
  const size_t before = problems_->size();
  asl::JsonError error;
  std::vector<std::string> twice;
  std::optional<asl::Value> root = asl::ParseJsonWithPaths(
      text_, &error, [&](std::string_view path, size_t offset) {
        if (!offsets_.emplace(path, offset).second) twice.emplace_back(path);
      });
  if (!root) {
    problems_->push_back(
        {error.line, error.column, "", "not JSON: " + error.message});
    return nullptr;
  }
  for (const std::string& path : twice) {
    Report(path, "expected each name once, found it twice");
  }
  if (!IsObject("", *root,
                "an object with StateMachines and MockedResponses")) {
    return nullptr;
  }
  OnlyMembers("", *root,
              {"StateMachines", "MockedResponses", "Comment", "$schema"});
  if (const asl::Value* v = root->Find("MockedResponses")) {
    Responses("/MockedResponses", *v);
  }
  const Path machines = "/StateMachines";
  const asl::Value* v = root->Find("StateMachines");
  if (v == nullptr) {
    Report("", "expected the member StateMachines, found none");
  } else if (IsObject(machines, *v, "an object by name of state machine")) {
    for (const asl::Member& m : v->as_object()) {
      const std::string name(m.key());
      Machine(machines + "/" + name, name, m.value);
    }
  }
  if (problems_->size() > before) {
    std::stable_sort(problems_->begin(), problems_->end(),
                     [](const MockProblem& a, const MockProblem& b) {
                       return std::pair(a.line, a.column) <
                              std::pair(b.line, b.column);
                     });
    return nullptr;
  }
  return std::make_shared<const MockFile>(std::move(file_));
}

void MockFileParser::Machine(const Path& path, const std::string& name,
                             const asl::Value& value) {
  MockTestCases& cases = file_.machines_[name];
  if (!IsObject(path, value, "an object with TestCases")) return;
  OnlyMembers(path, value, {"TestCases", "Comment"});
  const asl::Value* v = value.Find("TestCases");
  if (v == nullptr) {
    return Report(path, "expected the member TestCases, found none");
  }
  const Path inside = path + "/TestCases";
  if (!IsObject(inside, *v, "an object by name of test case")) return;
  for (const asl::Member& m : v->as_object()) {
    const std::string key(m.key());
    if (key.empty()) {
      Report(inside + "/", "expected a name of a test case, found ''");
    }
    TestCase(inside + "/" + key, m.value, &cases[key]);
  }
}

void MockFileParser::TestCase(const Path& path, const asl::Value& value,
                              MockTestCase* test_case) {
  if (!IsObject(path, value, "an object by name of state")) return;
  for (const asl::Member& m : value.as_object()) {
    const std::string state(m.key());
    const Path inside = path + "/" + state;
    if (!m.value.is_string()) {
      Expected(inside, "the name of a mocked response", m.value);
      continue;
    }
    auto found = responses_.find(m.value.as_string());
    if (found == responses_.end()) {
      Expected(inside, "a name that stands in MockedResponses", m.value);
      continue;
    }
    (*test_case)[state] = found->second;
  }
}

void MockFileParser::Responses(const Path& path, const asl::Value& value) {
  if (!IsObject(path, value, "an object by name of response")) return;
  for (const asl::Member& m : value.as_object()) {
    auto responses = std::make_shared<MockedResponses>();
    responses->name = std::string(m.key());
    const Path inside = path + "/" + responses->name;
    responses_[responses->name] = responses;
    if (!IsObject(inside, m.value, "an object by number of call")) continue;
    for (const asl::Member& r : m.value.as_object()) {
      Response(inside + "/" + std::string(r.key()), r.key(), r.value,
               responses.get());
    }
    CheckOverlaps(inside, responses.get());
  }
}

void MockFileParser::CheckOverlaps(const Path& path,
                                   MockedResponses* responses) {
  auto& all = responses->responses;
  std::sort(all.begin(), all.end(),
            [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t i = 1; i < all.size(); ++i) {
    if (all[i].first > all[i - 1].last) continue;
    Report(path, "expected one response for each call, found two for call " +
                     std::to_string(all[i].first));
  }
}

void MockFileParser::Response(const Path& path, std::string_view numbers,
                              const asl::Value& value, MockedResponses* into) {
  MockedResponse response;
  if (!ReadCallNumbers(numbers, &response)) {
    return Report(path,
                  "expected the number of a call, \"0\", or a range, \"1-2\", "
                  "found '" +
                      std::string(numbers) + "'");
  }
  if (!IsObject(path, value, "an object with Return or Throw")) return;
  OnlyMembers(path, value,
              {"Return", "Throw", "NoAnswer", "DurationSeconds", "Heartbeat",
               "Submitted", "Comment"});
  Answer(path, value, &response);
  if (const asl::Value* v = value.Find("DurationSeconds")) {
    if (response.answer == MockAnswer::kNever) {
      Report(path + "/DurationSeconds",
             "expected no DurationSeconds beside NoAnswer: it takes for ever");
    } else {
      Duration(path + "/DurationSeconds", *v, &response.duration);
    }
  }
  if (const asl::Value* v = value.Find("Heartbeat")) {
    Heartbeat(path + "/Heartbeat", *v, &response);
  }
  if (const asl::Value* v = value.Find("Submitted")) response.submitted = *v;
  into->responses.push_back(std::move(response));
}

void MockFileParser::Answer(const Path& path, const asl::Value& value,
                            MockedResponse* response) {
  const asl::Value* returned = value.Find("Return");
  const asl::Value* thrown = value.Find("Throw");
  const asl::Value* never = value.Find("NoAnswer");
  const int answers =
      (returned != nullptr) + (thrown != nullptr) + (never != nullptr);
  if (answers != 1) {
    return Report(path, "expected one of Return, Throw and NoAnswer, found " +
                            (answers == 0 ? std::string("none")
                                          : std::to_string(answers)));
  }
  if (returned != nullptr) {
    response->output = *returned;
  } else if (thrown != nullptr) {
    response->answer = MockAnswer::kThrow;
    Throw(path + "/Throw", *thrown, response);
  } else {
    response->answer = MockAnswer::kNever;
    if (!never->is_bool() || !never->as_bool()) {
      Expected(path + "/NoAnswer", "true", *never);
    }
  }
}

void MockFileParser::Throw(const Path& path, const asl::Value& value,
                           MockedResponse* response) {
  if (!IsObject(path, value, "an object with Error and Cause")) return;
  OnlyMembers(path, value, {"Error", "Cause"});
  for (auto& [name, target] :
       {std::pair{"Error", &response->error}, {"Cause", &response->cause}}) {
    const asl::Value* v = value.Find(name);
    if (v == nullptr) continue;
    if (v->is_string()) {
      *target = std::string(v->as_string());
    } else {
      Expected(path + "/" + name, "a text", *v);
    }
  }
}

// Seconds, with at most three decimals, as whole milliseconds.
std::optional<int64_t> MockFileParser::Millis(const Path& path,
                                              const asl::Value& value,
                                              int64_t min_ms) {
  constexpr double kMillis = 1000;
  const double ms = value.is_number() ? value.as_double() * kMillis : -1;
  const double whole = std::round(ms);
  if (ms < static_cast<double>(min_ms) ||
      ms > static_cast<double>(kMockMillisMax) ||
      std::abs(ms - whole) > 1e-6 * std::max(1.0, ms)) {
    Expected(path,
             std::string("seconds, ") +
                 (min_ms > 0 ? "at least 0.001" : "0 or more") +
                 " and within 366 days, with at most three decimals",
             value);
    return std::nullopt;
  }
  return static_cast<int64_t>(whole);
}

void MockFileParser::Duration(const Path& path, const asl::Value& value,
                              MockDuration* duration) {
  if (value.is_array()) {
    const asl::Elements& all = value.as_array();
    if (all.empty()) {
      return Report(path, "expected at least one duration, found none");
    }
    for (size_t i = 0; i < all.size(); ++i) {
      auto ms = Millis(path + "[" + std::to_string(i) + "]", all[i], 0);
      if (ms) duration->choices_ms.push_back(*ms);
    }
    return;
  }
  if (!value.is_object()) {
    if (auto ms = Millis(path, value, 0)) {
      duration->min_ms = duration->max_ms = *ms;
    }
    return;
  }
  OnlyMembers(path, value, {"Min", "Max"});
  const asl::Value* min = value.Find("Min");
  const asl::Value* max = value.Find("Max");
  if (min == nullptr || max == nullptr) {
    return Report(path, std::string("expected both Min and Max, found ") +
                            (min != nullptr   ? "only Min"
                             : max != nullptr ? "only Max"
                                              : "neither"));
  }
  auto min_ms = Millis(path + "/Min", *min, 0);
  auto max_ms = Millis(path + "/Max", *max, 0);
  if (!min_ms || !max_ms) return;
  if (*max_ms < *min_ms) {
    return Report(path + "/Max", "expected at least Min, " + min->Text() +
                                     ", found " + max->Text());
  }
  duration->min_ms = *min_ms;
  duration->max_ms = *max_ms;
}

void MockFileParser::Heartbeat(const Path& path, const asl::Value& value,
                               MockedResponse* response) {
  if (!IsObject(path, value, "an object with IntervalSeconds")) return;
  OnlyMembers(path, value, {"IntervalSeconds", "StopAfterSeconds"});
  const asl::Value* interval = value.Find("IntervalSeconds");
  if (interval == nullptr) {
    return Report(path, "expected the member IntervalSeconds, found none");
  }
  auto ms = Millis(path + "/IntervalSeconds", *interval, 1);
  if (ms) response->beat_ms = *ms;
  if (const asl::Value* stop = value.Find("StopAfterSeconds")) {
    response->beats_stop_ms = Millis(path + "/StopAfterSeconds", *stop, 0);
  }
}

std::shared_ptr<const MockFile> MockFile::Parse(
    std::string_view text, std::vector<MockProblem>* problems) {
  return MockFileParser(text, problems).Parse();
}

}  // namespace stepwheel::engine
