#include "api/calls/dispatcher.h"

#include <utility>

namespace stepwheel::calls {

using engine::AttemptKey;
using engine::Integration;
using engine::Protocol;

bool ServiceDispatcher::CanCall(const asl::Resource& resource,
                                std::string* why) {
  const std::optional<Integration> found = engine::FindIntegration(resource);
  if (!found) {
    *why = "there is no support for " + resource.resource_type + ":" +
           resource.resource + " yet.";
    return false;
  }
  if (found->service->protocol == Protocol::kStepFunctions) {
    if (options_.own_service) return true;
    *why = "the operations of Step Functions are not served here.";
    return false;
  }
  return sender_->CanSend(found->service->endpoint, why);
}

void ServiceDispatcher::Start(const engine::Call& call) {
  const AttemptKey key = call.key;
  const Integration found = *engine::FindIntegration(*call.resource);
  calls_.insert_or_assign(key, OpenCall{call});
  if (found.service->protocol == Protocol::kStepFunctions) {
    options_.own_service(
        call.resource->action, call.parameters,
        [this, key, found,
         alive = std::weak_ptr<bool>(alive_)](const OwnAnswer& answer) {
          if (alive.expired()) return;
          Finish(key, ReadOwnAnswer(*found.service, answer));
        });
    return;
  }
  const uint64_t request = sender_->Send(
      BuildRequest(call, found, options_.place),
      [this, key, found](const SendResult& result) {
        auto it = calls_.find(key);
        if (it == calls_.end()) return;
        const engine::Call& answered = it->second.call;
        const auto* response = std::get_if<ServiceResponse>(&result);
        Finish(key,
               response != nullptr
                   ? ReadResponse(answered, found, *response)
                   : ErrorOf(answered, found, std::get<SendFailure>(result)));
      });
  calls_.find(key)->second.request = request;
  ++sent_;
}

std::optional<ServiceDispatcher::OpenCall> ServiceDispatcher::Take(
    AttemptKey key) {
  auto it = calls_.find(key);
  if (it == calls_.end()) return std::nullopt;
  OpenCall open = std::move(it->second);
  calls_.erase(it);
  if (open.request != 0) --sent_;
  return open;
}

void ServiceDispatcher::Finish(AttemptKey key,
                               asl::Outcome<asl::Value> outcome) {
  const std::optional<OpenCall> open = Take(key);
  if (!open) return;  // Cancelled.
  const bool callback = open->call.resource->takes_token();
  const engine::Received now = options_.now();
  if (!outcome.ok()) {
    engine_->CallFailed(key, outcome.error(), now);
  } else if (callback) {
    engine_->CallSubmitted(key, *outcome, now);
  } else {
    engine_->CallSucceeded(key, *outcome, now);
  }
}

bool ServiceDispatcher::Knows(AttemptKey key) { return calls_.contains(key); }

int64_t ServiceDispatcher::InFlight() const { return sent_; }

void ServiceDispatcher::Cancel(AttemptKey key) {
  const std::optional<OpenCall> open = Take(key);
  if (open && open->request != 0) sender_->Cancel(open->request);
}

}  // namespace stepwheel::calls
