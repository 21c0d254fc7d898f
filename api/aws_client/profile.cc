#include "api/aws_client/profile.h"

#include <absl/strings/ascii.h>
#include <absl/strings/match.h>
#include <absl/strings/str_cat.h>
#include <absl/strings/str_split.h>

#include <fstream>
#include <sstream>

namespace stepwheel::aws_client {
namespace {

constexpr size_t kFileBytesMax = 1024 * 1024;

std::string Read(const Environment& environment, std::string_view name,
                 std::string otherwise) {
  std::optional<std::string> value = environment(name);
  return value && !value->empty() ? *value : std::move(otherwise);
}

// The name between the brackets: "profile dev", "default", "services x".
std::string SectionName(absl::string_view line) {
  size_t end = std::min(line.find(']'), line.size());
  std::string name(line.substr(1, end - 1));
  absl::RemoveExtraAsciiWhitespace(&name);
  return name;
}

// A comment begins after a blank only: secrets may hold these characters.
absl::string_view WithoutComment(absl::string_view value) {
  for (absl::string_view mark : {" #", " ;", "\t#", "\t;"}) {
    value = value.substr(0, std::min(value.find(mark), value.size()));
  }
  return absl::StripAsciiWhitespace(value);
}

std::string Expand(std::string path, const std::string& home) {
  if (absl::StartsWith(path, "~/")) path.replace(0, 1, home);
  return path;
}

std::map<std::string, std::string> Section(const ProfileFile& file,
                                           const std::string& name,
                                           bool* found) {
  auto it = file.find(name);
  if (it == file.end()) return {};
  *found = true;
  return it->second;
}

}  // namespace

std::optional<std::string> ReadSmallFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(kFileBytesMax + 1, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<size_t>(in.gcount()));
  if (text.size() > kFileBytesMax) return std::nullopt;
  return text;
}

ProfileFile ParseProfileFile(std::string_view text) {
  ProfileFile file;
  std::map<std::string, std::string>* section = nullptr;
  std::string parent;
  absl::string_view all(text.data(), text.size());
  for (absl::string_view line : absl::StrSplit(all, '\n')) {
    bool indented = !line.empty() &&
                    absl::ascii_isspace(static_cast<unsigned char>(line[0]));
    absl::string_view bare = absl::StripAsciiWhitespace(line);
    if (bare.empty() || bare[0] == '#' || bare[0] == ';') continue;
    if (bare[0] == '[') {
      section = &file[SectionName(bare)];
      parent.clear();
      continue;
    }
    size_t equals = bare.find('=');
    if (section == nullptr || equals == absl::string_view::npos) continue;
    std::string key = absl::AsciiStrToLower(
        absl::StripAsciiWhitespace(bare.substr(0, equals)));
    std::string value(WithoutComment(bare.substr(equals + 1)));
    if (indented && !parent.empty()) {
      (*section)[absl::StrCat(parent, ".", key)] = std::move(value);
      continue;
    }
    parent = value.empty() ? key : "";
    (*section)[key] = std::move(value);
  }
  return file;
}

std::string Profile::Get(const std::string& key) const {
  for (const auto* source : {&credentials, &config}) {
    auto it = source->find(key);
    if (it != source->end()) return it->second;
  }
  return "";
}

Profile ReadProfile(const Environment& environment, const ReadFile& read) {
  std::string home = Read(environment, "HOME", "");
  Profile profile;
  profile.name = Read(environment, "AWS_PROFILE", "default");
  profile.credentials_path = Expand(
      Read(environment, "AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
      home);
  profile.config_path =
      Expand(Read(environment, "AWS_CONFIG_FILE", "~/.aws/config"), home);
  ProfileFile credentials =
      ParseProfileFile(read(profile.credentials_path).value_or(""));
  ProfileFile config = ParseProfileFile(read(profile.config_path).value_or(""));
  profile.credentials = Section(credentials, profile.name, &profile.found);
  profile.config =
      Section(config, absl::StrCat("profile ", profile.name), &profile.found);
  if (profile.config.empty() && profile.name == "default") {
    profile.config = Section(config, "default", &profile.found);
  }
  if (auto it = profile.config.find("services"); it != profile.config.end()) {
    bool ignored = false;
    profile.services =
        Section(config, absl::StrCat("services ", it->second), &ignored);
  }
  return profile;
}

}  // namespace stepwheel::aws_client
