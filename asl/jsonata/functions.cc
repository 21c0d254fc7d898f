#include "asl/jsonata/functions.h"

#include <string_view>

#include "absl/container/flat_hash_map.h"

namespace stepwheel::asl::jsonata {
namespace {

// Name, signature, number of parameters that callers of callbacks count, and
// that partial application may bind.
constexpr Builtin kBuiltins[] = {
    {"sum", "<a<n>:n>", 1, 1, SumFunction},
    {"count", "<a:n>", 1, 1, CountFunction},
    {"max", "<a<n>:n>", 1, 1, MaxFunction},
    {"min", "<a<n>:n>", 1, 1, MinFunction},
    {"average", "<a<n>:n>", 1, 1, AverageFunction},
    {"string", "<x-b?:s>", 1, 2, StringFunction},
    {"substring", "<s-nn?:s>", 3, 3, SubstringFunction},
    {"substringBefore", "<s-s:s>", 2, 2, SubstringBeforeFunction},
    {"substringAfter", "<s-s:s>", 2, 2, SubstringAfterFunction},
    {"lowercase", "<s-:s>", 1, 1, LowercaseFunction},
    {"uppercase", "<s-:s>", 1, 1, UppercaseFunction},
    {"length", "<s-:n>", 1, 1, LengthFunction},
    {"trim", "<s-:s>", 1, 1, TrimFunction},
    {"pad", "<s-ns?:s>", 3, 3, PadFunction},
    {"match", "<s-f<s:o>n?:a<o>>", 3, 3, MatchFunction},
    {"contains", "<s-(sf):b>", 2, 2, ContainsFunction},
    {"replace", "<s-(sf)(sf)n?:s>", 4, 4, ReplaceFunction},
    {"split", "<s-(sf)n?:a<s>>", 3, 3, SplitFunction},
    {"join", "<a<s>s?:s>", 2, 2, JoinFunction},
    {"formatNumber", "<n-so?:s>", 3, 3, FormatNumberFunction},
    {"formatBase", "<n-n?:s>", 2, 2, FormatBaseFunction},
    {"formatInteger", "<n-s:s>", 2, 2, FormatIntegerFunction},
    {"parseInteger", "<s-s:n>", 2, 2, ParseIntegerFunction},
    {"now", "<s?s?:s>", 2, 2, NowFunction},
    {"millis", "<:n>", 0, 0, MillisFunction},
    {"fromMillis", "<n-s?s?:s>", 3, 3, FromMillisFunction},
    {"toMillis", "<s-s?:n>", 2, 2, ToMillisFunction},
    {"number", "<(nsb)-:n>", 1, 1, NumberFunction},
    {"floor", "<n-:n>", 1, 1, FloorFunction},
    {"ceil", "<n-:n>", 1, 1, CeilFunction},
    {"round", "<n-n?:n>", 2, 2, RoundFunction},
    {"abs", "<n-:n>", 1, 1, AbsFunction},
    {"sqrt", "<n-:n>", 1, 1, SqrtFunction},
    {"power", "<n-n:n>", 2, 2, PowerFunction},
    {"random", "<:n>", 0, 0, RandomFunction},
    {"boolean", "<x-:b>", 1, 1, BooleanFunction},
    {"not", "<x-:b>", 1, 1, NotFunction},
    {"map", "<af>", 2, 2, MapFunction},
    {"zip", "<a+>", 0, 0, ZipFunction},
    {"filter", "<af>", 2, 2, FilterFunction},
    {"single", "<af?>", 2, 2, SingleFunction},
    {"reduce", "<afj?:j>", 3, 3, ReduceFunction},
    {"sift", "<o-f?:o>", 2, 2, SiftFunction},
    {"keys", "<x-:a<s>>", 1, 1, KeysFunction},
    {"lookup", "<x-s:x>", 2, 2, LookupFunction},
    {"append", "<xx:a>", 2, 2, AppendFunction},
    {"exists", "<x:b>", 1, 1, ExistsFunction},
    {"spread", "<x-:a<o>>", 1, 1, SpreadFunction},
    {"merge", "<a<o>:o>", 1, 1, MergeFunction},
    {"reverse", "<a:a>", 1, 1, ReverseFunction},
    {"each", "<o-f:a>", 2, 2, EachFunction},
    {"error", "<s?:x>", 1, 1, ErrorFunction},
    {"assert", "<bs?:x>", 2, 2, AssertFunction},
    {"type", "<x:s>", 1, 1, TypeFunction},
    {"sort", "<af?:a>", 2, 2, SortFunction},
    {"shuffle", "<a:a>", 1, 1, ShuffleFunction},
    {"distinct", "<x:x>", 1, 1, DistinctFunction},
    {"base64encode", "<s-:s>", 1, 1, Base64EncodeFunction},
    {"base64decode", "<s-:s>", 1, 1, Base64DecodeFunction},
    {"encodeUrlComponent", "<s-:s>", 1, 1, EncodeUrlComponentFunction},
    {"encodeUrl", "<s-:s>", 1, 1, EncodeUrlFunction},
    {"decodeUrlComponent", "<s-:s>", 1, 1, DecodeUrlComponentFunction},
    {"decodeUrl", "<s-:s>", 1, 1, DecodeUrlFunction},
    {"clone", "<(oa)-:o>", 1, 1, CloneFunction},
};

// What Step Functions adds, or has otherwise.
constexpr Builtin kAwsBuiltins[] = {
    {"partition", "<an?:a>", 2, 2, PartitionFunction},
    {"range", "<nnn:a>", 3, 3, RangeFunction},
    {"hash", "<ss?:s>", 2, 2, HashFunction},
    {"random", "<n?:n>", 1, 1, SeededRandomFunction},
    {"uuid", "<:s>", 0, 0, UuidFunction},
    {"parse", "<s?:x>", 1, 1, ParseFunction},
};

struct Table {
  absl::flat_hash_map<std::string_view, const Builtin*> by_name;
  absl::flat_hash_map<std::string_view, const Builtin*> by_name_on_aws;
  absl::flat_hash_map<const Builtin*, Signature> signatures;

  Table() {
    for (const Builtin& builtin : kBuiltins) {
      by_name[builtin.name] = &builtin;
      by_name_on_aws[builtin.name] = &builtin;
      AddSignature(builtin);
    }
    for (const Builtin& builtin : kAwsBuiltins) {
      by_name_on_aws[builtin.name] = &builtin;
      AddSignature(builtin);
    }
  }

  void AddSignature(const Builtin& builtin) {
    Failure failure;
    signatures.emplace(&builtin,
                       *Signature::Parse(builtin.signature, &failure));
  }
};

const Table& TheTable() {
  static const Table table;
  return table;
}

}  // namespace

const Builtin* FindBuiltin(std::string_view name, bool aws) {
  const auto& by_name = aws ? TheTable().by_name_on_aws : TheTable().by_name;
  auto it = by_name.find(name);
  return it == by_name.end() ? nullptr : it->second;
}

const Signature& SignatureOf(const Builtin& builtin) {
  return TheTable().signatures.at(&builtin);
}

}  // namespace stepwheel::asl::jsonata
