#include <gtest/gtest.h>

#include "api/aws/errors.h"

namespace stepwheel::aws {
namespace {

using engine::ApiErrorCode;

TEST(ErrorsTest, ServiceErrorsAreBadRequestsInTheServiceNamespace) {
  ErrorForm form = FormOf(ApiErrorCode::kConflictException);
  EXPECT_EQ(form.type, "com.amazonaws.swf.service.v2.model#ConflictException");
  EXPECT_EQ(form.status, 400);
  EXPECT_EQ(form.code(), "ConflictException");
}

TEST(ErrorsTest, InternalFailureIsTheOnlyServerError) {
  EXPECT_EQ(FormOf(ApiErrorCode::kInternalFailure).status, 500);
  EXPECT_EQ(FormOf(ProtocolError::kThrottling).status, 400);
  EXPECT_EQ(FormOf(ProtocolError::kUnknownOperation).status, 400);
}

TEST(ErrorsTest, TwoKindsOfValidationExceptionDifferInTheirNamespace) {
  EXPECT_EQ(FormOf(ApiErrorCode::kValidationException).type,
            "com.amazonaws.swf.service.v2.model#ValidationException");
  EXPECT_EQ(FormOf(ProtocolError::kParameterValidation).type,
            "com.amazon.coral.validate#ValidationException");
}

TEST(ErrorsTest, AccessDeniedSpellsItsMessageWithACapital) {
  EXPECT_EQ(RenderError(FormOf(ProtocolError::kAccessDenied), "no"),
            R"({"__type":"com.amazon.coral.service#AccessDeniedException",)"
            R"("Message":"no"})");
}

TEST(ErrorsTest, MessagesAreEscaped) {
  EXPECT_EQ(RenderError(FormOf(ApiErrorCode::kInvalidName), "a\"b\x1f"),
            R"({"__type":"com.amazonaws.swf.service.v2.model#InvalidName",)"
            R"("message":"a\"b\u001F"})");
}

}  // namespace
}  // namespace stepwheel::aws
