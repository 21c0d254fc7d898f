#include <gtest/gtest.h>

#include <vector>

#include "tests/asl/jsonata/rows.h"

namespace stepwheel::asl::jsonata {
namespace {

const std::vector<Row> kPathsSelectAndFlatten = {
    {"name", R"("Ann")"},
    {"obj.b.c", "2"},
    {"obj.missing", "undefined"},
    {"missing.x.y", "undefined"},
    {"orders.price", "[10,4.5,20]"},
    {"orders.items.sku", R"(["p","q","r"])"},
    {"orders[0].price", "10"},
    {"orders[-1].id", "3"},
    {"orders[1].items.sku", R"("r")"},
    {"orders[5]", "undefined"},
    {"orders[price > 5].id", "[1,3]"},
    {"orders[price > 5][0].id", "1"},
    {"orders.price[0]", "[10,4.5,20]"},
    {"(orders.price)[0]", "10"},
    {"(orders.price)[1]", "4.5"},
    {"orders[[0,2]].id", "[1,3]"},
    {"orders[id=2].tag", R"("a")"},
    {"orders.items[0].sku", R"(["p","r"])"},
    {"one", "[7]"},
    {"one[]", "[7]"},
    {"one[0]", "7"},
    {"orders[id=2].id[]", "[2]"},
    {"nested", "[[1,2],[3,[4]]]"},
    {"nested[0]", "[1,2]"},
    {"nested[1][1]", "[4]"},
    {"nested.$", "[1,2,3,[4]]"},
    {"$.name", R"("Ann")"},
    {"$$.age", "31"},
    {"`name`", R"("Ann")"},
    {R"("name")", R"("name")"},
    {"'na' & 'me'", R"("name")"},
    {"obj.*", R"([1,{"c":2}])"},
    {"orders.*[0]", "[1,2,3]"},
    {"**.sku", R"(["p","q","r"])"},
    {"**.c", "2"},
    {R"(tags[$ = "x"])", R"("x")"},
    {"orders.(price * qty)", "[20,18,20]"},
    {R"(orders.{"k": id})", R"([{"k":1},{"k":2},{"k":3}])"},
    {"orders{tag: $sum(price)}", R"({"b":30,"a":4.5})"},
    {"orders{tag: id}", R"({"b":[1,3],"a":2})"},
    {"orders.[id, qty]", "[[1,2],[2,4],[3,1]]"},
    {"orders.[id]", "[[1],[2],[3]]"},
    {"[orders.id]", "[1,2,3]"},
    {"[orders[0].id]", "[1]"},
    {R"({"a": orders.id, "b": missing})", R"({"a":[1,2,3]})"},
    {"empty", "[]"},
    {"empty.x", "undefined"},
    {"nul.x", "undefined"},
    {"obj.(a & b.c)", R"("12")"},
    {"(obj).a", "1"},
    {R"([{"a":1}][0].a)", "undefined"},
    {"[1,2,3][$ > 1]", "[2,3]"},
    {"orders^(price).id", "[2,1,3]"},
    {"orders^(>price).id", "[3,1,2]"},
    {"orders^(tag, >id).id", "[2,3,1]"},
    {"orders^(missing).id", "[1,2,3]"},
    {"orders[price > 100]", "undefined"},
    {"orders.tag[1]", "undefined"},
    {"$[0]",
     "{\"name\":\"Ann\",\"age\":31,\"tags\":[\"x\",\"y\"],\"one\":[7],"
     "\"empty\":[],\"obj\":{\"a\":1,\"b\":{\"c\":2}},\"nul\":null,\"yes\":true,"
     "\"orders\":[{\"id\":1,\"price\":10,\"qty\":2,\"tag\":\"b\",\"items\":[{"
     "\"sku\":\"p\"},{\"sku\":\"q\"}]},{\"id\":2,\"price\":4.5,\"qty\":4,"
     "\"tag\":\"a\",\"items\":[{\"sku\":\"r\"}]},{\"id\":3,\"price\":20,"
     "\"qty\":1,\"tag\":\"b\",\"items\":[]}],\"nested\":[[1,2],[3,[4]]],"
     "\"text\":\"a1b22c333\"}"},
    {"(1;2;3)", "3"},
    {"()", "undefined"},
};

TEST(JsonataLanguageTest, PathsSelectAndFlatten) {
  ExpectRows(kPathsSelectAndFlatten);
}

const std::vector<Row> kPathsEndWhereNothingIsLeft = {
    {"missing.x.%", "undefined"},
    {"obj.missing.%.a", "undefined"},
    {"obj.missing.%.%.a", "undefined"},
    {"obj.b.c.%.%.a", "1"},
    {"[missing].*", "[]"},
    {"[missing].a.b", "[]"},
    {"$count([missing].x)", "0"},
    {"[missing].a.%", "[]"},
};

TEST(JsonataLanguageTest, PathsEndWhereNothingIsLeft) {
  ExpectRows(kPathsEndWhereNothingIsLeft);
}

// Names, `**.name` and objects with literal names are evaluated in a way of
// their own where nothing stands in between.
const std::vector<Row> kShortcutsGiveWhatTheLongWayGives = {
    {"**.id", "[1,2,3]"},
    {"**.missing", "undefined"},
    {"**.items", R"([{"sku":"p"},{"sku":"q"},{"sku":"r"}])"},
    {"**.items.sku", R"(["p","q","r"])"},
    {"orders.**.sku", R"(["p","q","r"])"},
    {"tags.**.x", "undefined"},
    {"one.**", "7"},
    {"**.c[]", "[2]"},
    {"**.id[0]", "[1,2,3]"},
    {"**.**.sku", R"(["p","q","r","p","q","p","q","r","r"])"},
    {"**.b.c", "2"},
    {"$.**.c", "2"},
    {"(**).c", "2"},
    {"**.$.c", "2"},
    {R"({"a": orders.id}.a)", "[1,2,3]"},
    {R"({"a": orders.id}.a[0])", "1"},
    {R"({"a": orders[0].id}.a)", "1"},
    {R"({"a": {"b": [7]}}.a.b)", "[7]"},
    {R"({"a": {"b": orders[].id}}.**.b)", "[1,2,3]"},
    {R"({"2": 1, "1": 2}.**)", R"([{"1":2,"2":1},2,1])"},
    {R"({"a": 1, "a": 2})",
     R"(!D1009@1: Multiple key definitions evaluate to same key: "a")"},
    {R"({"a": missing, "b": nul})", R"({"b":null})"},
    {R"({"a": $, "b": 1}.b)", "1"},
    {R"(orders.{"a": id, "b": missing})", R"([{"a":1},{"a":2},{"a":3}])"},
};

TEST(JsonataLanguageTest, ShortcutsGiveWhatTheLongWayGives) {
  ExpectRows(kShortcutsGiveWhatTheLongWayGives);
}

const std::vector<Row> kOperatorsCompute = {
    {"1 + 2 * 3", "7"},
    {"(1 + 2) * 3", "9"},
    {"7 % 4", "3"},
    {"-7 % 4", "-3"},
    {"10 / 4", "2.5"},
    {"-age", "-31"},
    {"- - 3", "3"},
    {"1 = 1.0", "true"},
    {R"("a" = "a")", "true"},
    {"[1,[2]] = [1,[2]]", "true"},
    {R"({"a":1,"b":2} = {"b":2,"a":1})", "true"},
    {"1 != 2", "true"},
    {"missing = missing", "false"},
    {"missing != 1", "false"},
    {"null = null", "true"},
    {"1 < 2", "true"},
    {R"("a" < "b")", "true"},
    {R"("B" < "a")", "true"},
    {"missing < 1", "undefined"},
    {"2 >= 2", "true"},
    {R"("x" in tags)", "true"},
    {R"("z" in tags)", "false"},
    {"1 in 1", "true"},
    {"true and false", "false"},
    {"true or false", "true"},
    {R"(0 or "")", "false"},
    {"tags and yes", "true"},
    {R"("a" & 1 & true & null & missing)", R"("a1truenull")"},
    {R"([1,2] & {"a":1.50})", R"("[1,2]{\"a\":1.5}")"},
    {R"(0.1 + 0.2 & "")", R"("0.3")"},
    {R"(1e21 & " " & 1e-7 & " " & 123456789012345678)",
     R"("1e+21 1e-7 123456789012346000")"},
    {"[1..5]", "[1,2,3,4,5]"},
    {"[0..2, 9]", "[0,1,2,9]"},
    {"[3..1]", "[]"},
    {"[2..2]", "[2]"},
    {"$count([1..1000])", "1000"},
    {"[1..3].($ * 2)", "[2,4,6]"},
    {"true ? 1 : 2", "1"},
    {"false ? 1", "undefined"},
    {R"(missing ? "y" : "n")", R"("n")"},
    {R"(1 = 1 ? "a" : "b")", R"("a")"},
    {R"("a" ~> $uppercase)", R"("A")"},
    {R"("a" ~> $uppercase() ~> $lowercase)", R"("a")"},
    {"-1.5e3", "-1500"},
    {R"("\u0041\n\"é")", R"("A\n\"é")"},
    {"'it''s'", R"(!S0201@7: Syntax error: "s")"},
    {"/* note */ 1 /* two */ + 1", "2"},
    {"and", "undefined"},
    {"orders.price.$string()", R"(["10","4.5","20"])"},
    {"[[1,2],[3]][0]", "[1,2]"},
    {R"({"x": [1,2][1]})", R"({"x":2})"},
};

TEST(JsonataLanguageTest, OperatorsCompute) { ExpectRows(kOperatorsCompute); }

const std::vector<Row> kFunctionsAreValues = {
    {"($x := 5; $x + 1)", "6"},
    {"($x := 1; ($x := 2); $x)", "1"},
    {"($x := 1; $f := function(){$x}; $x := 3; $f())", "3"},
    {"function($a){$a * 2}(4)", "8"},
    {R"(λ($a, $b){$a & $b}("x", "y"))", R"("xy")"},
    {"($f := function($n){$n <= 1 ? 1 : $n * $f($n - 1)}; $f(10))", "3628800"},
    {"($f := function($n, $a){$n = 0 ? $a : $f($n - 1, $a + $n)}; $f(1000, "
     "0))",
     "500500"},
    {"($even := function($n){$n = 0 ? true : $odd($n - 1)}; $odd := "
     "function($n){$n = 0 ? false : $even($n - 1)}; $even(501))",
     "false"},
    {"$map([1,2,3], function($v){$v * $v})", "[1,4,9]"},
    {"$map([1,2,3], function($v, $i, $a){$v + $i + $count($a)})", "[4,6,8]"},
    {R"($map(["a","b"], $uppercase))", R"(["A","B"])"},
    {"$map([1,2], $string)", R"(["1","2"])"},
    {"$filter([1..6], function($v){$v % 2 = 0})", "[2,4,6]"},
    {"$filter([1,2], function($v){$v = 2})", "2"},
    {"$reduce([1,2,3], function($a, $b){$a + $b})", "6"},
    {"$reduce([1,2,3], function($a, $b){$a + $b}, 10)", "16"},
    {"$reduce([], function($a, $b){$a + $b})", "undefined"},
    {"$single([1,2,3], function($v){$v = 2})", "2"},
    {R"($each({"a":1,"b":2}, function($v, $k){$k & $v}))", R"(["a1","b2"])"},
    {R"($sift({"a":1,"b":2}, function($v){$v > 1}))", R"({"b":2})"},
    {"$sort([3,1,2])", "[1,2,3]"},
    {R"($sort(["b","a"]))", R"(["a","b"])"},
    {"$sort(orders, function($a, $b){$a.price > $b.price}).id", "[2,1,3]"},
    {"($add := function($a, $b){$a + $b}; $inc := $add(1, ?); $inc(4))", "5"},
    {R"($substring(?, 0, 2)("hello"))", R"("he")"},
    {R"(($f := $trim ~> $uppercase; $f("  x ")))", R"("X")"},
    {"($compose := function($f, $g){function($x){$g($f($x))}}; "
     "$compose($length, function($n){$n * 2})(\"abc\"))",
     "6"},
    {"[1..3].function($x){$x + 1}($)", "[2,3,4]"},
    {"($fs := [function(){1}, function(){2}]; $fs[1]())", "2"},
    {"$exists($sum)", "true"},
    {"$type($sum)", R"("function")"},
    {"$type(function(){1})", R"("function")"},
    {"function($x)<n:n>{$x}(3)", "3"},
    {R"(function($x)<s-:s>{$x & "!"}("a"))", R"("a!")"},
    {R"(tags.function($x)<s-:s>{$x & "!"}())", R"(["x!","y!"])"},
    {"function($a)<a<n>>{$sum($a)}(4)", "4"},
};

TEST(JsonataLanguageTest, FunctionsAreValues) {
  ExpectRows(kFunctionsAreValues);
}

const std::vector<Row> kPathsBindVariablesAndParents = {
    {R"(orders.items.{"o": %.id, "s": sku})",
     R"([{"o":1,"s":"p"},{"o":1,"s":"q"},{"o":2,"s":"r"}])"},
    {"orders.items.%.tag", R"(["b","b","a"])"},
    {"orders.items.sku.%.%.id", "[1,1,2]"},
    {R"(orders@$o.items.{"o": $o.id, "s": sku})", "undefined"},
    {R"(orders#$i.{"i": $i, "id": id})",
     R"([{"i":0,"id":1},{"i":1,"id":2},{"i":2,"id":3}])"},
    {R"(orders[price > 5]#$i.{"i": $i, "id": id})",
     R"([{"i":0,"id":1},{"i":1,"id":3}])"},
    {R"(orders@$o#$i.items@$s.{"i": $i, "s": $s.sku, "t": $o.tag})",
     "undefined"},
    {"orders.items[%.id = 1].sku", R"(["p","q"])"},
    {"orders{tag: items.sku}", R"({"b":["p","q"],"a":"r"})"},
    {"orders^(%.name).id", "[1,2,3]"},
};

TEST(JsonataLanguageTest, PathsBindVariablesAndParents) {
  ExpectRows(kPathsBindVariablesAndParents);
}

const std::vector<Row> kTransformsChangeACopy = {
    {R"(obj ~> |$|{"a": 9}|)", R"({"a":9,"b":{"c":2}})"},
    {R"(obj ~> |b|{"d": c + 1}, "c"|)", R"({"a":1,"b":{"d":3}})"},
    {R"(orders ~> |items|{"sku": $uppercase(sku)}|)",
     "[{\"id\":1,\"price\":10,\"qty\":2,\"tag\":\"b\",\"items\":[{\"sku\":"
     "\"P\"},{\"sku\":\"Q\"}]},{\"id\":2,\"price\":4.5,\"qty\":4,\"tag\":\"a\","
     "\"items\":[{\"sku\":\"R\"}]},{\"id\":3,\"price\":20,\"qty\":1,\"tag\":"
     "\"b\",\"items\":[]}]"},
    {R"((orders ~> |$|{}, ["items", "tag"]|)[0])",
     R"({"id":1,"price":10,"qty":2})"},
    {R"(($t := |$|{"n": 1}|; $t({"m": 2})))", R"({"m":2,"n":1})"},
    {"obj ~> |$|missing|", R"({"a":1,"b":{"c":2}})"},
};

TEST(JsonataLanguageTest, TransformsChangeACopy) {
  ExpectRows(kTransformsChangeACopy);
}

}  // namespace
}  // namespace stepwheel::asl::jsonata
