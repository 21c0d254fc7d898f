// Which credentials a request is signed with: those of the environment, else of
// the profile files, else, for what is not AWS, well-known dummies.
#ifndef STEPWHEEL_API_AWS_CLIENT_CREDENTIALS_H_
#define STEPWHEEL_API_AWS_CLIENT_CREDENTIALS_H_

#include <absl/status/statusor.h>

#include <string>
#include <string_view>

#include "api/aws_client/profile.h"
#include "api/aws_client/sigv4.h"

namespace stepwheel::aws_client {

// Emulators do not check signatures, but they read the header: region and
// service from the scope, an account from the key. An unsigned request is
// refused by some. "test" is what their documentation tells people to use.
inline constexpr std::string_view kDummyAccessKeyId = "test";
inline constexpr std::string_view kDummySecretAccessKey = "test";

// amazonaws.com and the domains of the other partitions.
bool IsAwsHost(std::string_view host);

// In the SDKs' order: AWS_ACCESS_KEY_ID and its companions, then the profile
// AWS_PROFILE of the credentials file, then of the config file. A failure says
// what was looked for. Dummies are used only if `host` is not AWS's and there
// are no credentials, or the profile gets them in a way that is not supported
// (SSO, roles, programs); a half or misnamed one is always a failure.
absl::StatusOr<Credentials> FindCredentials(const Environment& environment,
                                            const ReadFile& read,
                                            std::string_view host);

}  // namespace stepwheel::aws_client

#endif  // STEPWHEEL_API_AWS_CLIENT_CREDENTIALS_H_
