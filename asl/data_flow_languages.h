// The two data flows, and what they share. Internal to DataFlow.
#ifndef STEPWHEEL_ASL_DATA_FLOW_LANGUAGES_H_
#define STEPWHEEL_ASL_DATA_FLOW_LANGUAGES_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "asl/data_flow.h"

namespace stepwheel::asl {

// Both make one at `place`, which has DataFlow::InPlace::kBytes.
DataFlow* MakeJsonPathFlow(void* place, const State& state, const Value& raw,
                           Environment& env, DataFlow::Observer observer);
DataFlow* MakeJsonataFlow(void* place, const State& state, const Value& raw,
                          Environment& env, DataFlow::Observer observer);

// `now_ms` plus the wait, unless that is too long.
Outcome<int64_t> EndOfWait(int64_t seconds, int64_t now_ms);
Outcome<int64_t> EndOfWait(const Timestamp& timestamp, int64_t now_ms);
// What an inline Map makes of MaxConcurrency: 0 means AWS's limit.
int64_t InlineConcurrency(int64_t max_concurrency);
// What AWS has against the numbers; empty if nothing.
std::string_view ProblemOf(const ToleratedFailure& tolerated);
// RoleArn of evaluated Credentials.
std::optional<std::string> RoleOf(const Value& credentials);
// In order of name. REQUIRES an object.
Assigned AssignedOf(const Value& values);

}  // namespace stepwheel::asl

#endif  // STEPWHEEL_ASL_DATA_FLOW_LANGUAGES_H_
