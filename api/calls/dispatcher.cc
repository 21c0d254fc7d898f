#include "api/calls/dispatcher.h"

#include <algorithm>
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
  const Integration found = *engine::FindIntegration(call.resource);
  OpenCall& open = calls_[key];
  open.call = call;
  if (found.service->protocol == Protocol::kStepFunctions) {
    options_.own_service(
        call.resource.action, call.parameters,
        [this, key, found,
         alive = std::weak_ptr<bool>(alive_)](const OwnAnswer& answer) {
          if (alive.expired()) return;
          Finish(key, ReadOwnAnswer(*found.service, answer));
        });
    return;
  }
  open.request = sender_->Send(
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
}

void ServiceDispatcher::Finish(AttemptKey key,
                               asl::Outcome<asl::Value> outcome) {
  auto it = calls_.find(key);
  if (it == calls_.end()) return;  // Cancelled.
  const bool callback = it->second.call.resource.takes_token();
  calls_.erase(it);
  const Instant now = options_.now();
  if (!outcome.ok()) {
    engine_->CallFailed(key, outcome.error(), now);
  } else if (callback) {
    engine_->CallSubmitted(key, *outcome, now);
  } else {
    engine_->CallSucceeded(key, *outcome, now);
  }
}

bool ServiceDispatcher::Knows(AttemptKey key) { return calls_.contains(key); }

int64_t ServiceDispatcher::InFlight() const {
  return std::count_if(calls_.begin(), calls_.end(), [](const auto& entry) {
    return entry.second.request != 0;
  });
}

void ServiceDispatcher::Cancel(AttemptKey key) {
  auto it = calls_.find(key);
  if (it == calls_.end()) return;
  const uint64_t request = it->second.request;
  calls_.erase(it);
  if (request != 0) sender_->Cancel(request);
}

}  // namespace stepwheel::calls
