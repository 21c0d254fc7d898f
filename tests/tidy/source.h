// Reads the repository for the style test: which files there are, what they
// hold, and their code without comments and literals. It knows no rule; the
// rules are in checks.h and structure.h.

#ifndef STEPWHEEL_TESTS_TIDY_SOURCE_H_
#define STEPWHEEL_TESTS_TIDY_SOURCE_H_

#include <string>
#include <string_view>
#include <vector>

namespace stepwheel::tidy {

struct File {
  std::string path;  // From the top of the repository, with '/'.
  std::string text;
};

struct Finding {
  std::string path;
  int line = 0;  // From 1; 0 means the file as a whole.
  std::string message;
};

// Every file that git tracks or would track, sorted by path. Falls back to
// walking the folder (without build/ and dot folders) where git is missing.
std::vector<File> ReadRepository(const std::string& root);

// `path:line: message`, one per line, for people and editors.
std::string Listing(const std::vector<Finding>& findings);

// The lines of `text`, without their ends.
std::vector<std::string_view> Lines(std::string_view text);

// `text` with comments, preprocessor lines, string and character literals
// replaced by spaces: same length, same lines. So what is found in it is code.
std::string CodeOf(std::string_view text);

// C++ of any folder.
bool IsCpp(const File& file);
// Whatever people wrote as a program: C++, Python, shell, SQL.
bool IsProgram(const File& file);

}  // namespace stepwheel::tidy

#endif  // STEPWHEEL_TESTS_TIDY_SOURCE_H_
