#include "engine/parked.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "asl/json.h"
#include "engine/integrations/integration.h"

namespace stepwheel::engine {
namespace {

constexpr std::string_view kFormat = "1";
// Says besides which child a job is, and what a script leads to. Only what has
// children or a script is written so: everything else is still read by versions
// that do not know it.
constexpr std::string_view kFormatWithMore = "2";

using Kind = asl::Resource::Kind;

ParkedWait WaitOf(const Frame& frame, WaitKind kind) {
  ParkedWait wait;
  wait.kind = kind;
  wait.clocks = ClocksOf(frame);
  wait.position = static_cast<uint32_t>(frame.attempt.position);
  wait.frame = static_cast<uint32_t>(frame.id);
  wait.timer = frame.timer;
  wait.started = frame.attempt.started_at.has_value();
  wait.beat_dirty = frame.attempt.beat_dirty;
  return wait;
}

Parked WithWaits(const std::vector<ParkedWait>& waits) {
  Parked parked;
  parked.count = static_cast<uint32_t>(waits.size());
  parked.waits = std::make_unique<ParkedWait[]>(waits.size());
  std::copy(waits.begin(), waits.end(), parked.waits.get());
  return parked;
}

}  // namespace

ParkedWait* Parked::Find(FrameId frame) const {
  ParkedWait* at = std::lower_bound(
      begin(), end(), frame,
      [](const ParkedWait& wait, FrameId id) { return wait.frame < id; });
  return at != end() && at->frame == frame ? at : nullptr;
}

ParkedWait* Parked::FindAttempt(FrameId frame, int64_t scheduled) const {
  ParkedWait* wait = Find(frame);
  if (wait == nullptr || scheduled <= 0 || wait->position != scheduled) {
    return nullptr;
  }
  return wait;
}

std::optional<WaitKind> WaitKindOf(const Execution& e, const Frame& frame) {
  if (e.ended()) return std::nullopt;
  if (frame.phase == Phase::kWaiting) return WaitKind::kWait;
  if (frame.phase == Phase::kBackoff) return WaitKind::kRetry;
  if (frame.phase != Phase::kTask) return std::nullopt;
  if (frame.attempt.mock) return WaitKind::kMock;
  const asl::Resource& resource = e.ResourceOf(frame);
  if (resource.kind == Kind::kActivity) {
    return frame.attempt.started_at ? WaitKind::kTask : WaitKind::kWorker;
  }
  if (!frame.attempt.submitted) return WaitKind::kCall;
  return resource.pattern == asl::Resource::Pattern::kWaitForTaskToken
             ? WaitKind::kToken
             : WaitKind::kJob;
}

bool OwesStart(const Execution& e, const Frame& frame) {
  const Attempt& attempt = frame.attempt;
  return attempt.position != 0 && attempt.started_at && !attempt.submitted &&
         !attempt.mock && StartsExecution(e.ResourceOf(frame));
}

bool CanPark(const Execution& e) {
  constexpr int64_t kMax = std::numeric_limits<uint32_t>::max();
  for (const auto& [id, frame] : e.frames) {
    if (OwesStart(e, frame)) return false;
  }
  return !e.ended() && e.position > 0 && e.position <= kMax &&
         e.next_frame <= kMax && e.NextReady() == nullptr;
}

Parked Park(const Execution& e) {
  std::vector<ParkedWait> waits;
  for (const auto& [id, frame] : e.frames) {
    if (std::optional<WaitKind> kind = WaitKindOf(e, frame)) {
      waits.push_back(WaitOf(frame, *kind));
    }
  }
  Parked parked = WithWaits(waits);
  parked.machine_due = MachineDeadline(e).due;
  parked.position = static_cast<uint32_t>(e.position);
  parked.machine_timer = e.machine_timer;
  parked.beaten = !e.beaten.empty();
  parked.year_limit = !e.machine->timeout_seconds;
  parked.mocked = e.mocks != nullptr;
  return parked;
}

bool Unpark(const Parked& parked, Execution* e) {
  if (e->position != parked.position || e->ended()) return false;
  for (const ParkedWait& wait : parked) {
    Frame* frame = e->FindFrame(wait.frame);
    if (frame == nullptr || frame->attempt.position != wait.position) {
      return false;
    }
    Attempt& attempt = frame->attempt;
    if (wait.started != attempt.started_at.has_value()) return false;
    // One that is dirty may be of the very millisecond of the hand-out.
    if (attempt.started_at &&
        (wait.beat_dirty || wait.clocks.beat > *attempt.started_at)) {
      attempt.last_heartbeat = wait.clocks.beat;
    }
    attempt.beat_dirty = wait.beat_dirty;
    if (wait.beat_dirty) e->beaten.push_back(frame->id);
    frame->timer = wait.timer;
  }
  e->machine_timer = parked.machine_timer;
  return true;
}

bool CallInFlight(const Execution& e, const Frame& frame) {
  return WaitKindOf(e, frame) == WaitKind::kCall && frame.attempt.started_at;
}

// A line of numbers for the execution, then one for each wait. What never
// happens has the instant kNever. A task for a worker names its activity.
std::string EncodeParked(const Execution& e) {
  bool more = e.mocks != nullptr;
  for (const auto& [id, frame] : e.frames) more |= frame.attempt.child != 0;
  std::string text(more ? kFormatWithMore : kFormat);
  auto number = [&text](int64_t i) {
    text += ' ';
    asl::AppendJsonInt(i, &text);
  };
  auto instant = [&](Instant t) { number(t.unix_millis()); };
  number(e.position);
  instant(MachineDeadline(e).due);
  number(!e.machine->timeout_seconds);
  if (more) number(e.mocks != nullptr);
  text += '\n';
  for (const auto& [id, frame] : e.frames) {
    const std::optional<WaitKind> kind = WaitKindOf(e, frame);
    if (!kind) continue;
    const Attempt& attempt = frame.attempt;
    const FrameClocks clocks = ClocksWithoutBeats(frame);
    asl::AppendJsonInt(id, &text);
    number(attempt.position);
    number(static_cast<int64_t>(*kind));
    instant(clocks.ends);
    instant(attempt.started_at.value_or(kNever));
    number(clocks.heartbeat_seconds);
    if (kind == WaitKind::kMock) number(static_cast<int64_t>(clocks.kind));
    if (more && kind == WaitKind::kJob) number(attempt.child);
    if (kind == WaitKind::kWorker) {
      instant(attempt.scheduled_at);
      text += ' ' + e.ResourceOf(frame).arn;
    }
    text += '\n';
  }
  return text;
}

namespace {

// The numbers of one line, and the words after them.
class Line {
 public:
  explicit Line(std::string_view text) : rest_(text) {}

  bool Int(int64_t* out) {
    if (!rest_.empty() && rest_.front() == ' ') rest_.remove_prefix(1);
    auto [end, error] =
        std::from_chars(rest_.data(), rest_.data() + rest_.size(), *out);
    rest_.remove_prefix(static_cast<size_t>(end - rest_.data()));
    return error == std::errc();
  }
  bool Count(uint32_t* out) {
    int64_t value = 0;
    if (!Int(&value) || value < 0 ||
        value > std::numeric_limits<uint32_t>::max()) {
      return false;
    }
    *out = static_cast<uint32_t>(value);
    return true;
  }
  bool Millis(Instant* out) {
    int64_t millis = 0;
    if (!Int(&millis)) return false;
    *out = Instant::FromUnixMillis(millis);
    return true;
  }
  bool Flag(bool* out) {
    uint32_t value = 0;
    if (!Count(&value) || value > 1) return false;
    *out = value == 1;
    return true;
  }
  std::string_view rest() const { return rest_; }

 private:
  std::string_view rest_;
};

std::string_view TakeLine(std::string_view* text) {
  const std::string_view line = text->substr(0, text->find('\n'));
  text->remove_prefix(std::min(line.size() + 1, text->size()));
  return line;
}

DeadlineKind EndsAs(WaitKind kind) {
  return kind == WaitKind::kWait || kind == WaitKind::kRetry
             ? DeadlineKind::kOther
             : DeadlineKind::kTotal;
}

bool ReadWait(std::string_view text, bool more, ParkedWait* wait,
              ParkedFacts* facts) {
  Line line(text);
  Instant started, scheduled;
  uint32_t heartbeat = 0, kind = 0;
  if (!line.Count(&wait->frame) || !line.Count(&wait->position) ||
      !line.Count(&kind) || kind >= kWaitKinds ||
      !line.Millis(&wait->clocks.ends) || !line.Millis(&started) ||
      !line.Count(&heartbeat) ||
      heartbeat > std::numeric_limits<int32_t>::max()) {
    return false;
  }
  wait->kind = static_cast<WaitKind>(kind);
  wait->clocks.kind = EndsAs(wait->kind);
  wait->started = started != kNever;
  if (wait->started) wait->clocks.beat = started;
  wait->clocks.heartbeat_seconds = static_cast<int32_t>(heartbeat);
  facts->calls_in_flight |= wait->kind == WaitKind::kCall && wait->started;
  if (more && wait->kind == WaitKind::kJob) {
    ParkedFacts::Child child{0, wait->position, wait->frame};
    if (!line.Int(&child.number) || child.number < 0) return false;
    // Jobs of other services have none.
    if (child.number != 0) facts->children.push_back(child);
  }
  if (wait->kind == WaitKind::kMock) {
    uint32_t ends = 0;
    if (!more || !line.Count(&ends) || ends >= kDeadlineKinds) return false;
    wait->clocks.kind = static_cast<DeadlineKind>(ends);
  }
  if (wait->kind != WaitKind::kWorker) return line.rest().empty();
  if (!line.Millis(&scheduled)) return false;
  if (line.rest().size() < 2 || line.rest().front() != ' ') return false;
  facts->queued.push_back({std::string(line.rest().substr(1)), scheduled,
                           wait->position, wait->frame});
  return true;
}

}  // namespace

absl::StatusOr<ParkedFacts> DecodeParked(std::string_view text) {
  const auto damaged = [] {
    return absl::DataLossError("a parked record is damaged");
  };
  std::string_view head = TakeLine(&text);
  const std::string_view format = head.substr(0, head.find(' '));
  const bool more = format == kFormatWithMore;
  if (!more && format != kFormat) {
    return absl::UnimplementedError(
        "a parked record of a format that this version does not know");
  }
  Line line(head.substr(format.size()));
  ParkedFacts facts;
  uint32_t position = 0;
  Instant machine_due;
  bool year_limit = false, mocked = false;
  if (!line.Count(&position) || !line.Millis(&machine_due) ||
      !line.Flag(&year_limit) || (more && !line.Flag(&mocked))) {
    return damaged();
  }
  std::vector<ParkedWait> waits;
  while (!text.empty()) {
    ParkedWait& wait = waits.emplace_back();
    if (!ReadWait(TakeLine(&text), more, &wait, &facts)) return damaged();
    if (waits.size() > 1 && waits[waits.size() - 2].frame >= wait.frame) {
      return damaged();
    }
  }
  facts.parked = WithWaits(waits);
  facts.parked.position = position;
  facts.parked.machine_due = machine_due;
  facts.parked.year_limit = year_limit;
  facts.parked.mocked = mocked;
  return facts;
}

}  // namespace stepwheel::engine
