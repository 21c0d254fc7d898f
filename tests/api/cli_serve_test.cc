// `stepwheel serve` as a process: what it prints, and how it ends.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "asl/json.h"
#include "tests/paths.h"

namespace stepwheel::cli {
namespace {

// One `stepwheel` with its standard output and error in pipes.
class Process {
 public:
  explicit Process(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), BinaryDir() + "/stepwheel");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    int out[2], err[2];
    EXPECT_EQ(::pipe(out), 0);
    EXPECT_EQ(::pipe(err), 0);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::dup2(err[1], STDERR_FILENO);
      for (int fd : {out[0], out[1], err[0], err[1]}) ::close(fd);
      ::alarm(30);  // A hang is a failure.
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    out_ = ::fdopen(out[0], "r");
    err_ = ::fdopen(err[0], "r");
  }
  ~Process() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      Wait();
    }
    std::fclose(out_);
    std::fclose(err_);
  }

  std::string OutLine() { return Line(out_); }
  std::string Err() {
    std::string all, line;
    while (!(line = Line(err_)).empty()) all += line;
    return all;
  }
  void Signal(int signal) { ::kill(pid_, signal); }
  // The exit code, or 128 + the signal that ended it.
  int Wait() {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    pid_ = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  static std::string Line(std::FILE* file) {
    std::string line;
    for (int c; (c = std::fgetc(file)) != EOF;) {
      line += static_cast<char>(c);
      if (c == '\n') break;
    }
    return line;
  }

  pid_t pid_ = 0;
  std::FILE* out_ = nullptr;
  std::FILE* err_ = nullptr;
};

class ServeTest : public testing::Test {
 protected:
  ServeTest() {
    std::string form = testing::TempDir() + "serveXXXXXX";
    folder_ = ::mkdtemp(form.data());
  }
  ~ServeTest() override { std::filesystem::remove_all(folder_); }

  std::string folder_;
};

TEST_F(ServeTest, PrintsOneReadyLineAndEndsCleanlyOnSigterm) {
  std::string db = folder_ + "/a.db";
  Process server({"serve", "--port", "0", "--db", db});
  std::string line = server.OutLine();
  EXPECT_TRUE(line.starts_with("stepwheel is ready at http://127.0.0.1:"))
      << line;
  EXPECT_NE(line.find("history is kept in " + db), std::string::npos) << line;
  server.Signal(SIGTERM);
  EXPECT_EQ(server.OutLine(), "");
  EXPECT_EQ(server.Wait(), 0);
}

TEST_F(ServeTest, TheReadyLineCanBeJsonAndCtrlCEndsToo) {
  Process server({"serve", "--port=0", "--db=:memory:", "--json"});
  asl::JsonError error;
  std::optional<asl::Value> ready = asl::ParseJson(server.OutLine(), &error);
  ASSERT_TRUE(ready.has_value()) << error.message;
  EXPECT_EQ(ready->Find("event")->as_string(), "ready");
  EXPECT_GT(ready->Find("port")->as_int(), 0);
  server.Signal(SIGINT);
  EXPECT_EQ(server.Wait(), 0);
}

TEST_F(ServeTest, APortInUseIsExitCodeFour) {
  Process first({"serve", "--port", "0", "--db", ":memory:", "--json"});
  asl::JsonError error;
  std::optional<asl::Value> ready = asl::ParseJson(first.OutLine(), &error);
  ASSERT_TRUE(ready.has_value());
  std::string port = std::to_string(ready->Find("port")->as_int());
  Process second({"serve", "--port", port, "--db", ":memory:"});
  EXPECT_NE(second.Err().find(port), std::string::npos);
  EXPECT_EQ(second.Wait(), 4);
}

TEST_F(ServeTest, ADatabaseThatIsNoneIsExitCodeThree) {
  std::string db = folder_ + "/text.db";
  std::ofstream(db) << std::string(5000, 'x');
  Process server({"serve", "--port", "0", "--db", db});
  EXPECT_NE(server.Err().find(db), std::string::npos);
  EXPECT_EQ(server.Wait(), 3);
}

TEST_F(ServeTest, ADatabaseThatIsServedIsExitCodeThree) {
  std::string db = folder_ + "/a.db";
  Process first({"serve", "--port", "0", "--db", db});
  first.OutLine();
  Process second({"serve", "--port", "0", "--db", db});
  EXPECT_NE(second.Err().find(db), std::string::npos);
  EXPECT_EQ(second.Wait(), 3);
}

TEST_F(ServeTest, WrongUsageIsExitCodeTwo) {
  Process flag({"serve", "--prot", "80"});
  EXPECT_NE(flag.Err().find("did you mean --port?"), std::string::npos);
  EXPECT_EQ(flag.Wait(), 2);
  Process address({"serve", "--port", "0", "--db", ":memory:", "--address",
                   "no.such.host.invalid"});
  EXPECT_NE(address.Err(), "");
  EXPECT_EQ(address.Wait(), 2);
  Process command({"sreve"});
  EXPECT_NE(command.Err().find("did you mean serve?"), std::string::npos);
  EXPECT_EQ(command.Wait(), 2);
}

TEST_F(ServeTest, HelpAndVersionArePrinted) {
  EXPECT_TRUE(Process({"--version"}).OutLine().starts_with("stepwheel 0."));
  EXPECT_TRUE(Process({"serve", "--help"})
                  .OutLine()
                  .starts_with("Usage: stepwheel serve"));
  EXPECT_TRUE(Process({"help", "serve"})
                  .OutLine()
                  .starts_with("Usage: stepwheel serve"));
}

}  // namespace
}  // namespace stepwheel::cli
