#include "api/control/clock_routes.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "api/aws/json_response.h"
#include "api/aws/render.h"
#include "api/control/body.h"
#include "asl/timestamp.h"

namespace stepwheel::control {
namespace {

using aws::ObjectWriter;
using std::chrono::milliseconds;

constexpr std::string_view kPath = "/_stepwheel/clock";
constexpr std::string_view kActions[] = {"pause", "resume",  "rate", "auto",
                                         "jump",  "advance", "run"};
constexpr size_t kWaitingMax = 100;
constexpr int64_t kWallMsMax = 3'600'000;  // For settle and patience.

void SendProblem(const http::Responder& responder, int status,
                 std::string_view message, std::string_view allow = "") {
  responder.Send(aws::ProblemResponse(status, message, allow));
}

std::string Shown(Instant t) { return asl::FormatTimestamp(t.unix_millis()); }

std::optional<milliseconds> Milliseconds(std::optional<int64_t> n) {
  if (!n) return std::nullopt;
  return milliseconds(*n);
}

void AppendWaiting(const engine::WaitingFrame& w, std::string* out) {
  ObjectWriter object(out);
  if (w.due) object.String("due", Shown(*w.due));
  object.String("executionArn", w.execution_arn)
      .String("kind", engine::WaitKindName(w.kind))
      .String("state", w.state)
      .NonEmpty("taskToken", w.task_token)
      .String("waitsFor", w.what)
      .Close();
}

std::string TimerObject(const engine::NamedTimer& timer) {
  std::string text;
  ObjectWriter(&text)
      .String("due", Shown(timer.due))
      .Int("dueMillis", timer.due.unix_millis())
      .String("executionArn", timer.execution_arn)
      .String("kind", engine::DeadlineKindName(timer.kind))
      .NonEmpty("state", timer.state)
      .Close();
  return text;
}

}  // namespace

bool ClockRoutes::Has(std::string_view path) {
  return path == kPath || (path.starts_with(kPath) &&
                           path.substr(kPath.size()).starts_with('/'));
}

void ClockRoutes::Handle(std::string_view path, const http::Request& request,
                         const http::Responder& responder) {
  if (path == kPath) {
    if (request.method != "GET" && request.method != "HEAD") {
      return SendProblem(responder, 405, "use GET " + std::string(kPath),
                         "GET, HEAD");
    }
    return SendStatus(responder, nullptr);
  }
  const std::string_view action = path.substr(kPath.size() + 1);
  if (std::find(std::begin(kActions), std::end(kActions), action) ==
      std::end(kActions)) {
    std::string known;
    for (std::string_view name : kActions) {
      known.append(known.empty() ? "" : ", ").append(name);
    }
    return SendProblem(responder, 404,
                       "there is no '" + std::string(action) +
                           "' of the clock; expected one of " + known);
  }
  if (request.method != "POST") {
    return SendProblem(responder, 405, "use POST " + std::string(path), "POST");
  }
  if (driver_ == nullptr) {
    return SendProblem(responder, 409,
                       "the clock is the system's and cannot be moved; start "
                       "with --clock virtual");
  }
  Perform(action, request.body, responder);
}

void ClockRoutes::Perform(std::string_view action, std::string_view text,
                          const http::Responder& responder) {
  std::optional<Body> body;
  auto bad = [&] {
    if (body->problem().empty()) return false;
    SendProblem(responder, 400, body->problem());
    return true;
  };
  if (action == "pause" || action == "jump") {
    body.emplace(text, std::initializer_list<std::string_view>{});
    if (bad()) return;
    if (action == "jump") return driver_->JumpToNextTimer(AnswerTo(responder));
    driver_->Pause();
  } else if (action == "resume" || action == "rate") {
    body.emplace(text, std::initializer_list<std::string_view>{"rate"});
    std::optional<int64_t> rate = body->Integer("rate", 1, kRateMax);
    if (action == "rate" && !rate) body->Fail("'rate' is missing");
    if (bad()) return;
    driver_->Resume(rate.value_or(driver_->settings().rate));
  } else if (action == "auto") {
    body.emplace(text, std::initializer_list<std::string_view>{
                           "settleMillis", "patienceMillis", "jumpsMax"});
    auto settle = body->Integer("settleMillis", 0, kWallMsMax);
    auto patience = body->Integer("patienceMillis", 0, kWallMsMax);
    auto jumps = body->Integer("jumpsMax", 1, kJumpsMaxMax);
    if (bad()) return;
    driver_->Auto(Milliseconds(settle), Milliseconds(patience), jumps);
  } else if (action == "run") {
    body.emplace(text, std::initializer_list<std::string_view>{
                           "jumpsMax", "patienceMillis"});
    auto jumps = body->Integer("jumpsMax", 1, kJumpsMaxMax);
    auto patience = body->Integer("patienceMillis", 0, kWallMsMax);
    if (bad()) return;
    return driver_->RunUntilIdle(jumps, Milliseconds(patience),
                                 AnswerTo(responder));
  } else {
    body.emplace(text, std::initializer_list<std::string_view>{
                           "milliseconds", "seconds", "to"});
    return Advance(*body, responder);
  }
  SendStatus(responder, nullptr);
}

void ClockRoutes::Advance(Body& body, const http::Responder& responder) {
  const int64_t left_ms = (kEndOfTime - clock_->Now()).count();
  auto ms = body.Integer("milliseconds", 0, left_ms);
  auto seconds = body.Integer("seconds", 0, left_ms / 1000);
  std::optional<std::string> to = body.Text("to");
  if (ms.has_value() + seconds.has_value() + to.has_value() != 1) {
    body.Fail(
        "expected exactly one of 'milliseconds', 'seconds' and 'to' (a "
        "timestamp)");
  }
  Instant target;
  if (to) {
    std::optional<asl::Timestamp> t = asl::ParseTimestamp(*to);
    if (t) target = Instant::FromUnixMillis(asl::UnixMillisRoundedUp(*t));
    if (!t || target > kEndOfTime) {
      body.Fail(
          "'to' must be a timestamp such as 2026-01-31T12:00:00Z, found " +
          *to);
    } else if (target < clock_->Now()) {
      body.Fail("the clock cannot go back: it is " + Shown(clock_->Now()) +
                ", 'to' is " + *to);
    }
  }
  if (!body.problem().empty()) {
    return SendProblem(responder, 400, body.problem());
  }
  if (to) return driver_->AdvanceTo(target, AnswerTo(responder));
  driver_->AdvanceBy(Duration(ms ? *ms : *seconds * 1000), AnswerTo(responder));
}

ClockDriver::Done ClockRoutes::AnswerTo(const http::Responder& responder) {
  return [this, responder](const MoveResult& move) {
    if (move.stored.ok()) return SendStatus(responder, &move);
    SendProblem(responder, 500,
                "the clock is at " + Shown(clock_->Now()) +
                    ", but that could not be stored: " +
                    std::string(move.stored.message()));
  };
}

void ClockRoutes::SendStatus(const http::Responder& responder,
                             const MoveResult* move) {
  responder.Send(aws::JsonResponse(200, Status(move)));
}

std::string ClockRoutes::Status(const MoveResult* move) {
  const Instant now = driver_ == nullptr ? clock_->Now() : driver_->Now();
  std::string text;
  ObjectWriter object(&text);
  object.String("clock", driver_ == nullptr ? "system" : "virtual");
  if (driver_ != nullptr) {
    const ClockSettings& settings = driver_->settings();
    std::vector<engine::WaitingFrame> waiting = engine_->Waiting();
    std::erase_if(waiting, [](const auto& w) { return !WaitsForOthers(w); });
    const size_t count = waiting.size();
    const std::string waiting_text = WaitingText(waiting);
    if (waiting.size() > kWaitingMax) waiting.resize(kWaitingMax);
    const bool idle = engine_->idle() && !engine_->AwaitsTimer();
    object.Bool("idle", idle)
        .Int("jumps", move != nullptr ? move->jumps : driver_->jumps())
        .Int("jumpsMax", settings.jumps_max);
    if (idle) object.String("message", IdleText(*engine_, kWaitingMax));
    if (auto timer = engine_->DescribeNextTimer(); timer && !idle) {
      object.Json("nextTimer", TimerObject(*timer));
    }
    object.String("now", Shown(now)).Int("nowMillis", now.unix_millis());
    if (move != nullptr) object.String("outcome", OutcomeName(move->outcome));
    object.String("pace", PaceName(settings.pace))
        .Int("patienceMillis", settings.patience.count())
        .Int("rate", settings.rate)
        .Int("settleMillis", settings.settle.count())
        .NonEmpty("stopped", driver_->stopped())
        .List("waiting", waiting, AppendWaiting)
        .Int("waitingCount", static_cast<int64_t>(count))
        .String("waitingText", waiting_text);
  } else {
    object.String("now", Shown(now)).Int("nowMillis", now.unix_millis());
  }
  object.Close();
  return text;
}

}  // namespace stepwheel::control
