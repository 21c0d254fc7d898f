// ClockRoutes answers /_stepwheel/clock: what time it is, and for a server with
// a virtual clock everything that moves it. README.md documents the addresses.
#ifndef STEPWHEEL_API_CONTROL_CLOCK_ROUTES_H_
#define STEPWHEEL_API_CONTROL_CLOCK_ROUTES_H_

#include <string>
#include <string_view>

#include "api/control/body.h"
#include "api/control/clock_driver.h"
#include "api/http/server.h"
#include "engine/engine.h"
#include "engine/time/clock.h"

namespace stepwheel::control {

class ClockRoutes {
 public:
  // All outlive the routes; without a driver the clock is the system's.
  ClockRoutes(engine::Engine* engine, Clock* clock, ClockDriver* driver)
      : engine_(engine), clock_(clock), driver_(driver) {}

  // Whether `path` is one of these addresses.
  static bool Has(std::string_view path);
  // REQUIRES: Has(path).
  void Handle(std::string_view path, const http::Request& request,
              const http::Responder& responder);

 private:
  void Perform(std::string_view action, std::string_view body,
               const http::Responder& responder);
  void Advance(Body& body, const http::Responder& responder);
  ClockDriver::Done AnswerTo(const http::Responder& responder);
  void SendStatus(const http::Responder& responder, const MoveResult* move);
  std::string Status(const MoveResult* move);

  engine::Engine* engine_;
  Clock* clock_;
  ClockDriver* driver_;
};

}  // namespace stepwheel::control

#endif  // STEPWHEEL_API_CONTROL_CLOCK_ROUTES_H_
