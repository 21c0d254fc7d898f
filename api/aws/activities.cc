// CreateActivity, DescribeActivity, ListActivities, DeleteActivity
// (reference: api.md 3.5).
#include "api/aws/arn.h"
#include "api/aws/configurations.h"
#include "api/aws/operation.h"
#include "api/aws/render.h"

namespace stepwheel::aws {
namespace {

using engine::ActivityRecord;

void AppendItem(const ActivityRecord& record, std::string* out) {
  ObjectWriter(out)
      .String("activityArn", record.arn)
      .Time("creationDate", record.creation_date)
      .String("name", record.name)
      .Close();
}

}  // namespace

void CreateActivity(const Call& call) {
  if (call.Refuse(CheckName(call.params.View("name")))) return;
  bool reserved = false;
  if (call.Refuse(CheckTags(call.params, &reserved))) return;
  if (reserved) {
    return call.answer.Fail(
        FormOf(ProtocolError::kAccessDenied),
        "Caller is an end user and not allowed to mutate system tags");
  }
  engine::Result<std::string> encryption = EncryptionText(call.params);
  if (!encryption.ok()) return call.answer.Fail(encryption.error());
  if (!encryption->empty()) {
    return call.answer.Unsupported("CreateActivity with a customer's KMS key");
  }
  call.engine->CreateActivity(
      call.params.String("name"), call.at(),
      call.Then<engine::CreateActivityAnswer>([](const auto& answer) {
        std::string body;
        ObjectWriter(&body)
            .String("activityArn", answer.activity_arn)
            .Time("creationDate", answer.creation_date)
            .Close();
        return body;
      }));
}

void DescribeActivity(const Call& call) {
  std::string arn = call.params.String("activityArn");
  if (call.Refuse(CheckArn(arn, "activity"))) return;
  call.engine->DescribeActivity(
      std::move(arn), call.at(),
      call.Then<ActivityRecord>([](const ActivityRecord& record) {
        std::string body;
        ObjectWriter(&body)
            .String("activityArn", record.arn)
            .Time("creationDate", record.creation_date)
            .Json("encryptionConfiguration", kDefaultEncryption)
            .String("name", record.name)
            .Close();
        return body;
      }));
}

void ListActivities(const Call& call) {
  call.engine->ListActivities(
      PageOf(call.params), call.at(),
      call.Then<engine::ListActivitiesAnswer>([](const auto& answer) {
        std::string body;
        ObjectWriter(&body)
            .List("activities", answer.activities, AppendItem)
            .IfSet("nextToken", answer.next_token)
            .Close();
        return body;
      }));
}

void DeleteActivity(const Call& call) {
  std::string arn = call.params.String("activityArn");
  if (call.Refuse(CheckArn(arn, "activity"))) return;
  call.engine->DeleteActivity(std::move(arn), call.at(), call.ThenNothing());
}

}  // namespace stepwheel::aws
