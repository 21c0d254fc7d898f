#include "api/aws/router.h"

#include <utility>

#include "api/aws/errors.h"
#include "api/aws/json_response.h"
#include "api/aws/render.h"

namespace stepwheel::aws {
namespace {

constexpr int64_t kTaskTokenMax = 2048;

bool IsHealth(std::string_view path) {
  return path == "/_stepwheel/health" || path == "/health" ||
         path == "/_localstack/health";
}

// Why a POST / cannot be an operation of AWS.
std::string TargetProblem(const http::Request& request) {
  if (request.x_amz_target.empty()) {
    return "The header X-Amz-Target is missing; expected "
           "AWSStepFunctions.<Operation>, for example "
           "AWSStepFunctions.ListStateMachines";
  }
  if (!OperationName(request.x_amz_target)) {
    return "Expected X-Amz-Target: AWSStepFunctions.<Operation>, found '" +
           std::string(request.x_amz_target) + "'";
  }
  if (!IsJsonContentType(request.content_type)) {
    return "Expected Content-Type: application/x-amz-json-1.0, found '" +
           std::string(request.content_type) + "'";
  }
  return "Unknown operation: '" + std::string(request.x_amz_target) + "'";
}

std::string Example(const std::string& url) {
  return "aws stepfunctions list-state-machines --region us-east-1 "
         "--endpoint-url " +
         url;
}

}  // namespace

Router::Router(engine::Engine* engine, RouterOptions options)
    : engine_(engine),
      options_(std::move(options)),
      polls_(engine, options_.polls),
      ids_(options_.request_id_seed) {}

void Router::Handle(const http::Request& request, http::Responder responder) {
  std::string_view path = request.target.substr(0, request.target.find('?'));
  bool get = request.method == "GET" || request.method == "HEAD";
  if (path == "/" && request.method == "POST") {
    return HandleAws(request, std::move(responder));
  }
  if (options_.own && path.starts_with("/_stepwheel/") &&
      options_.own(path, request, responder)) {
    return;
  }
  if (path == "/" && get) return SendWelcome(request, responder);
  if (IsHealth(path) && get) return SendHealth(responder);
  // The second is served by RouterOptions::own.
  if (path == "/" || IsHealth(path) || path == "/_stepwheel/metrics") {
    return Send(
        responder,
        ProblemResponse(405,
                        "Method " + std::string(request.method) +
                            " is not allowed at " + std::string(path) +
                            "; use " + (path == "/" ? "POST or GET" : "GET"),
                        path == "/" ? "GET, HEAD, POST" : "GET, HEAD"));
  }
  Send(responder,
       ProblemResponse(
           404, "There is nothing at " + std::string(path) +
                    "; the AWS API is POST /, help is GET /, and there are GET "
                    "/_stepwheel/health, /_stepwheel/metrics and "
                    "/_stepwheel/clock"));
}

// Only if a timer is due does it matter that a request waited to be read.
engine::Received Router::ReceivedAt(const http::Request& request,
                                    const http::Responder& responder) const {
  const Instant read = Instant::FromUnixMillis(request.read_at_ms);
  if (!options_.real_time || !engine_->TimerDue(read)) return read;
  const std::optional<int64_t> arrived = responder.arrived_at_ms();
  if (!arrived) return read;
  return {Instant::FromUnixMillis(*arrived), read};
}

void Router::HandleAws(const http::Request& request,
                       http::Responder responder) {
  RequestId id = ids_.Next();
  const engine::Received at = ReceivedAt(request, responder);
  std::optional<std::string_view> name = OperationName(request.x_amz_target);
  const Operation* operation = name && IsJsonContentType(request.content_type)
                                   ? FindOperation(*name)
                                   : nullptr;
  Answer answer(std::move(responder), id,
                operation == nullptr ? std::string_view() : operation->name,
                &options_.log);
  if (operation == nullptr) {
    return answer.Fail(FormOf(ProtocolError::kUnknownOperation),
                       TargetProblem(request));
  }
  if (operation->run == nullptr) {
    return answer.Unsupported(operation->name);
  }
  // The hot path: a heartbeat needs no JSON tree.
  if (operation->run == SendTaskHeartbeat) {
    std::optional<std::string_view> token = OnlyTaskToken(request.body);
    if (token && !token->empty() && token->size() <= kTaskTokenMax) {
      return engine_->SendTaskHeartbeat(
          *token, at,
          [answer = std::move(answer)](engine::Result<engine::Nothing> r) {
            if (r.ok()) return answer.Ok("{}");
            answer.Fail(r.error());
          });
    }
  }
  ParamsError error;
  std::optional<asl::Value> body = ParseBody(request.body, &error);
  if (!body) return answer.Fail(FormOf(error.kind), error.message);
  if (auto problem = CheckParams(*body, operation->members)) {
    return answer.Fail(FormOf(problem->kind), problem->message);
  }
  operation->run(
      Call{engine_, &polls_, at, Params(std::move(*body)), std::move(answer)});
}

void Router::SendWelcome(const http::Request& request,
                         const http::Responder& responder) {
  if (request.accept.find("application/json") != std::string_view::npos) {
    std::string body;
    ObjectWriter(&body)
        .String("endpoint", url_)
        .String("example", Example(url_))
        .String("health", url_ + "/_stepwheel/health")
        .String("name", "Stepwheel")
        .String("protocol",
                "AWS JSON 1.0: POST / with X-Amz-Target: "
                "AWSStepFunctions.<Operation>")
        .String("version", options_.version)
        .Close();
    return Send(responder, JsonResponse(200, std::move(body)));
  }
  http::Response response;
  response.content_type = "text/plain; charset=utf-8";
  response.request_id = NextRequestId();
  response.body = "Stepwheel " + options_.version +
                  ": AWS Step Functions on your own machine.\n\n"
                  "The API is that of AWS (AWS JSON 1.0, POST /). Point any "
                  "AWS SDK or the AWS CLI here:\n\n  " +
                  Example(url_) +
                  "\n\nCredentials are not checked, but clients want some: "
                  "AWS_ACCESS_KEY_ID=x AWS_SECRET_ACCESS_KEY=x\n"
                  "Health: " +
                  url_ + "/_stepwheel/health\n";
  responder.Send(std::move(response));
}

void Router::SendHealth(const http::Responder& responder) {
  engine::EngineStats stats = engine_->stats();
  std::string body;
  ObjectWriter(&body)
      .String("account", engine_->account())
      .Int("commitFailures", stats.commit_failures)
      .Int("executionsRecovered", stats.executions_recovered)
      .Int("pollers", stats.pollers)
      .String("region", engine_->region())
      .Json("services", R"({"stepfunctions":"running"})")
      .String("status", "ok")
      .String("version", options_.version)
      .Close();
  Send(responder, JsonResponse(200, std::move(body)));
}

void Router::Send(const http::Responder& responder, http::Response response) {
  response.request_id = NextRequestId();
  responder.Send(std::move(response));
}

}  // namespace stepwheel::aws
