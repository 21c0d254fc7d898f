#include "api/cli/files.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "asl/json.h"

namespace stepwheel::cli {

std::optional<std::string> ReadTextFile(const std::string& path,
                                        std::string* error) {
  struct stat info {};
  std::FILE* file = std::fopen(path.c_str(), "rb");
  if (file == nullptr) {
    *error = "cannot read " + path + ": " + std::strerror(errno);
    return std::nullopt;
  }
  if (fstat(fileno(file), &info) == 0 && S_ISDIR(info.st_mode)) {
    std::fclose(file);
    *error = "cannot read " + path + ": it is a directory";
    return std::nullopt;
  }
  std::string text = ReadStream(file);
  std::fclose(file);
  return text;
}

std::string ReadStream(std::FILE* file) {
  std::string text;
  char buffer[65536];
  size_t n = 0;
  while ((n = std::fread(buffer, 1, sizeof buffer, file)) > 0) {
    text.append(buffer, n);
  }
  return text;
}

std::optional<std::string> ReadJsonOption(const std::string& option,
                                          const std::string& flag,
                                          std::string* problem) {
  std::string text = option;
  if (text == "-") {
    text = ReadStream(stdin);
  } else if (access(text.c_str(), F_OK) == 0) {
    std::optional<std::string> read = ReadTextFile(text, problem);
    if (!read) return std::nullopt;
    text = *std::move(read);
  }
  asl::JsonError error;
  if (asl::ParseJson(text, &error)) return text;
  *problem = flag + " is neither a file nor JSON: " + error.message +
             " (line " + std::to_string(error.line) + ", column " +
             std::to_string(error.column) + ")";
  return std::nullopt;
}

}  // namespace stepwheel::cli
