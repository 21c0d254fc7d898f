#include "api/calls/protocol.h"

#include <algorithm>
#include <array>
#include <cctype>

#include "asl/json.h"
#include "engine/integrations/answer.h"

namespace stepwheel::calls {
namespace {

using asl::Value;
using engine::Integration;
using engine::Protocol;
using std::chrono::milliseconds;

// A function may run for 15 minutes; then Lambda answers.
constexpr milliseconds kLambdaTimeout = std::chrono::seconds(930);
constexpr milliseconds kJsonTimeout = std::chrono::seconds(60);

bool SameName(std::string_view a, std::string_view b) {
  auto lower = [](char c) {
    return std::tolower(static_cast<unsigned char>(c));
  };
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](char x, char y) { return lower(x) == lower(y); });
}

std::string PercentEncoded(std::string_view text) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string out;
  for (char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_' || c == '.' ||
        c == '~') {
      out.push_back(c);
      continue;
    }
    out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

std::string TextOf(const Value& parameters, std::string_view name) {
  return engine::JsonText(parameters.Find(name)).value_or("");
}

// --- Lambda -----------------------------------------------------------------

struct Function {
  std::string name;
  std::string qualifier;
};

// A function of this account and region goes by its bare name, the only thing
// that many local endpoints know.
Function FunctionOf(std::string_view text, const Place& place) {
  const std::string ours =
      ":lambda:" + place.region + ":" + place.account + ":function:";
  const size_t at = text.find(ours);
  std::string_view name = text;
  if (text.starts_with("arn:")) {
    if (at == std::string_view::npos) return {std::string(text), ""};
    name = text.substr(at + ours.size());
  } else if (text.find(":function:") != std::string_view::npos) {
    return {std::string(text), ""};  // "ACCOUNT:function:NAME"
  }
  const size_t colon = name.find(':');
  if (colon == std::string_view::npos) return {std::string(name), ""};
  return {std::string(name.substr(0, colon)),
          std::string(name.substr(colon + 1))};
}

ServiceRequest BuildInvoke(const engine::Call& call, const Place& place) {
  const bool by_arn =
      call.resource->kind == asl::Resource::Kind::kLambdaFunction;
  const Value& p = call.parameters;
  ServiceRequest request;
  request.timeout = kLambdaTimeout;
  Function function = FunctionOf(
      by_arn ? call.resource->arn : TextOf(p, "FunctionName"), place);
  if (by_arn) {
    request.body = p.Text();
  } else {
    const std::string qualifier = TextOf(p, "Qualifier");
    if (!qualifier.empty()) function.qualifier = qualifier;
    request.body = TextOf(p, "Payload");
    for (const auto& [member, header] :
         {std::pair<std::string_view, std::string_view>{
              "InvocationType", "X-Amz-Invocation-Type"},
          {"LogType", "X-Amz-Log-Type"},
          {"ClientContext", "X-Amz-Client-Context"}}) {
      const std::string text = TextOf(p, member);
      if (!text.empty()) request.headers.emplace_back(header, text);
    }
  }
  request.headers.emplace_back("Content-Type", "application/json");
  request.target =
      "/2015-03-31/functions/" + PercentEncoded(function.name) + "/invocations";
  if (!function.qualifier.empty()) {
    request.target += "?Qualifier=" + PercentEncoded(function.qualifier);
  }
  return request;
}

// AWS's runtime interface emulator, which stands for Lambda in container images
// on a laptop, has none of Lambda's headers: that a function failed is seen by
// its payload alone, which is then that of AWS. An answer of Lambda itself, or
// of an emulator with its headers, is never read so.
constexpr std::string_view kEmulatorTimedOut = "Task timed out after ";

bool SaysFailureByPayload(const ServiceResponse& response) {
  if (!response.Header("x-amzn-RequestId").empty() ||
      !response.Header("X-Amz-Executed-Version").empty()) {
    return false;
  }
  if (response.body.starts_with(kEmulatorTimedOut)) return true;
  // Most results need not be parsed for it.
  if (response.body.find("\"errorType\"") == std::string::npos) return false;
  asl::JsonError ignored;
  const std::optional<Value> payload = asl::ParseJson(response.body, &ignored);
  if (!payload || !payload->is_object()) return false;
  constexpr std::array<std::string_view, 5> kMembers = {
      "errorMessage", "errorType", "requestId", "stackTrace", "trace"};
  for (const asl::Member& member : payload->as_object()) {
    if (std::find(kMembers.begin(), kMembers.end(), member.key()) ==
        kMembers.end()) {
      return false;
    }
  }
  const Value* type = payload->Find("errorType");
  return type->is_string() && payload->Find("errorMessage") != nullptr;
}

// The function itself failed: its error type is the error's name and the whole
// payload its cause.
asl::Error FunctionError(const std::string& payload) {
  asl::JsonError ignored;
  const std::optional<Value> parsed = asl::ParseJson(payload, &ignored);
  const Value* type = parsed ? parsed->Find("errorType") : nullptr;
  if (type != nullptr && type->is_string() && !type->as_string().empty()) {
    return asl::Error{std::string(type->as_string()), payload};
  }
  if (payload.starts_with(kEmulatorTimedOut)) {
    return asl::Error{"Sandbox.Timedout", payload};
  }
  return asl::Error{"Lambda.Unknown",
                    "The cause could not be determined because Lambda did not "
                    "return an error type. Returned payload: " +
                        payload};
}

engine::AnswerHead HeadOf(const ServiceResponse& response) {
  std::string_view id = response.Header("x-amzn-RequestId");
  if (id.empty()) id = response.Header("x-amz-request-id");
  return {response.status, std::string(id), response.headers};
}

asl::Outcome<Value> ReadInvoke(const engine::Call& call,
                               const ServiceResponse& response) {
  std::string_view failed = response.Header("X-Amz-Function-Error");
  if (failed.empty() && SaysFailureByPayload(response)) failed = "Unhandled";
  if (!failed.empty() && !call.resource->aws_sdk) {
    return FunctionError(response.body);
  }
  const bool by_arn =
      call.resource->kind == asl::Resource::Kind::kLambdaFunction;
  std::optional<Value> payload;
  if (call.resource->aws_sdk) {
    payload = Value(response.body);
  } else if (!response.body.empty() || by_arn) {
    asl::JsonError error;
    payload = asl::ParseJson(response.body, &error, true);
    if (!payload) {
      return asl::Error{
          "Lambda.Unknown",
          "The function returned a payload that is not JSON: " + error.message};
    }
  }
  if (by_arn) return *payload;
  asl::Members result;
  auto add = [&](std::string_view member, std::string_view header) {
    const std::string_view text = response.Header(header);
    if (!text.empty()) result.emplace_back(member, Value(text));
  };
  add("ExecutedVersion", "X-Amz-Executed-Version");
  if (!failed.empty()) result.emplace_back("FunctionError", Value(failed));
  add("LogResult", "X-Amz-Log-Result");
  if (payload) result.emplace_back("Payload", std::move(*payload));
  if (!call.resource->aws_sdk) {
    engine::AppendMetadata(HeadOf(response), &result);
  }
  result.emplace_back("StatusCode", Value(response.status));
  return Value(std::move(result));
}

// --- AWS JSON ---------------------------------------------------------------

// Members that are null are as good as absent; "MessageBody" and the like are
// text on the wire, whatever JSON the definition has there.
Value WireParameters(const engine::Call& call, const Integration& found) {
  asl::Members members;
  for (const asl::Member& member : call.parameters.as_object()) {
    if (member.value.is_null()) continue;
    bool json = false;
    if (found.action != nullptr) {
      for (const engine::Parameter& p : found.action->parameters) {
        if (p.name != member.key()) continue;
        json = p.type == engine::ParameterType::kJson;
      }
    }
    members.emplace_back(
        member.name,
        json ? Value(*engine::JsonText(&member.value)) : member.value);
  }
  return Value(std::move(members));
}

ServiceRequest BuildJson(const engine::Call& call, const Integration& found) {
  ServiceRequest request;
  request.timeout = kJsonTimeout;
  std::string operation = call.resource->action;
  operation[0] =
      static_cast<char>(std::toupper(static_cast<unsigned char>(operation[0])));
  request.headers.emplace_back("Content-Type", "application/x-amz-json-1.0");
  request.headers.emplace_back(
      "X-Amz-Target", std::string(found.service->target) + "." + operation);
  request.body = call.parameters.is_object()
                     ? WireParameters(call, found).Text()
                     : call.parameters.Text();
  return request;
}

asl::Outcome<Value> ReadJson(const engine::Call& call,
                             const ServiceResponse& response) {
  asl::JsonError error;
  std::optional<Value> body = response.body.empty()
                                  ? Value::EmptyObject()
                                  : asl::ParseJson(response.body, &error);
  if (!body || !body->is_object()) {
    return engine::ClientError(
        *engine::FindIntegration(*call.resource)->service,
        "the response is no JSON object");
  }
  if (call.resource->aws_sdk) return *body;
  asl::Members result = body->as_object();
  engine::AppendMetadata(HeadOf(response), &result);
  return Value(std::move(result));
}

// --- Refusals ---------------------------------------------------------------

// "com.amazonaws.sqs#QueueDoesNotExist:http://..." is QueueDoesNotExist.
std::string_view BareCode(std::string_view code) {
  code = code.substr(0, code.find(':'));
  const size_t hash = code.find('#');
  return hash == std::string_view::npos ? code : code.substr(hash + 1);
}

asl::Error ReadRefusal(const Integration& found,
                       const ServiceResponse& response) {
  asl::JsonError ignored;
  const Value body = asl::ParseJson(response.body, &ignored).value_or(Value());
  auto text = [&body](std::string_view name) -> std::string_view {
    const Value* v = body.Find(name);
    return v != nullptr && v->is_string() ? v->as_string() : "";
  };
  std::string_view code = BareCode(response.Header("x-amzn-errortype"));
  if (code.empty()) code = BareCode(text("__type"));
  std::string_view message = text("message");
  if (message.empty()) message = text("Message");
  std::string own_words;
  if (message.empty()) {
    own_words = "The service answered HTTP " + std::to_string(response.status);
    // What is no answer of AWS is mostly a line that says what it is.
    constexpr size_t kShownMax = 200;
    const std::string line =
        response.body.substr(0, response.body.find_first_of("\r\n"));
    const bool printable = std::all_of(
        line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
    if (body.is_null() && printable && !line.empty()) {
      own_words += ": " + line.substr(0, kShownMax);
    }
    message = own_words;
  }
  // Services that once spoke another protocol keep its codes.
  std::string_view shown = response.Header("x-amzn-query-error");
  shown = shown.substr(0, shown.find(';'));
  return engine::ServiceError(*found.service, HeadOf(response), code, message,
                              shown);
}

}  // namespace

std::string_view ServiceResponse::Header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (SameName(key, name)) return value;
  }
  return "";
}

ServiceRequest BuildRequest(const engine::Call& call, const Integration& found,
                            const Place& place) {
  ServiceRequest request = found.service->protocol == Protocol::kLambda
                               ? BuildInvoke(call, place)
                               : BuildJson(call, found);
  request.service = std::string(found.service->endpoint);
  return request;
}

asl::Outcome<Value> ReadResponse(const engine::Call& call,
                                 const Integration& found,
                                 const ServiceResponse& response) {
  constexpr int kOk = 200;
  constexpr int kBeyondOk = 300;
  const bool ok = response.status >= kOk && response.status < kBeyondOk;
  // A function whose process ends is a 502 of the emulator.
  const bool function_failed = found.service->protocol == Protocol::kLambda &&
                               !ok && SaysFailureByPayload(response);
  if (!ok && !function_failed) return ReadRefusal(found, response);
  return found.service->protocol == Protocol::kLambda
             ? ReadInvoke(call, response)
             : ReadJson(call, response);
}

asl::Error ErrorOf(const engine::Call& call, const Integration& found,
                   const SendFailure& failure) {
  if (failure.too_large) return engine::TooLarge(*call.resource);
  return engine::ClientError(*found.service, failure.why);
}

}  // namespace stepwheel::calls
