#include "engine/states/mocked_task.h"

#include <memory>
#include <utility>

#include "engine/mocks/submitted.h"
#include "engine/records.h"

namespace stepwheel::engine {
namespace {

using T = EventType;
using Kind = asl::Resource::Kind;

uint64_t DrawMock(Decision& d, int64_t position, uint64_t n) {
  return Draw(d.context().seed, d.execution().record.number, position,
              Use::kMock, n);
}

struct MockedEvents {
  EventType scheduled, started;
};
MockedEvents EventsOf(Kind kind) {
  switch (kind) {
    case Kind::kActivity:
      return {T::kActivityScheduled, T::kActivityStarted};
    case Kind::kLambdaFunction:
      return {T::kLambdaFunctionScheduled, T::kLambdaFunctionStarted};
    case Kind::kService:
      break;
  }
  return {T::kTaskScheduled, T::kTaskStarted};
}

void Submit(Decision& d, Frame& frame, const MockedCall& mock) {
  const asl::Resource& resource = d.execution().ResourceOf(frame);
  const int64_t position = frame.attempt.position;
  uint64_t drawn = 0;
  auto uuid = [&] {
    const uint64_t high = DrawMock(d, position, ++drawn);
    return UuidFrom(high, DrawMock(d, position, ++drawn));
  };
  d.SubmitTask(frame.id, position, SubmittedOutput(resource, mock, uuid));
}

}  // namespace

asl::Outcome<bool> ChooseMock(Decision& d, const Frame& frame, Event* event) {
  const Execution& e = d.execution();
  if (!e.mocks) return false;
  const std::string& name = e.mocks->test_case;
  const std::string test_case = "the test case '" + name + "' ";
  if (d.context().mocks == nullptr) {
    return asl::RuntimeError("The execution plays " + test_case +
                             "and the server has no mock file any more.");
  }
  std::string why;
  std::shared_ptr<const MockFile> file = d.context().mocks->Current(&why);
  if (!file) {
    return asl::RuntimeError("The execution plays " + test_case +
                             "and the mock file cannot be used: " + why + ".");
  }
  const MockTestCase* states =
      file->FindCase(NameOfArn(e.record.state_machine_arn), name);
  if (states == nullptr) {
    return asl::RuntimeError("The execution plays " + test_case + "and " +
                             d.context().mocks->Name() + " no longer has it.");
  }
  auto responses = states->find(e.StateOf(frame).name);
  if (responses == states->end()) return false;
  auto made = e.mocks->calls.find(frame.state);
  const int64_t number = made == e.mocks->calls.end() ? 0 : made->second;
  const MockedResponse* response = responses->second->Find(number);
  if (response == nullptr) {
    return asl::RuntimeError(
        "The mocked response '" + responses->second->name + "' of " +
        test_case + "has nothing for call number " + std::to_string(number) +
        " of this state; it has " + responses->second->Numbers() + ".");
  }
  auto mock = std::make_shared<MockedCall>(
      response->Play(DrawMock(d, e.position + 1, 0)));
  mock->test_case = name;
  mock->response = responses->second->name;
  mock->number = number;
  if (mock->answer == MockAnswer::kReturn) event->effective = mock->output;
  event->mock = std::move(mock);
  return true;
}

void ScheduleMocked(Decision& d, Frame& frame, Event event) {
  const asl::Resource& resource = d.execution().ResourceOf(frame);
  const std::shared_ptr<const MockedCall> mock = event.mock;
  const MockedEvents types = EventsOf(resource.kind);
  event.type = types.scheduled;
  if (!d.Emit(std::move(event))) return;
  Event started = d.EventOf(types.started, frame);
  if (resource.kind == Kind::kActivity) started.text = "mock";
  if (!d.Emit(std::move(started))) return;
  if (resource.takes_token()) Submit(d, frame, *mock);
}

}  // namespace stepwheel::engine
