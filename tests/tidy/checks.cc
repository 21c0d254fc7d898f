#include "tests/tidy/checks.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <span>
#include <string>

namespace stepwheel::tidy {
namespace {

// Files that may be longer than kLinesMax: at most five, each with a reason.
constexpr std::array<std::string_view, 0> kLongFiles = {};
static_assert(kLongFiles.size() <= 5);

bool IsTest(const File& file) { return file.path.starts_with("tests/"); }

// The rules name what they forbid, so they would find themselves.
bool IsTidyItself(const File& file) {
  return file.path.starts_with("tests/tidy/");
}

template <typename Prefixes>
bool StartsWithOneOf(std::string_view path, const Prefixes& prefixes) {
  return std::any_of(
      prefixes.begin(), prefixes.end(),
      [&](std::string_view prefix) { return path.starts_with(prefix); });
}

// Columns as a person counts them: UTF-8 continuation bytes are none.
int Width(std::string_view line) {
  return static_cast<int>(std::count_if(line.begin(), line.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
  }));
}

// --- Includes ---------------------------------------------------------------

struct Direction {
  std::string_view from;                 // Folder of the including file.
  std::vector<std::string_view> may_to;  // Prefixes of our own headers.
};

// The first line whose `from` matches decides, so the narrow ones come first.
const std::vector<Direction>& Directions() {
  static const auto* directions = new std::vector<Direction>{
      {"asl/", {"asl/"}},
      {"engine/time/", {"engine/time/"}},
      {"engine/integrations/", {"engine/integrations/", "asl/"}},
      {"engine/", {"engine/", "asl/"}},
      {"storage/",
       {"storage/", "asl/", "engine/store.h", "engine/event",
        "engine/records.h", "engine/time/"}},
      {"api/http/", {"api/http/", "asl/check.h"}},
      {"api/http_client/", {"api/http_client/", "asl/check.h"}},
      {"api/aws_client/", {"api/aws_client/", "api/http_client/"}},
      {"api/aws/", {"api/aws/", "api/http/", "engine/", "asl/"}},
      {"api/calls/",
       {"api/calls/", "api/aws/router.h", "api/aws_client/", "api/http_client/",
        "engine/", "asl/"}},
      {"api/main.cc", {"api/", "engine/", "asl/", "storage/"}},
      {"api/cli/", {"api/", "engine/", "asl/", "storage/"}},
      {"api/", {"api/", "engine/", "asl/"}},
  };
  return *directions;
}

struct Fence {
  std::string_view header;             // Prefix of the fenced header.
  std::vector<std::string_view> only;  // Who may include it.
  std::string_view why;
};

const std::vector<Fence>& Fences() {
  static const auto* fences = new std::vector<Fence>{
      {"boost/beast",
       {"api/http/", "api/http_client/", "bench/"},
       "costs 15 s of compiling"},
      {"boost/asio",
       {"api/http/", "api/http_client/", "bench/"},
       "costs 3 s of compiling"},
      {"sqlite3.h", {"storage/"}, "storage hides the database"},
      {"boost/json", {"asl/json", "bench/"}, "asl/json.h owns parsing"},
  };
  return *fences;
}

bool IsOurs(std::string_view header) {
  static constexpr std::array<std::string_view, 6> kFolders = {
      "asl/", "engine/", "storage/", "api/", "tests/", "bench/"};
  return StartsWithOneOf(header, kFolders);
}

// The complaint about `file` including `header`, or nothing.
std::string IncludeProblem(const File& file, const std::string& header) {
  for (const Fence& fence : Fences()) {
    if (!header.starts_with(fence.header)) continue;
    if (StartsWithOneOf(file.path, fence.only)) continue;
    return "only " + std::string(fence.only[0]) + " includes " + header + ": " +
           std::string(fence.why);
  }
  for (const Direction& direction : Directions()) {
    if (!file.path.starts_with(direction.from)) continue;
    if (IsOurs(header) && !StartsWithOneOf(header, direction.may_to)) {
      return std::string(direction.from) + " may not include " + header;
    }
    break;
  }
  bool standard =
      header.find('/') == std::string::npos || header.starts_with("sys/");
  if (file.path.starts_with("engine/time/") && !standard && !IsOurs(header)) {
    return "engine/time/ includes only the standard library, not " + header;
  }
  return "";
}

// --- Banned calls -----------------------------------------------------------

struct Ban {
  std::vector<std::string_view> words;  // One occurs wherever `pattern` does.
  std::regex pattern;
  std::string_view what;
  std::vector<std::string_view> owners;  // Prefixes of paths that may.
};

const std::vector<Ban>& Bans() {
  static const auto* bans = new std::vector<Ban>{
      {{"sleep"},
       std::regex(R"(\b(u?sleep|nanosleep|sleep_for|sleep_until)\s*\()"),
       "sleeping: time is an argument, move the virtual clock",
       {}},
      {{"system_clock"},
       std::regex(R"(\bsystem_clock\s*::\s*now\b)"),
       "system_clock::now: ask the Clock",
       {"engine/time/system_clock.cc", "bench/"}},
      {{"steady_clock"},
       std::regex(R"(\bsteady_clock\s*::\s*now\b)"),
       "steady_clock::now: ask the Clock",
       {"engine/time/system_clock.cc", "api/", "bench/", "tests/"}},
      {{"gettimeofday", "clock_gettime", "time"},
       std::regex(R"(\b(gettimeofday|clock_gettime)\s*\()"
                  R"(|\btime\s*\(\s*(0|NULL|nullptr))"),
       "a hidden clock: ask the Clock",
       {"engine/time/system_clock.cc", "bench/"}},
      {{"rand"},
       std::regex(R"((^|[^\w.>])s?rand\s*\(|\brandom_device\b)"),
       "hidden chance: take it from the seed",
       {"api/cli/", "bench/"}},
      {{"cout"},
       std::regex(R"(\bstd\s*::\s*cout\b)"),
       "std::cout: only the command line talks to standard output",
       {"api/main.cc", "api/cli/", "bench/"}},
      {{"cerr"},
       std::regex(R"(\bstd\s*::\s*cerr\b)"),
       "std::cerr: return an error, or log",
       {"api/main.cc", "api/cli/", "bench/", "tests/"}},
      {{"throw"}, std::regex(R"(\bthrow\b)"), "throw: errors are values", {}},
  };
  return *bans;
}

// Searching for a word first is a hundred times faster than a std::regex.
bool HasOneOf(std::string_view line, std::span<const std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return line.find(word) != std::string_view::npos;
  });
}

// --- Functions --------------------------------------------------------------

// `head` without a leading `template <...>`.
std::string WithoutTemplate(const std::string& head) {
  if (!head.starts_with("template")) return head;
  int depth = 0;
  for (size_t i = 0; i < head.size(); ++i) {
    if (head[i] == '<') ++depth;
    if (head[i] == '>' && --depth == 0) return head.substr(i + 1);
  }
  return head;
}

// Follows braces through the code of one file and reports long functions. It
// knows no C++: what stands between the last statement and a brace tells
// whether a function, a type, a namespace or an initializer begins.
class FunctionScanner {
 public:
  explicit FunctionScanner(const File& file)
      : path_(file.path), code_(CodeOf(file.text)) {}

  std::vector<Finding> Run() {
    for (char c : code_) {
      if (c == '\n') ++line_;
      if (c == '{') {
        Open();
      } else if (c == '}') {
        Close();
      } else if (c == ';' && parens_ == 0) {
        head_.clear();
      } else {
        Extend(c);
      }
    }
    return findings_;
  }

 private:
  enum class Kind { kScope, kFunction, kInitializer, kInner };

  void Extend(char c) {
    if (c == '(') ++parens_;
    if (c == ')') --parens_;
    bool space = c == ' ' || c == '\n' || c == '\t';
    if (head_.empty()) {
      if (space) return;
      head_line_ = line_;
    }
    head_ += space ? ' ' : c;
    if (c != ':') return;
    for (std::string_view label : {"public", "private", "protected"}) {
      if (head_.starts_with(label)) head_.clear();
    }
  }

  Kind KindOfBrace() const {
    if (InFunction() || parens_ > 0) return Kind::kInner;
    std::string head = WithoutTemplate(head_);
    static const std::regex scope(R"(^ *(inline )?(namespace|enum|extern)\b)"
                                  R"(|^ *(class|struct|union)\b[^(]*$)");
    if (std::regex_search(head, scope)) return Kind::kScope;
    static const std::regex function(R"([\w>\])~=] *\()");
    static const std::regex assigned(R"(^[^(]*[^=!<>+\-*/%&|^]=[^=])");
    static const std::regex member(R"(\)[^:]*[^:]:[^:].*[\w>] *$)");
    bool is_operator = head.find("operator") != std::string::npos;
    if (!std::regex_search(head, function)) return Kind::kInitializer;
    if (!is_operator && std::regex_search(head, assigned)) {
      return Kind::kInitializer;
    }
    // `A() : b_{1}` initializes a member; its body comes later.
    if (std::regex_search(head, member)) return Kind::kInitializer;
    return Kind::kFunction;
  }

  bool InFunction() const {
    return std::any_of(stack_.begin(), stack_.end(), [](const Level& level) {
      return level.kind == Kind::kFunction;
    });
  }

  void Open() {
    Kind kind = KindOfBrace();
    stack_.push_back({kind, head_.empty() ? line_ : head_line_});
    if (kind != Kind::kInitializer && kind != Kind::kInner) head_.clear();
  }

  void Close() {
    if (stack_.empty()) return;
    Level level = stack_.back();
    stack_.pop_back();
    if (level.kind == Kind::kFunction) {
      int lines = line_ - level.line + 1;
      if (lines > kFunctionLinesMax) {
        findings_.push_back({path_, level.line,
                             "a function of " + std::to_string(lines) +
                                 " lines; at most " +
                                 std::to_string(kFunctionLinesMax)});
      }
    }
    if (level.kind == Kind::kFunction || level.kind == Kind::kScope) {
      head_.clear();
    } else if (!InFunction()) {
      head_ += '}';
    }
  }

  struct Level {
    Kind kind;
    int line;
  };

  std::string path_;
  std::string code_;
  std::vector<Level> stack_;
  std::string head_;  // Text since the last statement or scope.
  int head_line_ = 1;
  int line_ = 1;
  int parens_ = 0;
  std::vector<Finding> findings_;
};

}  // namespace

std::vector<Finding> CheckFileLength(const File& file) {
  if (!IsProgram(file)) return {};
  if (std::find(kLongFiles.begin(), kLongFiles.end(), file.path) !=
      kLongFiles.end()) {
    return {};
  }
  int lines = static_cast<int>(Lines(file.text).size());
  int most = IsTest(file) ? kTestLinesMax : kLinesMax;
  if (lines <= most) return {};
  return {{file.path, most + 1,
           std::to_string(lines) + " lines; at most " + std::to_string(most)}};
}

std::vector<Finding> CheckFunctionLength(const File& file) {
  if (!IsCpp(file)) return {};
  return FunctionScanner(file).Run();
}

std::vector<Finding> CheckColumns(const File& file) {
  if (!IsProgram(file)) return {};
  std::vector<Finding> findings;
  int number = 0;
  for (std::string_view line : Lines(file.text)) {
    ++number;
    int width = Width(line);
    if (width <= kColumnsMax) continue;
    // A link is not broken in two.
    if (line.find("https://") != std::string_view::npos) continue;
    findings.push_back(
        {file.path, number, std::to_string(width) + " columns; at most 80"});
  }
  return findings;
}

std::vector<Finding> CheckHeaderForm(const File& file) {
  if (!file.path.ends_with(".h")) return {};
  std::vector<Finding> findings;
  if (!file.text.starts_with("// ")) {
    findings.push_back(
        {file.path, 1, "a header begins with what it is for, as a comment"});
  }
  std::string guard = "STEPWHEEL_";
  for (char c : file.path) {
    bool word = std::isalnum(static_cast<unsigned char>(c)) != 0;
    guard += word ? static_cast<char>(std::toupper(c)) : '_';
  }
  guard += '_';
  if (file.text.find("#ifndef " + guard + "\n#define " + guard + "\n") ==
      std::string::npos) {
    findings.push_back({file.path, 0, "expected the include guard " + guard});
  }
  return findings;
}

std::vector<Finding> CheckIncludes(const File& file) {
  if (!IsCpp(file)) return {};
  static const std::regex include(R"re(^\s*#\s*include\s*[<"]([^>"]+)[>"])re");
  std::vector<Finding> findings;
  int number = 0;
  for (std::string_view line : Lines(file.text)) {
    ++number;
    if (line.find('#') == std::string_view::npos) continue;
    std::cmatch match;
    if (!std::regex_search(line.begin(), line.end(), match, include)) continue;
    std::string problem = IncludeProblem(file, match[1].str());
    if (!problem.empty()) findings.push_back({file.path, number, problem});
  }
  return findings;
}

std::vector<Finding> CheckBannedCalls(const File& file) {
  if (!IsCpp(file)) return {};
  std::string code = CodeOf(file.text);
  std::vector<Finding> findings;
  int number = 0;
  for (std::string_view line : Lines(code)) {
    ++number;
    for (const Ban& ban : Bans()) {
      if (StartsWithOneOf(file.path, ban.owners)) continue;
      if (HasOneOf(line, ban.words) &&
          std::regex_search(line.begin(), line.end(), ban.pattern)) {
        findings.push_back({file.path, number, std::string(ban.what)});
      }
    }
  }
  return findings;
}

std::vector<Finding> CheckReminders(const File& file) {
  if (!IsProgram(file) || IsTidyItself(file)) return {};
  static const std::regex reminder(R"(\b(TODO|FIXME|XXX)\b(?!\s*\(?#\d+))");
  static constexpr std::array<std::string_view, 3> kWords = {"TODO", "FIXME",
                                                             "XXX"};
  std::vector<Finding> findings;
  int number = 0;
  for (std::string_view line : Lines(file.text)) {
    ++number;
    if (!HasOneOf(line, kWords)) continue;
    if (!std::regex_search(line.begin(), line.end(), reminder)) continue;
    findings.push_back(
        {file.path, number, "a reminder names its issue: TODO(#12)"});
  }
  return findings;
}

std::vector<Finding> CheckPlaces(const File& file) {
  if (IsTidyItself(file)) return {};
  static const std::regex machine(
      R"((^|[^\w.$}])/(work|root|home/\w+|tmp/wt)(/|\b(?![-\w])))");
  static constexpr std::array<std::string_view, 4> kFolders = {
      "/work", "/root", "/home/", "/tmp/wt"};
  static constexpr std::array<std::string_view, 8> kHosts = {
      "pypi.org",           "pythonhosted.org", "registry.npmjs.org",
      "crates.io",          "proxy.golang.org", "rubygems.org",
      "repo.maven.apache.", "deb.debian.org"};
  std::vector<Finding> findings;
  int number = 0;
  for (std::string_view line : Lines(file.text)) {
    ++number;
    if (HasOneOf(line, kFolders) &&
        std::regex_search(line.begin(), line.end(), machine)) {
      findings.push_back({file.path, number, "a path of one machine"});
    }
    if (HasOneOf(line, kHosts)) {
      findings.push_back({file.path, number, "the host of a package registry"});
    }
  }
  return findings;
}

}  // namespace stepwheel::tidy
