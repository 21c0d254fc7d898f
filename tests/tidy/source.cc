#include "tests/tidy/source.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <utility>

namespace stepwheel::tidy {
namespace {

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::vector<std::string> ListWithGit(const std::string& root) {
  std::string command = "git -C '" + root +
                        "' ls-files -z --cached --others --exclude-standard "
                        "2>/dev/null";
  std::vector<std::string> paths;
  FILE* pipe = popen(command.c_str(), "r");
  if (pipe == nullptr) return paths;
  std::string path;
  for (int c = fgetc(pipe); c != EOF; c = fgetc(pipe)) {
    if (c != '\0') {
      path.push_back(static_cast<char>(c));
    } else {
      paths.push_back(std::exchange(path, {}));
    }
  }
  pclose(pipe);
  return paths;
}

std::vector<std::string> ListByWalking(const std::string& root) {
  namespace fs = std::filesystem;
  std::vector<std::string> paths;
  for (auto it = fs::recursive_directory_iterator(root);
       it != fs::recursive_directory_iterator(); ++it) {
    std::string name = it->path().filename().string();
    bool hidden = name[0] == '.' || name == "build" || name == "__pycache__";
    if (it->is_directory() && hidden) it.disable_recursion_pending();
    if (!it->is_regular_file() || hidden) continue;
    paths.push_back(fs::relative(it->path(), root).generic_string());
  }
  return paths;
}

// Scans C++ once, copying code and blanking the rest.
class Blanker {
 public:
  explicit Blanker(std::string_view text) : in_(text), out_(text) {}

  std::string Run() {
    while (at_ < in_.size()) {
      if (AtLineStart() && in_[at_] == '#') {
        BlankDirective();
      } else if (Next("//")) {
        BlankUntil("\n", 0);
      } else if (Next("/*")) {
        BlankUntil("*/", 2);
      } else if (Next("R\"") && !AfterWord()) {
        BlankRawString();
      } else if (in_[at_] == '"' || (in_[at_] == '\'' && !AfterWord())) {
        BlankQuoted(in_[at_]);
      } else {
        ++at_;
      }
    }
    return out_;
  }

 private:
  bool Next(std::string_view what) const {
    return in_.substr(at_, what.size()) == what;
  }

  bool AfterWord() const {
    if (at_ == 0) return false;
    unsigned char before = static_cast<unsigned char>(in_[at_ - 1]);
    return std::isalnum(before) != 0 || before == '_';
  }

  bool AtLineStart() const {
    size_t i = at_;
    while (i > 0 && (in_[i - 1] == ' ' || in_[i - 1] == '\t')) --i;
    return i == 0 || in_[i - 1] == '\n';
  }

  void Blank() {
    if (out_[at_] != '\n') out_[at_] = ' ';
    ++at_;
  }

  void BlankUntil(std::string_view end, size_t extra) {
    size_t stop = in_.find(end, at_ + extra);
    stop = stop == std::string_view::npos ? in_.size() : stop + extra;
    while (at_ < stop) Blank();
  }

  void BlankDirective() {
    while (at_ < in_.size() && in_[at_] != '\n') {
      if (in_[at_] == '\\') Blank();
      if (at_ < in_.size()) Blank();
    }
  }

  void BlankRawString() {
    size_t open = in_.find('(', at_);
    if (open == std::string_view::npos) open = in_.size() - 1;
    std::string end = ")";
    end += in_.substr(at_ + 2, open - at_ - 2);
    end += '"';
    BlankUntil(end, end.size());
  }

  // Keeps the quotes, so that `f("a")` still shows an argument.
  void BlankQuoted(char quote) {
    ++at_;
    while (at_ < in_.size() && in_[at_] != quote && in_[at_] != '\n') {
      if (in_[at_] == '\\') Blank();
      if (at_ < in_.size()) Blank();
    }
    if (at_ < in_.size()) ++at_;
  }

  std::string_view in_;
  std::string out_;
  size_t at_ = 0;
};

}  // namespace

std::vector<File> ReadRepository(const std::string& root) {
  std::vector<std::string> paths = ListWithGit(root);
  if (paths.empty()) paths = ListByWalking(root);
  std::sort(paths.begin(), paths.end());
  std::vector<File> files;
  for (const std::string& path : paths) {
    std::filesystem::path full = std::filesystem::path(root) / path;
    // A tracked file may have been deleted and not yet committed.
    if (!std::filesystem::is_regular_file(full)) continue;
    files.push_back({path, ReadFile(full)});
  }
  return files;
}

std::string Listing(const std::vector<Finding>& findings) {
  std::ostringstream out;
  for (const Finding& finding : findings) {
    out << '\n' << finding.path << ':';
    if (finding.line > 0) out << finding.line << ':';
    out << ' ' << finding.message;
  }
  return out.str();
}

std::vector<std::string_view> Lines(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    size_t end = std::min(text.find('\n'), text.size());
    lines.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::string CodeOf(std::string_view text) { return Blanker(text).Run(); }

bool IsCpp(const File& file) {
  return file.path.ends_with(".h") || file.path.ends_with(".cc");
}

bool IsProgram(const File& file) {
  if (IsCpp(file) || file.path == "dev") return true;
  if (file.path.starts_with(".ci/")) return true;
  return file.path.ends_with(".py") || file.path.ends_with(".sh") ||
         file.path.ends_with(".sql");
}

}  // namespace stepwheel::tidy
