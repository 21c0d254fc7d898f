// The built-in functions, by what they work on. Each gets arguments that its
// signature has checked and returns a cell; functions.cc has the table.
#ifndef STEPWHEEL_ASL_JSONATA_FUNCTIONS_H_
#define STEPWHEEL_ASL_JSONATA_FUNCTIONS_H_

#include "asl/jsonata/cell.h"
#include "asl/jsonata/evaluator.h"
#include "asl/jsonata/signature.h"

namespace stepwheel::asl::jsonata {

// functions_string.cc
Cell StringFunction(Evaluator& e, const Arguments& a);
Cell SubstringFunction(Evaluator& e, const Arguments& a);
Cell SubstringBeforeFunction(Evaluator& e, const Arguments& a);
Cell SubstringAfterFunction(Evaluator& e, const Arguments& a);
Cell LowercaseFunction(Evaluator& e, const Arguments& a);
Cell UppercaseFunction(Evaluator& e, const Arguments& a);
Cell LengthFunction(Evaluator& e, const Arguments& a);
Cell TrimFunction(Evaluator& e, const Arguments& a);
Cell PadFunction(Evaluator& e, const Arguments& a);
Cell JoinFunction(Evaluator& e, const Arguments& a);

// functions_pattern.cc
Cell ContainsFunction(Evaluator& e, const Arguments& a);
Cell MatchFunction(Evaluator& e, const Arguments& a);
Cell ReplaceFunction(Evaluator& e, const Arguments& a);
Cell SplitFunction(Evaluator& e, const Arguments& a);

// functions_encoding.cc
Cell Base64EncodeFunction(Evaluator& e, const Arguments& a);
Cell Base64DecodeFunction(Evaluator& e, const Arguments& a);
Cell EncodeUrlComponentFunction(Evaluator& e, const Arguments& a);
Cell EncodeUrlFunction(Evaluator& e, const Arguments& a);
Cell DecodeUrlComponentFunction(Evaluator& e, const Arguments& a);
Cell DecodeUrlFunction(Evaluator& e, const Arguments& a);

// functions_number.cc
Cell SumFunction(Evaluator& e, const Arguments& a);
Cell MaxFunction(Evaluator& e, const Arguments& a);
Cell MinFunction(Evaluator& e, const Arguments& a);
Cell AverageFunction(Evaluator& e, const Arguments& a);
Cell NumberFunction(Evaluator& e, const Arguments& a);
Cell AbsFunction(Evaluator& e, const Arguments& a);
Cell FloorFunction(Evaluator& e, const Arguments& a);
Cell CeilFunction(Evaluator& e, const Arguments& a);
Cell RoundFunction(Evaluator& e, const Arguments& a);
Cell SqrtFunction(Evaluator& e, const Arguments& a);
Cell PowerFunction(Evaluator& e, const Arguments& a);
Cell RandomFunction(Evaluator& e, const Arguments& a);

// functions_array.cc
Cell CountFunction(Evaluator& e, const Arguments& a);
Cell AppendFunction(Evaluator& e, const Arguments& a);
Cell ReverseFunction(Evaluator& e, const Arguments& a);
Cell ShuffleFunction(Evaluator& e, const Arguments& a);
Cell DistinctFunction(Evaluator& e, const Arguments& a);
Cell ZipFunction(Evaluator& e, const Arguments& a);
Cell SortFunction(Evaluator& e, const Arguments& a);

// functions_object.cc
Cell KeysFunction(Evaluator& e, const Arguments& a);
Cell LookupFunction(Evaluator& e, const Arguments& a);
Cell SpreadFunction(Evaluator& e, const Arguments& a);
Cell MergeFunction(Evaluator& e, const Arguments& a);
Cell TypeFunction(Evaluator& e, const Arguments& a);
Cell BooleanFunction(Evaluator& e, const Arguments& a);
Cell NotFunction(Evaluator& e, const Arguments& a);
Cell ExistsFunction(Evaluator& e, const Arguments& a);
Cell CloneFunction(Evaluator& e, const Arguments& a);
Cell ErrorFunction(Evaluator& e, const Arguments& a);
Cell AssertFunction(Evaluator& e, const Arguments& a);

// functions_callback.cc
Cell MapFunction(Evaluator& e, const Arguments& a);
Cell FilterFunction(Evaluator& e, const Arguments& a);
Cell SingleFunction(Evaluator& e, const Arguments& a);
Cell ReduceFunction(Evaluator& e, const Arguments& a);
Cell EachFunction(Evaluator& e, const Arguments& a);
Cell SiftFunction(Evaluator& e, const Arguments& a);

// functions_picture.cc
Cell NowFunction(Evaluator& e, const Arguments& a);
Cell MillisFunction(Evaluator& e, const Arguments& a);
Cell FromMillisFunction(Evaluator& e, const Arguments& a);
Cell ToMillisFunction(Evaluator& e, const Arguments& a);
Cell FormatNumberFunction(Evaluator& e, const Arguments& a);
Cell FormatBaseFunction(Evaluator& e, const Arguments& a);
Cell FormatIntegerFunction(Evaluator& e, const Arguments& a);
Cell ParseIntegerFunction(Evaluator& e, const Arguments& a);

// functions_aws.cc
Cell PartitionFunction(Evaluator& e, const Arguments& a);
Cell RangeFunction(Evaluator& e, const Arguments& a);
Cell HashFunction(Evaluator& e, const Arguments& a);
Cell SeededRandomFunction(Evaluator& e, const Arguments& a);
Cell UuidFunction(Evaluator& e, const Arguments& a);
Cell ParseFunction(Evaluator& e, const Arguments& a);

}  // namespace stepwheel::asl::jsonata

#endif  // STEPWHEEL_ASL_JSONATA_FUNCTIONS_H_
