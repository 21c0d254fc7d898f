#include "engine/mocks/submitted.h"

#include <utility>

namespace stepwheel::engine {

asl::Value SubmittedOutput(const asl::Resource& resource,
                           const MockedCall& mock,
                           const std::function<std::string()>& uuid) {
  if (mock.submitted) return *mock.submitted;
  asl::Members members;
  if (resource.service == "states" && resource.action == "startExecution") {
    for (const char* name : {"ExecutionArn", "StartDate"}) {
      const asl::Value* v = mock.output.Find(name);
      if (v != nullptr) members.emplace_back(name, *v);
    }
  } else if (resource.service == "sqs" && resource.action == "sendMessage") {
    members.emplace_back("MD5OfMessageBody", asl::Value(std::string(32, '0')));
    members.emplace_back("MessageId", asl::Value(uuid()));
  }
  constexpr int64_t kOk = 200;
  members.emplace_back("SdkHttpMetadata",
                       asl::MakeObject({{"HttpStatusCode", asl::Value(kOk)}}));
  members.emplace_back("SdkResponseMetadata",
                       asl::MakeObject({{"RequestId", asl::Value(uuid())}}));
  return asl::Value(std::move(members));
}

asl::Value MockedResult(const asl::Resource& resource,
                        const asl::Value& returned) {
  if (resource.kind != asl::Resource::Kind::kLambdaFunction) return returned;
  const asl::Value* payload = returned.Find("Payload");
  return payload != nullptr ? *payload : returned;
}

}  // namespace stepwheel::engine
