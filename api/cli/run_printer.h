// RunPrinter shows one execution as it goes: a line for each state that ends or
// fails, indented by how deep it stands. It takes events and never asks the
// engine, so recorded histories test it.
#ifndef STEPWHEEL_API_CLI_RUN_PRINTER_H_
#define STEPWHEEL_API_CLI_RUN_PRINTER_H_

#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "api/cli/terminal.h"
#include "asl/state_machine.h"
#include "engine/event.h"
#include "engine/records.h"

namespace stepwheel::cli {

class RunPrinter {
 public:
  enum class Detail { kQuiet, kNormal, kVerbose };

  RunPrinter(const Terminal& terminal, Detail detail);

  void OnEvent(const engine::ExecutionRecord& record,
               const engine::Event& event, const asl::StateMachine& machine);

  // A stage of the data flow of the state entered at `entered_id`; shown with
  // --verbose when that state ends.
  void OnStage(int64_t entered_id, std::string_view stage,
               const asl::Value& value);

  int64_t events() const { return events_; }            // Public ones.
  int64_t transitions() const { return transitions_; }  // States entered.
  const std::string& last_failed_state() const { return last_failed_state_; }

 private:
  struct Line {          // What is known of a frame.
    int64_t index = -1;  // Of a Map iteration.
    Instant entered;
    Instant attempt_started;
    int attempt = 0;
    int64_t entered_id = 0;
    std::shared_ptr<const engine::MockedCall> mock;  // Of the open attempt.
  };

  void TrackFrames(const engine::Event& event,
                   const asl::StateMachine& machine);
  void PrintState(const engine::Event& event, const asl::StateMachine& machine,
                  Ink ink, std::string_view word, Duration took,
                  const std::string& note) {
    PrintLine(event, machine, ink, word, ShowDuration(took), note);
  }
  void PrintLine(const engine::Event& event, const asl::StateMachine& machine,
                 Ink ink, std::string_view word, const std::string& time,
                 const std::string& note);
  void BeginAttempt(const engine::ExecutionRecord& record,
                    const engine::Event& event,
                    const asl::StateMachine& machine);
  void PrintStages(int64_t entered_id);
  void PrintVerbose(const engine::ExecutionRecord& record,
                    const engine::Event& event,
                    const asl::StateMachine& machine);

  const Terminal& terminal_;
  Detail detail_;
  int64_t events_ = 0;
  int64_t transitions_ = 0;
  engine::FrameId next_frame_ = engine::kMainFrame;
  std::map<engine::FrameId, Line> frames_;
  std::string last_failed_state_;
  std::multimap<int64_t, std::string> stages_;  // By id of the Entered event.
};

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_RUN_PRINTER_H_
