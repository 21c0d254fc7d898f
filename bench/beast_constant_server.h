// The yardstick of the HTTP goals: what Beast costs when it does nothing but
// read a request and answer a constant, written as Beast's examples are.
#ifndef STEPWHEEL_BENCH_BEAST_CONSTANT_SERVER_H_
#define STEPWHEEL_BENCH_BEAST_CONSTANT_SERVER_H_

namespace stepwheel::bench {

// Listens on a free port of 127.0.0.1, prints "http://127.0.0.1:PORT" as a line
// on standard output and serves, on this thread, until it is killed.
int RunBeastConstantServer();

}  // namespace stepwheel::bench

#endif  // STEPWHEEL_BENCH_BEAST_CONSTANT_SERVER_H_
