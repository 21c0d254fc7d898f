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
// What an option means that is JSON text, a file with it, or - for standard
// input: the text. Nothing if it is no JSON; `problem` then names the flag.
std::optional<std::string> ReadJsonOption(const std::string& option,
                                          const std::string& flag,
                                          std::string* problem);
std::string ReadStream(std::FILE* file);

}  // namespace stepwheel::cli

#endif  // STEPWHEEL_API_CLI_FILES_H_
