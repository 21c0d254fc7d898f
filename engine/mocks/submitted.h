// What TaskSubmitted says the called service answered, when nobody was called:
// the members that the real answer has, with values that nobody can take for
// real ones where the mock file gives none.
#ifndef STEPWHEEL_ENGINE_MOCKS_SUBMITTED_H_
#define STEPWHEEL_ENGINE_MOCKS_SUBMITTED_H_

#include <functional>
#include <string>

#include "asl/resource.h"
#include "asl/value.h"
#include "engine/mocks/mocked_call.h"

namespace stepwheel::engine {

// `uuid` gives a new one at each call.
asl::Value SubmittedOutput(const asl::Resource& resource,
                           const MockedCall& mock,
                           const std::function<std::string()>& uuid);

// What the task's result is when a mock returns: a Lambda function called by
// its ARN gives its Payload, everything else gives what the mock says.
asl::Value MockedResult(const asl::Resource& resource,
                        const asl::Value& returned);

}  // namespace stepwheel::engine

#endif  // STEPWHEEL_ENGINE_MOCKS_SUBMITTED_H_
