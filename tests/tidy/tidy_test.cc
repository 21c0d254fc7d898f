// The style rules, applied to this repository. A failure lists every place as
// `file:line: what is wrong`; the checks themselves are tested in
// tidy_checks_test.cc.

#include <gtest/gtest.h>

#include <utility>
#include <vector>

#include "tests/paths.h"
#include "tests/tidy/checks.h"
#include "tests/tidy/source.h"
#include "tests/tidy/structure.h"

namespace stepwheel::tidy {
namespace {

const std::vector<File>& Repository() {
  static const auto* files = new std::vector<File>(ReadRepository(SourceDir()));
  return *files;
}

std::vector<Finding> InEachFile(std::vector<Finding> (*check)(const File&)) {
  std::vector<Finding> all;
  for (const File& file : Repository()) {
    for (Finding& finding : check(file)) all.push_back(std::move(finding));
  }
  return all;
}

void ExpectNone(const std::vector<Finding>& findings) {
  EXPECT_TRUE(findings.empty()) << Listing(findings);
}

TEST(TidyTest, TheRepositoryIsFound) { EXPECT_GT(Repository().size(), 20u); }

TEST(TidyTest, FilesAreShort) { ExpectNone(InEachFile(CheckFileLength)); }

TEST(TidyTest, FunctionsAreShort) {
  ExpectNone(InEachFile(CheckFunctionLength));
}

TEST(TidyTest, LinesFitIntoEightyColumns) {
  ExpectNone(InEachFile(CheckColumns));
}

TEST(TidyTest, HeadersSayWhatTheyAreForAndAreGuarded) {
  ExpectNone(InEachFile(CheckHeaderForm));
}

TEST(TidyTest, IncludesGoInOneDirection) {
  ExpectNone(InEachFile(CheckIncludes));
}

TEST(TidyTest, BannedCallsStayWithTheirOwners) {
  ExpectNone(InEachFile(CheckBannedCalls));
}

TEST(TidyTest, RemindersNameTheirIssue) {
  ExpectNone(InEachFile(CheckReminders));
}

TEST(TidyTest, NoFileKnowsAMachineOrAPackageHost) {
  ExpectNone(InEachFile(CheckPlaces));
}

TEST(TidyTest, TheTopLevelHoldsNothingElse) {
  ExpectNone(CheckTopLevel(Repository()));
}

TEST(TidyTest, EveryFileIsNamedInAReadme) {
  ExpectNone(CheckReadmes(Repository()));
}

TEST(TidyTest, EveryDocumentHasOneTitle) {
  ExpectNone(CheckTitles(Repository()));
}

}  // namespace
}  // namespace stepwheel::tidy
