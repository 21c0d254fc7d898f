// The files ~/.aws/credentials and ~/.aws/config, as the AWS SDKs read them:
// sections of `key = value`, with indented lines below a key without a value.
#ifndef STEPWHEEL_API_AWS_CLIENT_PROFILE_H_
#define STEPWHEEL_API_AWS_CLIENT_PROFILE_H_

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "api/http_client/proxy.h"

namespace stepwheel::aws_client {

using http_client::Environment;
// The content of a file; nothing if there is none that can be read.
using ReadFile =
    std::function<std::optional<std::string>(const std::string& path)>;
std::optional<std::string> ReadSmallFile(const std::string& path);

// "section" -> "key" -> value. A line `b = 1` indented below `a =` is "a.b".
using ProfileFile = std::map<std::string, std::map<std::string, std::string>>;
ProfileFile ParseProfileFile(std::string_view text);

// What the chosen profile says, of both files.
struct Profile {
  std::string name;  // AWS_PROFILE, or "default".
  bool found = false;
  std::string credentials_path;
  std::string config_path;
  std::map<std::string, std::string> credentials;  // Of the first file.
  std::map<std::string, std::string> config;       // Of the second.
  std::map<std::string, std::string> services;     // "lambda.endpoint_url"

  // The value of `key`; the credentials file wins. "" if there is none.
  std::string Get(const std::string& key) const;
};
Profile ReadProfile(const Environment& environment, const ReadFile& read);

}  // namespace stepwheel::aws_client

#endif  // STEPWHEEL_API_AWS_CLIENT_PROFILE_H_
