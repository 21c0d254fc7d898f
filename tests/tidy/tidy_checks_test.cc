// Shows every style check good text and bad text, so that a rule that can no
// longer fail is noticed.

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "tests/tidy/checks.h"
#include "tests/tidy/source.h"
#include "tests/tidy/structure.h"

namespace stepwheel::tidy {
namespace {

std::string Repeat(const std::string& text, int times) {
  std::string all;
  for (int i = 0; i < times; ++i) all += text;
  return all;
}

// --- CodeOf

TEST(CodeOfTest, BlanksCommentsAndLiteralsAndKeepsLines) {
  EXPECT_EQ(CodeOf("a; // b {\nc"), "a;       \nc");
  EXPECT_EQ(CodeOf("/* {\n */x"), "    \n   x");
  EXPECT_EQ(CodeOf("f(\"{\\\"\");"), "f(\"   \");");
  EXPECT_EQ(CodeOf("c = '{';"), "c = ' ';");
  EXPECT_EQ(CodeOf("x = 1'000;"), "x = 1'000;");
}

TEST(CodeOfTest, BlanksRawStringsAndDirectives) {
  EXPECT_EQ(CodeOf("R\"({\n\")\" {"), "    \n    {");
  EXPECT_EQ(CodeOf("R\"j( )\" )j\" {"), "            {");
  EXPECT_EQ(CodeOf("#define A { \\\n  {\nb"), "             \n   \nb");
}

// --- Sizes

TEST(FileLengthTest, AllowsMoreToATest) {
  EXPECT_TRUE(CheckFileLength({"asl/a.cc", Repeat("\n", 400)}).empty());
  EXPECT_EQ(CheckFileLength({"asl/a.cc", Repeat("\n", 401)}).size(), 1u);
  EXPECT_TRUE(CheckFileLength({"tests/a.cc", Repeat("\n", 600)}).empty());
  EXPECT_EQ(CheckFileLength({"tests/a.cc", Repeat("\n", 601)}).size(), 1u);
  EXPECT_TRUE(CheckFileLength({"LICENSE", Repeat("\n", 999)}).empty());
}

std::vector<Finding> Functions(const std::string& text) {
  return CheckFunctionLength({"asl/a.cc", text});
}

TEST(FunctionLengthTest, CountsFromTheSignatureToTheBrace) {
  EXPECT_TRUE(Functions("void F() {\n" + Repeat("a;\n", 68) + "}\n").empty());
  auto found = Functions("\nvoid F() {\n" + Repeat("a;\n", 69) + "}\n");
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].line, 2);
}

TEST(FunctionLengthTest, SeesMembersConstructorsOperatorsAndTests) {
  std::string body = Repeat("if (a) { b(); }\n", 70) + "}\n";
  EXPECT_EQ(Functions("class A {\n public:\n  void F() const {\n" + body + "};")
                .size(),
            1u);
  EXPECT_EQ(Functions("A::A() : b_(1), c_{2} {\n" + body).size(), 1u);
  EXPECT_EQ(Functions("A& A::operator=(const A& b) {\n" + body).size(), 1u);
  EXPECT_EQ(Functions("TEST_F(A, B) {\n" + body).size(), 1u);
  EXPECT_EQ(
      Functions("template <typename T = int>\nauto F(int a = 3) -> T {\n" +
                body)
          .size(),
      1u);
}

TEST(FunctionLengthTest, LeavesTypesNamespacesAndTablesAlone) {
  std::string many = Repeat("int a();\n", 80) + "}\n";
  EXPECT_TRUE(Functions("namespace a {\n" + many).empty());
  EXPECT_TRUE(Functions("struct A : B<int> {\n" + many).empty());
  EXPECT_TRUE(
      Functions("enum class E {\n" + Repeat("kA,\n", 80) + "};").empty());
  EXPECT_TRUE(
      Functions("const T kTable = {\n" + Repeat("{1, F(2)},\n", 80) + "};")
          .empty());
}

TEST(FunctionLengthTest, IsNotMisledByBracesInText) {
  std::string text =
      "void F() {\n  a(\"}\"); // }\n" + Repeat("a;\n", 69) + "}";
  EXPECT_EQ(Functions(text).size(), 1u);
}

TEST(ColumnsTest, CountsCharactersAndSparesLinks) {
  auto columns = [](const std::string& text) {
    return CheckColumns({"asl/a.cc", text}).size();
  };
  EXPECT_EQ(columns(std::string(80, 'a')), 0u);
  EXPECT_EQ(columns("\n" + std::string(81, 'a')), 1u);
  EXPECT_EQ(columns(Repeat("ä", 80)), 0u);
  EXPECT_EQ(columns("// https://" + std::string(80, 'a')), 0u);
}

// --- Headers and includes

TEST(HeaderFormTest, AsksForAPurposeAndAGuard) {
  std::string guard =
      "#ifndef STEPWHEEL_ASL_A_H_\n#define STEPWHEEL_ASL_A_H_\n";
  EXPECT_TRUE(CheckHeaderForm({"asl/a.h", "// What.\n\n" + guard}).empty());
  EXPECT_EQ(CheckHeaderForm({"asl/a.h", guard}).size(), 1u);
  EXPECT_EQ(CheckHeaderForm({"asl/b.h", "// What.\n" + guard}).size(), 1u);
}

size_t Includes(const std::string& path, const std::string& header) {
  return CheckIncludes({path, "\n#include " + header + "\n"}).size();
}

TEST(IncludesTest, GoFromApiToEngineToAsl) {
  EXPECT_EQ(Includes("engine/a.cc", "\"asl/value.h\""), 0u);
  EXPECT_EQ(Includes("asl/a.cc", "\"engine/event.h\""), 1u);
  EXPECT_EQ(Includes("engine/a.cc", "\"storage/sqlite.h\""), 1u);
  EXPECT_EQ(Includes("api/aws/a.cc", "\"engine/engine.h\""), 0u);
  EXPECT_EQ(Includes("api/aws/a.cc", "\"storage/sqlite.h\""), 1u);
  EXPECT_EQ(Includes("api/http/a.cc", "\"engine/engine.h\""), 1u);
  EXPECT_EQ(Includes("api/main.cc", "\"storage/sqlite_store.h\""), 0u);
  EXPECT_EQ(Includes("storage/a.cc", "\"engine/store.h\""), 0u);
  EXPECT_EQ(Includes("storage/a.cc", "\"engine/engine.h\""), 1u);
}

TEST(IncludesTest, KeepExpensiveHeadersBehindTheirFence) {
  EXPECT_EQ(Includes("api/http/a.cc", "<boost/beast/http.hpp>"), 0u);
  EXPECT_EQ(Includes("api/aws/a.cc", "<boost/beast/http.hpp>"), 1u);
  EXPECT_EQ(Includes("engine/a.cc", "<boost/asio.hpp>"), 1u);
  EXPECT_EQ(Includes("storage/sqlite.h", "<sqlite3.h>"), 0u);
  EXPECT_EQ(Includes("api/cli/a.cc", "<sqlite3.h>"), 1u);
  EXPECT_EQ(Includes("asl/json.cc", "<boost/json.hpp>"), 0u);
  EXPECT_EQ(Includes("api/aws/a.cc", "<boost/json.hpp>"), 1u);
}

TEST(IncludesTest, OfTimeAreTheStandardLibraryOnly) {
  EXPECT_EQ(Includes("engine/time/a.h", "<chrono>"), 0u);
  EXPECT_EQ(Includes("engine/time/a.h", "\"engine/time/clock.h\""), 0u);
  EXPECT_EQ(Includes("engine/time/a.h", "\"absl/strings/str_cat.h\""), 1u);
  EXPECT_EQ(Includes("engine/time/a.h", "\"engine/event.h\""), 1u);
}

// --- Banned calls

size_t Banned(const std::string& path, const std::string& code) {
  return CheckBannedCalls({path, "\n" + code + "\n"}).size();
}

TEST(BannedCallsTest, AreFoundOutsideTheirOwners) {
  EXPECT_EQ(Banned("engine/a.cc", "std::this_thread::sleep_for(1s);"), 1u);
  EXPECT_EQ(Banned("tests/a_test.cc", "usleep(5);"), 1u);
  EXPECT_EQ(Banned("engine/a.cc", "std::chrono::system_clock::now();"), 1u);
  EXPECT_EQ(Banned("engine/a.cc", "std::time(nullptr);"), 1u);
  EXPECT_EQ(Banned("asl/a.cc", "int a = rand();"), 1u);
  EXPECT_EQ(Banned("asl/a.cc", "std::random_device seed;"), 1u);
  EXPECT_EQ(Banned("engine/a.cc", "std::cout << 1;"), 1u);
  EXPECT_EQ(Banned("engine/a.cc", "throw 1;"), 1u);
}

TEST(BannedCallsTest, AreAllowedToTheirOwnersAndInText) {
  EXPECT_EQ(Banned("engine/time/system_clock.cc", "system_clock::now()"), 0u);
  EXPECT_EQ(Banned("api/cli/a.cc", "std::cout << 1;"), 0u);
  EXPECT_EQ(Banned("engine/a.cc", "// never sleep()"), 0u);
  EXPECT_EQ(Banned("engine/a.cc", "Log(\"rand()\");"), 0u);
  EXPECT_EQ(Banned("engine/a.cc", "int a = operand(1) + rng.rand(2);"), 0u);
}

// --- Reminders and places

TEST(RemindersTest, NeedAnIssue) {
  auto reminders = [](const std::string& text) {
    return CheckReminders({"asl/a.cc", text}).size();
  };
  EXPECT_EQ(reminders("// TODO: later"), 1u);
  EXPECT_EQ(reminders("// FIXME"), 1u);
  EXPECT_EQ(reminders("// TODO(#12): later"), 0u);
}

TEST(PlacesTest, OfOneMachineOrRegistryAreFound) {
  auto places = [](const std::string& text) {
    return CheckPlaces({"README.md", text}).size();
  };
  EXPECT_EQ(places("see /work/main"), 1u);
  EXPECT_EQ(places("`/root/x`"), 1u);
  EXPECT_EQ(places("cd /home/me/stepwheel"), 1u);
  EXPECT_EQ(places("https://pypi.org/simple"), 1u);
  EXPECT_EQ(places("../work/main, a/root/b, /workflows, /roots"), 0u);
}

// --- The repository as a whole

TEST(TopLevelTest, AllowsNothingNew) {
  EXPECT_TRUE(
      CheckTopLevel({{".ci/run", ""}, {"asl/a.h", ""}, {"dev", ""}}).empty());
  auto found = CheckTopLevel({{"scripts/a", ""}, {"scripts/b", ""}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "scripts");
}

size_t Readmes(const std::string& readme, const std::string& path) {
  return CheckReadmes({{"asl/README.md", readme}, {path, ""}}).size();
}

TEST(ReadmesTest, NameEveryFileOfTheirFolder) {
  EXPECT_EQ(Readmes("`value.h` holds", "asl/value.h"), 0u);
  EXPECT_EQ(Readmes("value.{h,cc} holds", "asl/value.cc"), 0u);
  EXPECT_EQ(Readmes("see value.h.", "asl/value.h"), 0u);
  EXPECT_EQ(Readmes("value.{h,cc} holds", "asl/value.sql"), 1u);
  EXPECT_EQ(Readmes("my_value.h holds a value", "asl/value.h"), 1u);
  EXPECT_EQ(Readmes("nothing", "asl/jsonata/lexer.h"), 1u);
  EXPECT_EQ(Readmes("nothing", "asl/CMakeLists.txt"), 0u);
}

TEST(ReadmesTest, AreMissedWhereAFolderNeedsOne) {
  auto found = CheckReadmes({{"engine/time/clock.h", ""}});
  ASSERT_EQ(found.size(), 1u);
  EXPECT_EQ(found[0].path, "engine/time/README.md");
}

TEST(TitlesTest, AreOnePerDocument) {
  EXPECT_TRUE(CheckTitles({{"a.md", "# A\n\n```\n# b\n```\n## C\n"}}).empty());
  EXPECT_EQ(CheckTitles({{"a.md", "# A\n\n# B\n"}}).size(), 1u);
  EXPECT_EQ(CheckTitles({{"a.md", "text\n"}}).size(), 1u);
}

TEST(ListingTest, IsWhatAnEditorUnderstands) {
  EXPECT_EQ(Listing({{"a.h", 3, "x"}, {"b.h", 0, "y"}}), "\na.h:3: x\nb.h: y");
}

}  // namespace
}  // namespace stepwheel::tidy
