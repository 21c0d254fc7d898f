#include "tests/tidy/structure.h"

#include <array>
#include <cctype>
#include <map>
#include <optional>
#include <regex>
#include <set>
#include <string>

namespace stepwheel::tidy {
namespace {

constexpr std::array<std::string_view, 15> kTopLevel = {"CMakeLists.txt",
                                                        "CMakePresets.json",
                                                        "CONTRIBUTING.md",
                                                        "CHANGELOG.md",
                                                        "LICENSE",
                                                        "NOTICE",
                                                        "README.md",
                                                        "SECURITY.md",
                                                        "api",
                                                        "asl",
                                                        "bench",
                                                        "dev",
                                                        "engine",
                                                        "examples",
                                                        "storage"};

// Folders that hold files of their own and explain them in a README.
constexpr std::array<std::string_view, 13> kReadmes = {
    "asl/",       "engine/",          "engine/time/",    "storage/",
    "api/http/",  "api/http_client/", "api/aws_client/", "api/aws/",
    "api/calls/", "api/control/",     "api/cli/",        "tests/",
    "bench/"};

std::string FolderOf(const std::string& path) {
  size_t slash = path.rfind('/');
  return slash == std::string::npos ? "" : path.substr(0, slash + 1);
}

// The README that speaks for `folder`: its own, or that of a folder above.
const File* ReadmeFor(std::string folder,
                      const std::map<std::string, const File*>& readmes) {
  while (true) {
    auto it = readmes.find(folder);
    if (it != readmes.end()) return it->second;
    if (folder.empty()) return nullptr;
    folder.pop_back();
    folder = FolderOf(folder);
  }
}

bool IsNameChar(char c) {
  return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_' ||
         c == '-' || c == '.';
}

// `name` as a word of its own: `b.h` is not named by `ab.h`.
bool HasName(std::string_view text, std::string_view name) {
  for (size_t at = text.find(name); at != std::string_view::npos;
       at = text.find(name, at + 1)) {
    size_t end = at + name.size();
    bool starts = at == 0 || !IsNameChar(text[at - 1]);
    bool ends = end >= text.size() || !IsNameChar(text[end]) ||
                (text[end] == '.' &&
                 (end + 1 == text.size() || !IsNameChar(text[end + 1])));
    if (starts && ends) return true;
  }
  return false;
}

// Is the file called by name, alone or as `name.{h,cc}`?
bool IsNamed(const std::string& name, const std::string& text) {
  if (HasName(text, name)) return true;
  size_t dot = name.rfind('.');
  if (dot == std::string::npos) return false;
  std::string stem = name.substr(0, dot);
  std::string ending = name.substr(dot + 1);
  for (size_t at = text.find(stem + ".{"); at != std::string::npos;
       at = text.find(stem + ".{", at + 1)) {
    size_t close = text.find('}', at);
    if (close == std::string::npos) return false;
    if (at > 0 && IsNameChar(text[at - 1])) continue;
    if (HasName(text.substr(at, close - at + 1), ending)) return true;
  }
  return false;
}

// Files that need no mention: build files, and data and tests whose names
// mirror the tree or say it all.
bool NeedsNoMention(const std::string& path) {
  std::string name = path.substr(FolderOf(path).size());
  if (name == "README.md" || name == "CMakeLists.txt") return true;
  if (name == "__init__.py") return true;
  if (path.starts_with("tests/fuzz/corpus/")) return true;
  if (!path.starts_with("tests/")) return false;
  return name.ends_with("_test.cc") || name.ends_with("_test.py") ||
         name.ends_with(".scenario") || name.ends_with(".cases") ||
         name.ends_with(".json");
}

}  // namespace

std::vector<Finding> CheckTopLevel(const std::vector<File>& files) {
  std::set<std::string> strange;
  for (const File& file : files) {
    std::string top = file.path.substr(0, file.path.find('/'));
    bool known = top[0] == '.' || top == "tests";
    for (std::string_view name : kTopLevel) known = known || top == name;
    if (!known) strange.insert(top);
  }
  std::vector<Finding> findings;
  for (const std::string& top : strange) {
    findings.push_back({top, 0, "does not belong to the top level"});
  }
  return findings;
}

std::vector<Finding> CheckReadmes(const std::vector<File>& files) {
  std::map<std::string, const File*> readmes;
  std::set<std::string> folders;
  for (const File& file : files) {
    std::string folder = FolderOf(file.path);
    folders.insert(folder);
    if (file.path.ends_with("README.md")) readmes[folder] = &file;
  }
  std::vector<Finding> findings;
  for (std::string_view folder : kReadmes) {
    if (folders.count(std::string(folder)) == 0) continue;
    if (readmes.count(std::string(folder)) > 0) continue;
    findings.push_back({std::string(folder) + "README.md", 0, "is missing"});
  }
  for (const File& file : files) {
    std::string folder = FolderOf(file.path);
    if (folder.empty() || folder[0] == '.' || NeedsNoMention(file.path)) {
      continue;
    }
    const File* readme = ReadmeFor(folder, readmes);
    std::string name = file.path.substr(folder.size());
    if (readme == nullptr || IsNamed(name, readme->text)) continue;
    findings.push_back({readme->path, 0, "does not name " + file.path});
  }
  return findings;
}

std::vector<Finding> CheckTitles(const std::vector<File>& files) {
  std::vector<Finding> findings;
  for (const File& file : files) {
    if (!file.path.ends_with(".md")) continue;
    int titles = 0;
    int number = 0;
    bool in_code = false;
    for (std::string_view line : Lines(file.text)) {
      ++number;
      if (line.starts_with("```")) in_code = !in_code;
      if (in_code || !line.starts_with("# ")) continue;
      if (++titles == 2) {
        findings.push_back({file.path, number, "a second title"});
      }
    }
    if (titles == 0) findings.push_back({file.path, 1, "has no `# ` title"});
  }
  return findings;
}

}  // namespace stepwheel::tidy
