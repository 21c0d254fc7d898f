#include "bench/reference_process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <cstdlib>

extern char** environ;

namespace stepwheel::bench {

ReferenceProcess::ReferenceProcess(const std::vector<std::string>& command) {
  std::array<int, 2> in;
  std::array<int, 2> out;
  if (pipe2(in.data(), O_CLOEXEC) != 0 || pipe2(out.data(), O_CLOEXEC) != 0) {
    std::perror("pipe2");
    return;
  }
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
  std::vector<char*> arguments;
  for (const std::string& each : command) {
    arguments.push_back(const_cast<char*>(each.c_str()));
  }
  arguments.push_back(nullptr);
  if (posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(),
                   environ) != 0) {
    pid_ = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  close(in[0]);
  close(out[1]);
  to_ = fdopen(in[1], "w");
  from_ = fdopen(out[0], "r");
  // A program that is gone is told by the missing answer.
  std::signal(SIGPIPE, SIG_IGN);
}

ReferenceProcess::~ReferenceProcess() {
  if (to_ != nullptr) std::fclose(to_);
  if (from_ != nullptr) std::fclose(from_);
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
}

std::optional<std::string> ReferenceProcess::Ask(const std::string& line) {
  if (pid_ < 0 || std::fputs((line + "\n").c_str(), to_) < 0 ||
      std::fflush(to_) != 0) {
    return std::nullopt;
  }
  char* text = nullptr;
  size_t capacity = 0;
  const ssize_t size = getline(&text, &capacity, from_);
  std::optional<std::string> answer;
  if (size > 0) answer = std::string(text, static_cast<size_t>(size));
  std::free(text);
  return answer;
}

}  // namespace stepwheel::bench
