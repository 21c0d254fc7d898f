// The schema that editors use allows the members that the parser knows: each
// problem of the parser lists them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "asl/json.h"
#include "engine/mocks/mock_file.h"
#include "tests/paths.h"

namespace stepwheel::engine {
namespace {

asl::Value Schema() {
  std::ifstream file(SourceDir() + "/engine/mocks/mock-file.schema.json");
  std::stringstream text;
  text << file.rdbuf();
  asl::JsonError error;
  auto value = asl::ParseJson(text.str(), &error);
  EXPECT_TRUE(value) << error.message;
  return value ? *value : asl::Value();
}

const asl::Value& At(const asl::Value& value,
                     std::initializer_list<const char*> names) {
  const asl::Value* at = &value;
  for (const char* name : names) {
    at = at->Find(name);
    if (at == nullptr) {
      ADD_FAILURE() << "the schema has no " << name;
      return value;
    }
  }
  return *at;
}

// What the parser says it expects where the member "Xyz" stands.
std::vector<std::string> Known(const std::string& text) {
  std::vector<MockProblem> problems;
  (void)MockFile::Parse(text, &problems);
  for (const MockProblem& p : problems) {
    const std::string start = "expected one of ", end = ", found 'Xyz'";
    if (p.message.rfind(start, 0) != 0) continue;
    std::string list = p.message.substr(start.size());
    list.resize(list.size() - end.size());
    std::vector<std::string> names;
    std::istringstream words(list);
    for (std::string word; std::getline(words, word, ',');) {
      names.push_back(word.substr(word.find_first_not_of(' ')));
    }
    return names;
  }
  return {};
}

void ExpectSame(const asl::Value& properties, const std::string& text) {
  std::vector<std::string> names;
  for (const asl::Member& m : properties.as_object()) {
    names.emplace_back(m.key());
  }
  EXPECT_THAT(Known(text), testing::UnorderedElementsAreArray(names)) << text;
}

std::string InResponse(const std::string& response) {
  return R"({"StateMachines":{},"MockedResponses":{"R":{"0":)" + response +
         "}}}";
}

TEST(MockFileSchema, AllowsTheMembersTheParserKnows) {
  const asl::Value schema = Schema();
  ExpectSame(At(schema, {"properties"}), R"({"Xyz":1,"StateMachines":{}})");
  ExpectSame(At(schema, {"$defs", "StateMachine", "properties"}),
             R"({"StateMachines":{"M":{"Xyz":1,"TestCases":{}}}})");
  const asl::Value& response = At(schema, {"$defs", "Response", "properties"});
  ExpectSame(response, InResponse(R"({"Return":1,"Xyz":1})"));
  ExpectSame(At(response, {"Throw", "properties"}),
             InResponse(R"({"Throw":{"Xyz":1}})"));
  ExpectSame(At(response, {"Heartbeat", "properties"}),
             InResponse(R"({"Return":1,
                "Heartbeat":{"Xyz":1,"IntervalSeconds":1}})"));
}

TEST(MockFileSchema, HasTheParsersLongestTime) {
  EXPECT_EQ(At(Schema(), {"$defs", "Seconds", "maximum"}).as_int() * 1000,
            kMockMillisMax);
}

}  // namespace
}  // namespace stepwheel::engine
