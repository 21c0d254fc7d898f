#include "api/aws_client/credentials.h"

#include <absl/status/status.h>
#include <absl/strings/str_cat.h>

#include <array>

namespace stepwheel::aws_client {
namespace {

std::string Read(const Environment& environment, std::string_view name) {
  return environment(name).value_or("");
}

absl::Status Missing(std::string_view where, std::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat(absl::string_view(where.data(), where.size()), " has no ",
                   absl::string_view(what.data(), what.size())));
}

// Ways to get credentials that would start programs or call services.
constexpr std::array<std::string_view, 5> kIndirect = {
    "credential_process", "role_arn", "sso_session", "sso_start_url",
    "web_identity_token_file"};

absl::Status NoneInProfile(const Profile& profile) {
  for (std::string_view key : kIndirect) {
    if (profile.Get(std::string(key)).empty()) continue;
    return absl::NotFoundError(absl::StrCat(
        "the profile '", profile.name, "' gets its credentials by ",
        absl::string_view(key.data(), key.size()),
        ", which is not supported: export them as AWS_ACCESS_KEY_ID, "
        "AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN (aws configure "
        "export-credentials --format env)"));
  }
  return absl::NotFoundError(absl::StrCat(
      "no AWS credentials: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or "
      "AWS_PROFILE to a profile of ",
      profile.credentials_path));
}

absl::StatusOr<Credentials> FromProfile(const Environment& environment,
                                        const ReadFile& read) {
  Profile profile = ReadProfile(environment, read);
  if (!profile.found && !Read(environment, "AWS_PROFILE").empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "AWS_PROFILE: there is no profile '", profile.name, "' in ",
        profile.credentials_path, " or ", profile.config_path));
  }
  // Key and secret come from the same file.
  for (const auto* file : {&profile.credentials, &profile.config}) {
    auto id = file->find("aws_access_key_id");
    if (id == file->end()) continue;
    auto secret = file->find("aws_secret_access_key");
    if (secret == file->end()) {
      return Missing(absl::StrCat("the profile '", profile.name, "'"),
                     "aws_secret_access_key");
    }
    auto token = file->find("aws_session_token");
    return Credentials{id->second, secret->second,
                       token == file->end() ? "" : token->second};
  }
  return NoneInProfile(profile);
}

}  // namespace

bool IsAwsHost(std::string_view host) {
  constexpr std::array<std::string_view, 7> kDomains = {
      "amazonaws.com", "amazonaws.com.cn", "api.aws", "amazonaws.eu",
      "c2s.ic.gov",    "sc2s.sgov.gov",    "on.aws"};
  for (std::string_view domain : kDomains) {
    if (host == domain || host.ends_with("." + std::string(domain))) {
      return true;
    }
  }
  return false;
}

absl::StatusOr<Credentials> FindCredentials(const Environment& environment,
                                            const ReadFile& read,
                                            std::string_view host) {
  std::string id = Read(environment, "AWS_ACCESS_KEY_ID");
  if (!id.empty()) {
    std::string secret = Read(environment, "AWS_SECRET_ACCESS_KEY");
    if (secret.empty()) {
      return Missing("AWS_ACCESS_KEY_ID is set, but the environment",
                     "AWS_SECRET_ACCESS_KEY");
    }
    return Credentials{std::move(id), std::move(secret),
                       Read(environment, "AWS_SESSION_TOKEN")};
  }
  absl::StatusOr<Credentials> found = FromProfile(environment, read);
  if (!absl::IsNotFound(found.status()) || IsAwsHost(host)) return found;
  return Credentials{std::string(kDummyAccessKeyId),
                     std::string(kDummySecretAccessKey), ""};
}

}  // namespace stepwheel::aws_client
