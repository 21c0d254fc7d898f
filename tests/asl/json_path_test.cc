#include "asl/json_path.h"

#include <gtest/gtest.h>

#include "asl/json.h"

namespace stepwheel::asl {
namespace {

// The document most cases read.
constexpr std::string_view kStore = R"({
  "store": {
    "book": [
      {"category": "reference", "author": "Rees", "title": "Sayings",
       "price": 8.95},
      {"category": "fiction", "author": "Waugh", "title": "Sword",
       "price": 12.99},
      {"category": "fiction", "author": "Melville", "title": "Moby",
       "isbn": "0-553", "price": 8.99},
      {"category": "fiction", "author": "Tolkien", "title": "Rings",
       "isbn": "0-395", "price": 22.99}],
    "bicycle": {"color": "red", "price": 19.95}},
  "limit": 10,
  "n": [1, 2.5, -3, 4],
  "tags": ["a", "b", "c"],
  "empty": {"list": [], "object": {}, "text": ""},
  "null": null,
  "odd": {"a b": 1, "it's": 2, "q\"q": 3, "b\\s": 4, "": 5, "x.y": 6,
          "ü": 7, "a-b": 8, "0": 9},
  "rows": [{"k": 1, "v": ["a", "b"]}, {"k": "1", "v": ["b", "c"]},
           {"k": 2, "v": []}, {"k": null}, {"v": ["d"], "ok": true},
           {"k": 2.0, "v": "text"}]
})";

Value Json(std::string_view text) {
  JsonError error;
  auto value = ParseJson(text, &error);
  EXPECT_TRUE(value.has_value()) << error.message << " in " << text;
  return value.value_or(Value());
}

JsonPath::Result Query(std::string_view path, const Value& root) {
  std::string error;
  const auto parsed = JsonPath::Parse(path, &error);
  EXPECT_TRUE(parsed.has_value()) << path << ": " << error;
  return parsed ? parsed->Evaluate(root) : JsonPath::Result();
}

struct Case {
  std::string_view path;
  std::string_view expected;  // JSON.
};

void ExpectAll(const std::vector<Case>& cases) {
  const Value store = Json(kStore);
  for (const Case& c : cases) {
    const JsonPath::Result result = Query(c.path, store);
    ASSERT_TRUE(result.value.has_value()) << c.path << ": " << result.missing;
    EXPECT_EQ(result.value->Text(), Json(c.expected).Text()) << c.path;
  }
}

TEST(JsonPath, FindsOneNode) {
  ExpectAll({{"$.limit", "10"},
             {"$.store.bicycle.color", "\"red\""},
             {"$['limit']", "10"},
             {"$[\"limit\"]", "10"},
             {"$.['limit']", "10"},
             {"$['store']['bicycle']['price']", "19.95"},
             {"$.store['bicycle'].price", "19.95"},
             {"$[ 'limit' ]", "10"},
             {"$.null", "null"},
             {"$.empty.list", "[]"},
             {"$.empty.text", "\"\""},
             {"$.n[0]", "1"},
             {"$.n[ 1 ]", "2.5"},
             {"$.n.[1]", "2.5"},
             {"$.n[-1]", "4"},
             {"$.n[-4]", "1"},
             {"$.store.book[3].title", "\"Rings\""},
             {"$.store.book[-1].title", "\"Rings\""}});
}

TEST(JsonPath, GivesNullForAnIndexOutsideAnArray) {
  ExpectAll({{"$.n[4]", "null"},
             {"$.n[-5]", "null"},
             {"$.empty.list[0]", "null"},
             {"$.n[2147483647]", "null"},
             {"$.n[0,9]", "[1,null]"}});
}

TEST(JsonPath, ReadsUnusualNames) {
  ExpectAll({{"$.odd['a b']", "1"},
             {"$.odd['it\\'s']", "2"},
             {"$.odd[\"it's\"]", "2"},
             {"$.odd['q\"q']", "3"},
             {"$.odd[\"q\\\"q\"]", "3"},
             {"$.odd['b\\\\s']", "4"},
             {"$.odd['b\\s']", "4"},
             {"$.odd['']", "5"},
             {"$.odd['x.y']", "6"},
             {"$.odd.\u00fc", "7"},
             {"$.odd['\u00fc']", "7"},
             {"$.odd.a-b", "8"},
             {"$.odd.0", "9"},
             {"$.odd['0']", "9"}});
}

TEST(JsonPath, ListsTheMatchesOfWildcards) {
  ExpectAll({{"$.n[*]", "[1,2.5,-3,4]"},
             {"$.n.*", "[1,2.5,-3,4]"},
             {"$.n[ * ]", "[1,2.5,-3,4]"},
             {"$.store.bicycle.*", "[\"red\",19.95]"},
             {"$.store.book[*].price", "[8.95,12.99,8.99,22.99]"},
             {"$.store.book[*].isbn", "[\"0-553\",\"0-395\"]"},
             {"$.empty.*", "[[],{},\"\"]"},
             {"$.limit[*]", "[]"},
             {"$.missing[*]", "[]"},
             {"$.missing.deeper[*].x", "[]"},
             {"$.limit.x[*]", "[]"},
             {"$.rows[*].v[0]", "[\"a\",\"b\",null,\"d\"]"},
             {"$.rows[*].v[*]", "[\"a\",\"b\",\"b\",\"c\",\"d\"]"}});
}

TEST(JsonPath, ListsTheMatchesOfSlices) {
  ExpectAll({{"$.n[1:3]", "[2.5,-3]"},
             {"$.n[:2]", "[1,2.5]"},
             {"$.n[2:]", "[-3,4]"},
             {"$.n[-2:]", "[-3,4]"},
             {"$.n[:-1]", "[1,2.5,-3]"},
             {"$.n[-3:-1]", "[2.5,-3]"},
             {"$.n[1:-1]", "[]"},
             {"$.n[0:99]", "[1,2.5,-3,4]"},
             {"$.n[-99:]", "[1,2.5,-3,4]"},
             {"$.n[9:]", "[]"},
             {"$.n[3:1]", "[]"},
             {"$.n[:]", "[1,2.5,-3,4]"},
             {"$.n[::2]", "[1,-3]"},
             {"$.n[1::2]", "[2.5,4]"},
             {"$.n[ 1 : 3 ]", "[2.5,-3]"},
             {"$.store.book[1:3].title", "[\"Sword\",\"Moby\"]"},
             {"$.limit[0:1]", "[]"},
             {"$.missing[0:1]", "[]"}});
}

TEST(JsonPath, ListsTheMatchesOfUnions) {
  ExpectAll({{"$.n[0,2]", "[1,-3]"},
             {"$.n[ -1 , 0 ]", "[4,1]"},
             {"$.n[0,0]", "[1,1]"},
             {"$.store.book[0,1].author", "[\"Rees\",\"Waugh\"]"},
             {"$.missing[0,1]", "[]"}});
}

TEST(JsonPath, GathersAUnionOfNamesInOneObject) {
  ExpectAll({{"$['limit','null']", R"({"limit":10,"null":null})"},
             {"$['limit', \"nope\"]", R"({"limit":10})"},
             {"$['nope','nor this']", "{}"},
             {"$['limit','limit']", R"({"limit":10})"},
             {"$.store.book[0:2]['author','isbn']",
              R"([{"author":"Rees"},{"author":"Waugh"}])"}});
}

TEST(JsonPath, DescendsParentsFirst) {
  ExpectAll(
      {{"$..author", R"(["Rees","Waugh","Melville","Tolkien"])"},
       {"$.store..price", "[8.95,12.99,8.99,22.99,19.95]"},
       {"$..book[0].title", "[\"Sayings\"]"},
       {"$..book[*].isbn", "[\"0-553\",\"0-395\"]"},
       {"$..book[-1:].title", "[\"Rings\"]"},
       {"$..['color']", "[\"red\"]"},
       {"$..[0].title", "[\"Sayings\"]"},
       {"$.empty..*", "[[],{},\"\"]"},
       {"$.rows[0:2]..[1]", R"(["b","c"])"},
       {"$..nothing", "[]"},
       {"$.nothing..x", "[]"},
       {"$.limit..x", "[]"},
       {"$.store.bicycle..*", "[\"red\",19.95]"},
       {"$..bicycle['color','price']", R"([{"color":"red","price":19.95}])"}});
}

TEST(JsonPath, DescendsToNodesInsideMatches) {
  const Value v = Json(R"({"a":{"a":{"a":1}}})");
  EXPECT_EQ(Query("$..a", v).value->Text(), R"([{"a":{"a":1}},{"a":1},1])");
  EXPECT_EQ(Query("$..a..a", v).value->Text(), R"([{"a":1},1,1])");
}

TEST(JsonPathFilter, ComparesNumbers) {
  ExpectAll(
      {{"$.n[?(@ > 1)]", "[2.5,4]"},
       {"$.n[?(@>=4)]", "[4]"},
       {"$.n[?(@ < 1)]", "[-3]"},
       {"$.n[?(@ <= 1.0)]", "[1,-3]"},
       {"$.n[?(@ == 1.0)]", "[1]"},
       {"$.n[?(@ != 1)]", "[2.5,-3,4]"},
       {"$.n[?(2 < @)]", "[2.5,4]"},
       {"$.n[?(@ == -3)]", "[-3]"},
       {"$.n[?(@ > 1e0)]", "[2.5,4]"},
       {"$.store.book[?(@.price < 10)].title", R"(["Sayings","Moby"])"},
       {"$.store.book[?(@.price < $.limit)].title", R"(["Sayings","Moby"])"},
       {"$.store.book[?(@['price'] > 20)].author", "[\"Tolkien\"]"}});
}

TEST(JsonPathFilter, ComparesStrings) {
  ExpectAll({{"$.tags[?(@ == 'b')]", "[\"b\"]"},
             {"$.tags[?(@ == \"b\")]", "[\"b\"]"},
             {"$.tags[?(@ > 'a')]", "[\"b\",\"c\"]"},
             {"$.tags[?('b' >= @)]", "[\"a\",\"b\"]"},
             {"$.tags[?(@ != 'a')]", "[\"b\",\"c\"]"},
             {"$.tags[?(@ == 'it\\'s')]", "[]"},
             {"$.tags[?(@ < 1)]", "[]"},
             {"$.store.book[?(@.author == 'Rees')].price", "[8.95]"}});
}

TEST(JsonPathFilter, ComparesKindsAsJaywayDoes) {
  ExpectAll({{"$.rows[?(@.k == 1)].k", R"([1,"1"])"},
             {"$.rows[?(@.k == '1')].k", R"([1,"1"])"},
             {"$.rows[?(@.k === 1)].k", "[1]"},
             {"$.rows[?(@.k !== 1)].k", R"(["1",2,null,2.0])"},
             {"$.rows[?(@.k == 2)].k", "[2,2.0]"},
             {"$.rows[?(@.k == null)]", R"([{"k":null}])"},
             {"$.rows[?(@.ok == true)].v", R"([["d"]])"},
             {"$.rows[?(@.ok != true)].k", R"([1,"1",2,null,2.0])"},
             {"$.rows[?(@.v == ['a','b'])].k", "[1]"},
             {"$.rows[?(@.v == [])].k", "[2]"},
             {"$.rows[?(@ == {\"k\":null})].k", "[null]"},
             {"$.rows[?(@.nope == @.nor_this)]", "[]"}});
}

TEST(JsonPathFilter, AsksForExistence) {
  ExpectAll({{"$.store.book[?(@.isbn)].title", R"(["Moby","Rings"])"},
             {"$.store.book[?(!@.isbn)].title", R"(["Sayings","Sword"])"},
             {"$.store.book[?(!(@.isbn))].price", "[8.95,12.99]"},
             {"$.rows[?(@.k)].k", R"([1,"1",2,null,2.0])"},
             {"$.rows[?(@.v[*])].v[0]", R"(["a","b","d"])"},
             {"$.tags[?($.limit)]", R"(["a","b","c"])"},
             {"$.tags[?($.nope)]", "[]"},
             {"$.n[?(@.x)]", "[]"}});
}

TEST(JsonPathFilter, CombinesConditions) {
  ExpectAll({{"$.store.book[?(@.price > 8.96 && @.price < 20)].price",
              "[12.99,8.99]"},
             {"$.n[?(@ < 0 || @ > 3)]", "[-3,4]"},
             {"$.n[?(@ == 1 || @ == 4 && @ == 5)]", "[1]"},
             {"$.n[?((@ == 1 || @ == 4) && @ == 4)]", "[4]"},
             {"$.n[?(!(@ == 1) && !(@ == 4))]", "[2.5,-3]"},
             {"$.n[?(@>1&&@<4)]", "[2.5]"},
             {"$.store.book[?(@.isbn&&@.price<10)].title", "[\"Moby\"]"},
             {"$.store.book[?(@.price>10)][?(@.isbn)].title", "[\"Rings\"]"}});
}

TEST(JsonPathFilter, MatchesRegularExpressionsWhole) {
  ExpectAll(
      {{"$.store.book[?(@.author =~ /.*ll.*/)].author", "[\"Melville\"]"},
       {"$.store.book[?(@.author =~ /rees/i)].author", "[\"Rees\"]"},
       {"$.store.book[?(@.author =~ /Ree/)].author", "[]"},
       {"$.store.book[?(@.isbn =~ /^0-\\d{3}$/)].isbn", R"(["0-553","0-395"])"},
       {"$.store.book[?(/Wau.*/ =~ @.author)].author", "[\"Waugh\"]"},
       {"$.tags[?(@ =~ /a|c/)]", R"(["a","c"])"},
       {"$.tags[?(@ =~ /a\\/b/)]", "[]"},
       {"$.n[?(@ =~ /2.*/)]", "[2.5]"},
       {"$.rows[?(@.v =~ /c/)].k", "[\"1\"]"},
       {"$.rows[?(@.nope =~ /.*/)]", "[]"}});
}

TEST(JsonPathFilter, KnowsListOperators) {
  ExpectAll({{"$.tags[?(@ in ['a','c'])]", R"(["a","c"])"},
             {"$.tags[?(@ IN [\"a\"])]", "[\"a\"]"},
             {"$.tags[?(@ in $.tags)]", R"(["a","b","c"])"},
             {"$.tags[?(@ nin ['a','c'])]", "[\"b\"]"},
             {"$.n[?(@ in [1,4])]", "[1,4]"},
             {"$.rows[?(@.v contains 'b')].k", R"([1,"1"])"},
             {"$.rows[?(@.v contains 'tex')].v", "[\"text\"]"},
             {"$.rows[?(@.v all ['a','b'])].k", "[1]"},
             {"$.rows[?(@.v size 2)].k", R"([1,"1"])"},
             {"$.rows[?(@.v size 4)].v", "[\"text\"]"},
             {"$.rows[?(@.v empty true)].k", "[2]"},
             {"$.rows[?(@.v empty)].k", "[2]"},
             {"$.rows[?(@.v empty false)].k", R"([1,"1",2.0])"},
             {"$.rows[?(@.v subsetof ['a','b','c'])].k", R"([1,"1",2])"},
             {"$.rows[?(@.v anyof ['a','d'])].v", R"([["a","b"],["d"]])"},
             {"$.rows[?(@.v noneof ['a','d'])].k", R"(["1",2])"}});
}

TEST(JsonPathFilter, TakesOrLeavesAnObjectWhole) {
  ExpectAll({{"$.store.bicycle[?(@.color == 'red')]",
              R"([{"color":"red","price":19.95}])"},
             {"$.store.bicycle[?(@.color == 'red')].price", "[19.95]"},
             {"$.store.bicycle[?(@.color == 'blue')]", "[]"},
             {"$.limit[?(@ > 1)]", "[]"}});
}

TEST(JsonPathFilter, WorksBelowADescent) {
  ExpectAll({{"$..[?(@.isbn)].title", R"(["Moby","Rings"])"},
             {"$..book[?(@.price == 8.95)].title", "[\"Sayings\"]"},
             {"$..[?(@.color)].price", "[19.95]"},
             {"$.rows[?(@..[?(@.x)])]", "[]"}});
}

TEST(JsonPathFunction, FoldsAValue) {
  ExpectAll({{"$.n.length()", "4"},
             {"$.n.size()", "4"},
             {"$.store.length()", "2"},
             {"$.store.bicycle.color.length()", "3"},
             {"$.limit.length()", "null"},
             {"$.n.min()", "-3.0"},
             {"$.n.max()", "4.0"},
             {"$.n.sum()", "4.5"},
             {"$.n.avg()", "1.125"},
             {"$.n.first()", "1"},
             {"$.n.last()", "4"},
             {"$.n.index(1)", "2.5"},
             {"$.n.index(-1)", "4"},
             {"$.n.index(9)", "null"},
             {"$.store.keys()", R"(["book","bicycle"])"},
             {"$.store.bicycle.keys()[1]", "\"price\""},
             {"$.limit.keys()", "null"}});
}

TEST(JsonPathFunction, FoldsTheMatchesOfAnIndefinitePath) {
  ExpectAll(
      {{"$..book.length()", "1"},
       {"$.store.book[*].price.max()", "22.99"},
       {"$..isbn.length()", "2"},
       {"$.n[1:3].sum()", "-0.5"},
       {"$.nope[*].length()", "0"},
       {"$.rows[?(@.v.length() > 1)].k", R"([1,"1",2.0])"},
       {"$.store.book[?(@.price == $..price.max())].title", "[\"Rings\"]"}});
}

TEST(JsonPathFunction, SpreadsTheStandardDeviation) {
  const Value v = Json("[2,4,4,4,5,5,7,9]");
  EXPECT_EQ(Query("$.stddev()", v).value->Text(), "2.0");
}

TEST(JsonPath, SaysWhatIsMissingInJaywaysWords) {
  const Value v = Json(R"({"a":{"b":"text","n":7,"l":[1]},"z":null})");
  for (const auto& [path, missing] :
       std::vector<std::pair<std::string, std::string>>{
           {"$.X", "No results for path: $['X']"},
           {"$.a.X", "No results for path: $['a']['X']"},
           {"$.no.such.result.path", "Missing property in path $['no']"},
           {"$.a.X.y", "Missing property in path $['a']['X']"},
           {"$.X[0]", "Missing property in path $['X']"},
           {"$.a.b[0]",
            "Filter: [0] can only be applied to arrays. Current context is: "
            "\"text\""},
           {"$.z[0]",
            "Filter: [0] can only be applied to arrays. Current context is: "
            "null"},
           {"$.a.l[7][0]", "The path $['a']['l'][7] is null"},
           {"$['a','z'].x",
            "Multi properties can only be used as path leafs: $['a', 'z']"},
           {"$.a.l[5:].sum()",
            "Aggregation function attempted to calculate value using empty "
            "array"}}) {
    const JsonPath::Result result = Query(path, v);
    EXPECT_FALSE(result.value.has_value()) << path;
    EXPECT_EQ(result.missing, missing);
  }
}

TEST(JsonPath, SaysThatAStringIsNoObject) {
  const Value v = Json(R"({"a":"text"})");
  EXPECT_EQ(Query("$.a.b", v).missing,
            "Expected to find an object with property ['b'] in path $['a'] but "
            "found 'com.fasterxml.jackson.databind.node.TextNode'. This is not "
            "a json object according to the JsonProvider: "
            "'com.jayway.jsonpath.spi.json.JacksonJsonNodeJsonProvider'.");
  EXPECT_TRUE(Query("$.b", Value(1)).missing.find("IntNode") !=
              std::string::npos);
}

TEST(JsonPath, SharesWhatItFinds) {
  const Value v = Json(R"({"a":{"b":[1]}})");
  EXPECT_TRUE(Query("$", v).value->SameAs(v));
  EXPECT_TRUE(Query("$.a", v).value->SameAs(*v.Find("a")));
}

TEST(JsonPath, TellsItsRoot) {
  const auto input = JsonPath::Parse("$.a", nullptr);
  const auto context = JsonPath::Parse("$$.Execution.Id", nullptr);
  const auto variable = JsonPath::Parse("$name1.a[0]", nullptr);
  EXPECT_EQ(input->root(), JsonPath::Root::kInput);
  EXPECT_EQ(context->root(), JsonPath::Root::kContext);
  EXPECT_EQ(variable->root(), JsonPath::Root::kVariable);
  EXPECT_EQ(variable->variable(), "name1");
  EXPECT_EQ(input->variable(), "");
  EXPECT_EQ(variable->text(), "$name1.a[0]");
  EXPECT_EQ(variable->Evaluate(Json(R"({"a":[5]})")).value->as_int(), 5);
}

TEST(JsonPath, TellsWhatKindOfPathItIs) {
  struct Kind {
    std::string_view path;
    bool definite, reference, whole;
  };
  for (const Kind& k : {Kind{"$", true, true, true},
                        {"$$", true, true, true},
                        {"$name", true, true, true},
                        {"$.a['b'][0]", true, true, false},
                        {"$.a[-1]", true, false, false},
                        {"$['a','b']", true, false, false},
                        {"$.a[*]", false, false, false},
                        {"$..a", false, false, false},
                        {"$.a[0,1]", false, false, false},
                        {"$.a[0:1]", false, false, false},
                        {"$.a[?(@)]", false, false, false},
                        {"$.a.length()", true, false, false},
                        {"$..a.length()", true, false, false}}) {
    const auto path = JsonPath::Parse(k.path, nullptr);
    ASSERT_TRUE(path.has_value()) << k.path;
    EXPECT_EQ(path->definite(), k.definite) << k.path;
    EXPECT_EQ(path->is_reference_path(), k.reference) << k.path;
    EXPECT_EQ(path->is_whole_root(), k.whole) << k.path;
  }
}

TEST(JsonPath, RefusesWhatIsNoPath) {
  for (const auto& [path, error] :
       std::vector<std::pair<std::string, std::string>>{
           {"", "Expected '$' at character 1, found the end"},
           {"a.b", "Expected '$' at character 1, found 'a'"},
           {"$.", "Expected a name, '*' or '[' at character 3, found the end"},
           {"$..", "Expected a name, '*' or '[' at character 4, found the end"},
           {"$...a", "Expected a name, '*' or '[' at character 4, found '.'"},
           {"$.a b",
            "Expected no blank in a name after '.' (write ['a b']) at "
            "character 4, found ' '"},
           {"$.a[0", "Expected ']' at character 6, found the end"},
           {"$.a]", "Expected '.' or '[' at character 4, found ']'"},
           {"$ .a",
            "Expected '.', '[' or a variable's name at character 2, found ' '"},
           {"$9a",
            "Expected '.', '[' or a variable's name at character 2, found '9'"},
           {"$['a", "Expected the closing quote at character 5, found the end"},
           {"$.a[b]",
            "Expected a number, ':', '*', '?' or a quoted name at character 5, "
            "found 'b'"},
           {"$.a[99999999999]",
            "Expected a number of 32 bits at character 5, found '9'"},
           {"$.a[::0]", "Expected a step above 0 at character 8, found ']'"},
           {"$.a[?@.b]", "Expected '(' at character 6, found '@'"},
           {"$.a[?(@.b]",
            "Expected an operator or ')' at character 10, found ']'"},
           {"$.a[?(@ = 1)]",
            "Expected an operator or ')' at character 9, found '='"},
           {"$.a[?(1)]", "Expected an operator at character 8, found ')'"}}) {
    std::string found;
    EXPECT_FALSE(JsonPath::Parse(path, &found).has_value()) << path;
    EXPECT_EQ(found, error) << path;
  }
}

TEST(JsonPath, RefusesBadPartsOfFilters) {
  for (const char* path :
       {"$.a[?()]", "$.a[?(@.b ==)]", "$.a[?(@ foo 1)]", "$.a[?(@ =~ /a)]",
        "$.a[?(@ =~ /(/)]", "$.a[?(@ =~ /a/q)]", "$.a[?(@ in [1,)]",
        "$.a[?(@ == {\"a\":)]", "$.a[?(@ == nope)]", "$.a[?(@ == 'x)]",
        "$.a.nope()", "$.a.length(", "$.a.index()", "$.a[?(@ == 1) 2]",
        "$.a[?(@ && )]", "$.a[?(! )]", "$.a[0,]", "$.a['b',]",
        "$.a[?(@ == 1e999)]"}) {
    std::string error;
    EXPECT_FALSE(JsonPath::Parse(path, &error).has_value()) << path;
    EXPECT_FALSE(error.empty()) << path;
  }
}

TEST(JsonPathLimits, BoundNesting) {
  std::string many = "$";
  for (int i = 0; i < 40; ++i) many += "[*]";
  EXPECT_FALSE(JsonPath::Parse(many, nullptr).has_value());
  const std::string open(100000, '(');
  EXPECT_FALSE(JsonPath::Parse("$[?" + open, nullptr).has_value());
  EXPECT_FALSE(
      JsonPath::Parse("$[?(" + std::string(100000, '!') + "@)]", nullptr));
  EXPECT_FALSE(
      JsonPath::Parse("$[?(@ in " + std::string(100000, '['), nullptr));
}

TEST(JsonPathLimits, AllowLongPathsAndDeepValues) {
  std::string path = "$";
  Value v(1);
  for (int i = 0; i < 100000; ++i) {
    path += ".a";
    v = MakeObject({{"a", std::move(v)}});
  }
  EXPECT_EQ(Query(path, v).value->as_int(), 1);
  EXPECT_EQ(Query("$..b", v).value->Text(), "[]");
}

TEST(JsonPathLimits, EndHostileWork) {
  Elements many;
  for (int i = 0; i < 3000; ++i) many.push_back(MakeObject({{"a", Value(i)}}));
  const Value v{std::move(many)};
  const JsonPath::Result crossed = Query("$[?(@.a in $[*].a)]", v);
  EXPECT_EQ(crossed.missing, "The evaluation of the path takes too much work");
  const Value text = Value(Elements{Value(std::string(40, 'a') + "!")});
  EXPECT_EQ(Query("$[?(@ =~ /(a+)+$/)]", text).missing,
            "The evaluation of the path takes too much work");
}

TEST(JsonPathLimits, SurviveLongSubjectsOfRegularExpressions) {
  const Value v = Value(Elements{Value(std::string(200000, 'a'))});
  EXPECT_EQ(Query("$[?(@ =~ /a*/)]", v).value->as_array().size(), 1u);
  const JsonPath::Result hard = Query("$[?(@ =~ /(a|b)*c/)]", v);
  EXPECT_TRUE(!hard.value || hard.value->as_array().empty());
}

}  // namespace
}  // namespace stepwheel::asl
