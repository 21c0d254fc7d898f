// Reading the files that a command line names, with errors that say what could
// not be read and why.
#ifndef STEPWHEEL_API_CLI_FILES_H_
#define STEPWHEEL_API_CLI_FILES_H_

#include <cstdio>
#include <optional>
#include <string>

namespace stepwheel::cli {

// The whole file; on failure `error` names the file and the reason.
std::optional<std::string> ReadTextFile(const std::string& path,
                                        std::string* error);
std::string ReadStream(std::FILE* file);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_FILES_H_
