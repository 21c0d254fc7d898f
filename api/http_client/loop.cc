#include "api/http_client/loop.h"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <utility>

namespace stepwheel::http_client {

namespace asio = boost::asio;

struct Loop::Impl {
  asio::io_context io{1};
  // Without it an idle io_context counts as finished and does not wait.
  asio::executor_work_guard<asio::io_context::executor_type> busy{
      io.get_executor()};
};

Loop::Loop() : impl_(std::make_unique<Impl>()) {}
Loop::~Loop() = default;

asio::io_context* Loop::io() { return &impl_->io; }

size_t Loop::RunReady(size_t handlers_max) {
  size_t ran = 0;
  while (ran < handlers_max && impl_->io.poll_one() != 0) ++ran;
  return ran;
}

bool Loop::RunOne(std::optional<std::chrono::milliseconds> at_most) {
  if (!at_most) return impl_->io.run_one() != 0;
  return impl_->io.run_one_for(*at_most) != 0;
}

void Loop::Post(std::function<void()> f) {
  asio::post(impl_->io, std::move(f));
}

}  // namespace stepwheel::http_client
