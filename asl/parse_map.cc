// Map: the processor, the items, and the fields of a distributed Map, which are
// checked by form (reference: asl.md 11).
#include <algorithm>
#include <utility>

#include "asl/parse_context.h"

namespace stepwheel::asl {
namespace {

constexpr int64_t kMaxItemsMax = 100'000'000;  // asl.md 11.1
constexpr int64_t kBatchBytesMax = 262'144;    // asl.md 11.1
constexpr size_t kLabelMax = 40;               // quotas.md 4

// Runs `parse` on an object field's own reader.
template <class Parse>
void WithObject(FieldReader& fields, std::string_view field, StateContext& s,
                Parse parse) {
  const Value* value = fields.Object(field);
  if (value == nullptr) return;
  FieldReader inner(*value, fields.At(field), fields.diagnostics());
  parse(inner);
}

void ParseProcessorConfig(FieldReader& config, StateContext& s,
                          MapState* body) {
  config.AllowOnly({"Mode", "ExecutionType"});
  body->distributed = config.OneOf("Mode", {"INLINE", "DISTRIBUTED"}) == 1;
  if (!body->distributed) {
    if (config.Has("ExecutionType")) {
      config.Refuse("ExecutionType", "Field 'ExecutionType' is not supported");
    }
    return;
  }
  config.Require({"ExecutionType"});
  config.OneOf("ExecutionType", {"STANDARD", "EXPRESS"});
  if (s.machine.type == MachineType::kExpress) {
    config.ErrorAt("Mode",
                   "The field 'Mode' with value 'DISTRIBUTED' is not supported "
                   "inside 'EXPRESS' state machines");
  }
}

void ParseProcessor(StateContext& s, MapState* body) {
  const bool one = s.fields.ExactlyOne({"ItemProcessor", "Iterator"});
  const std::string_view name =
      s.fields.Has("ItemProcessor") ? "ItemProcessor" : "Iterator";
  WithObject(s.fields, name, s, [&](FieldReader& processor) {
    processor.AllowOnly({"ProcessorConfig", "StartAt", "States", "Comment"});
    WithObject(processor, "ProcessorConfig", s, [&](FieldReader& config) {
      ParseProcessorConfig(config, s, body);
    });
    if (one) body->processor = ParseFlow(processor, s.state.index, s.machine);
  });
}

bool IsS3Resource(std::string_view arn,
                  std::initializer_list<std::string_view> actions) {
  constexpr std::string_view kService = ":states:::s3:";
  const size_t at = arn.find(kService);
  if (!arn.starts_with("arn:") || at == std::string_view::npos) return false;
  const std::string_view action = arn.substr(at + kService.size());
  return std::find(actions.begin(), actions.end(), action) != actions.end();
}

void ParseS3Resource(FieldReader& fields,
                     std::initializer_list<std::string_view> actions) {
  const auto resource = fields.String("Resource");
  if (resource && !IsS3Resource(*resource, actions)) {
    fields.ErrorAt("Resource",
                   "The field 'Resource' does not match any of the allowed "
                   "values");
  }
}

void ParseReaderConfig(FieldReader& config, StateContext& s) {
  config.AllowOnly({"InputType", "Transformation", "ManifestType",
                    "CSVHeaderLocation", "CSVHeaders", "CSVDelimiter",
                    "MaxItems", "MaxItemsPath", "ItemsPointer"});
  CheckLanguage(config, s.state.query_language);
  const auto type = config.OneOf(
      "InputType", {"CSV", "JSON", "JSONL", "PARQUET", "MANIFEST"});
  config.OneOf("Transformation", {"NONE", "LOAD_AND_FLATTEN"});
  config.OneOf("ManifestType", {"ATHENA_DATA", "S3_INVENTORY"});
  const auto header = config.OneOf("CSVHeaderLocation", {"FIRST_ROW", "GIVEN"});
  config.OneOf("CSVDelimiter", {"COMMA", "PIPE", "SEMICOLON", "SPACE", "TAB"});
  if (type == 0 && !config.Has("CSVHeaderLocation")) {
    config.Error("The field 'CSVHeaderLocation' is required");
  }
  if (header == 1) config.Require({"CSVHeaders"});
  config.Array("CSVHeaders");
  config.String("ItemsPointer");
  config.AtMostOne({"MaxItems", "MaxItemsPath"});
  ParseInteger(config, "MaxItems", 0, kMaxItemsMax, s);
}

void ParseItemReader(FieldReader& reader, StateContext& s) {
  reader.AllowOnly({"Resource", "Parameters", "Arguments", "ReaderConfig"});
  CheckLanguage(reader, s.state.query_language);
  reader.Require({"Resource"});
  ParseS3Resource(reader, {"getObject", "listObjectsV2"});
  ParseTemplate(reader, s.jsonata() ? "Arguments" : "Parameters", s);
  WithObject(reader, "ReaderConfig", s,
             [&](FieldReader& config) { ParseReaderConfig(config, s); });
}

void ParseItemBatcher(FieldReader& batcher, StateContext& s) {
  batcher.AllowOnly({"MaxItemsPerBatch", "MaxItemsPerBatchPath",
                     "MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath",
                     "BatchInput"});
  CheckLanguage(batcher, s.state.query_language);
  batcher.AtMostOne({"MaxItemsPerBatch", "MaxItemsPerBatchPath"});
  batcher.AtMostOne({"MaxInputBytesPerBatch", "MaxInputBytesPerBatchPath"});
  ParseInteger(batcher, "MaxItemsPerBatch", 0, INT64_MAX, s);
  ParseInteger(batcher, "MaxInputBytesPerBatch", 0, kBatchBytesMax, s);
  ParseTemplate(batcher, "BatchInput", s);
}

void ParseResultWriter(FieldReader& writer, StateContext& s) {
  writer.AllowOnly({"Resource", "Parameters", "Arguments", "WriterConfig"});
  CheckLanguage(writer, s.state.query_language);
  ParseS3Resource(writer, {"putObject"});
  ParseTemplate(writer, s.jsonata() ? "Arguments" : "Parameters", s);
  WithObject(writer, "WriterConfig", s, [](FieldReader& config) {
    config.AllowOnly({"Transformation", "OutputType"});
    config.OneOf("Transformation", {"NONE", "COMPACT", "FLATTEN"});
    config.OneOf("OutputType", {"JSON", "JSONL"});
  });
}

void ParseLabel(StateContext& s) {
  const auto label = s.fields.String("Label");
  if (!label || (!label->empty() && CodePoints(*label) <= kLabelMax)) return;
  AddDiagnostic({.code = "INVALID_LABEL_NAME",
                 .message = "The label must have 1 to 40 characters, but has " +
                            std::to_string(CodePoints(*label)),
                 .location = s.fields.At("Label")},
                s.fields.diagnostics());
}

void ParseDistributed(StateContext& s, bool distributed) {
  if (!distributed) {
    for (std::string_view field :
         {"ItemReader", "ItemBatcher", "ResultWriter", "Label"}) {
      if (s.fields.Has(field)) {
        s.fields.Refuse(field,
                        "Field '" + std::string(field) + "' is not supported");
      }
    }
    return;
  }
  WithObject(s.fields, "ItemReader", s,
             [&](FieldReader& reader) { ParseItemReader(reader, s); });
  WithObject(s.fields, "ItemBatcher", s,
             [&](FieldReader& batcher) { ParseItemBatcher(batcher, s); });
  WithObject(s.fields, "ResultWriter", s,
             [&](FieldReader& writer) { ParseResultWriter(writer, s); });
  ParseLabel(s);
}

void ParseTolerance(StateContext& s, MapState* body) {
  s.fields.AtMostOne({"ToleratedFailureCount", "ToleratedFailureCountPath"});
  s.fields.AtMostOne(
      {"ToleratedFailurePercentage", "ToleratedFailurePercentagePath"});
  body->tolerated_failure_count =
      ParseInteger(s.fields, "ToleratedFailureCount", 0, INT64_MAX, s);
  body->tolerated_failure_percentage =
      ParseNumber(s.fields, "ToleratedFailurePercentage", 0.0, 100.0, s);
}

}  // namespace

void ParseMap(StateContext& s) {
  MapState body;
  ParseProcessor(s, &body);
  body.items_path = ParsePathField(s.fields, "ItemsPath", true, s);
  body.items = ParseItems(s.fields, s);
  s.fields.AtMostOne({"ItemSelector", "Parameters"});
  body.item_selector = ParseTemplate(
      s.fields, s.fields.Has("ItemSelector") ? "ItemSelector" : "Parameters",
      s);
  s.fields.AtMostOne({"MaxConcurrency", "MaxConcurrencyPath"});
  body.max_concurrency =
      ParseInteger(s.fields, "MaxConcurrency", 0, INT64_MAX, s);
  ParseDistributed(s, body.distributed);
  ParseTolerance(s, &body);
  s.state.body = std::move(body);
}

}  // namespace stepwheel::asl
