// The HTTP edge without the engine behind it: what api/http itself costs.
#ifndef STEPWHEEL_BENCH_HTTP_STUB_SERVER_H_
#define STEPWHEEL_BENCH_HTTP_STUB_SERVER_H_

namespace stepwheel::bench {

// Parses each body as JSON, answers "{}" after the turn, as the engine would.
// Prints "http://127.0.0.1:PORT" and serves until SIGTERM.
int RunHttpStubServer();

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_HTTP_STUB_SERVER_H_
