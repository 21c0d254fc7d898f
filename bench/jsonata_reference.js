// The JSONata reference implementation as a yardstick: answers, one line of
// JSON each, the requests that jsonata_bench.cc writes to standard input.
//   {"expr": TEXT, "n": N, "millis": M}  -> {"nanoseconds": T, "result": ...}
//   {"compile": TEXT, "millis": M}       -> {"nanoseconds": T}
// A time is the best of five slices, in processor time of the main thread:
// what V8's helpers do beside it is not counted. NODE_PATH says where the
// package is.
'use strict';

const fs = require('fs');
const readline = require('readline');
const jsonata = require('jsonata');

// The same recipe as MakeOrders() in jsonata_bench.cc.
function makeOrders(n) {
  const orders = [];
  for (let i = 0; i < n; ++i) {
    const mixed = (i * 7919) % 10007;
    orders.push({
      id: i,
      name: `item-${mixed}`,
      price: (mixed % 1000) / 4,
      qty: (mixed % 7) + 1,
      tags: [`t${mixed % 5}`, `t${mixed % 3}`],
      active: mixed % 2 === 0,
      address: {city: `city${mixed % 50}`, zip: String(10000 + mixed)},
    });
  }
  const owner = {first: 'Ada', last: 'Lovelace'};
  return {account: {name: 'ACME', owner}, orders};
}

const inputs = new Map();
function inputOf(n) {
  if (!inputs.has(n)) inputs.set(n, makeOrders(n));
  return inputs.get(n);
}

const now = () => Number(process.hrtime.bigint());

// Processor time of the main thread in nanoseconds. The kernel adds up what a
// thread has used when it is asked for the process's.
function used() {
  process.cpuUsage();
  return Number(fs.readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]);
}

// Nanoseconds per call in the best of five slices, after warming up.
async function time(millis, call) {
  const slice = millis * 1e6 / 5;
  for (const end = now() + slice; now() < end;) await call();
  let best = Infinity;
  for (let i = 0; i < 5; ++i) {
    const end = now() + slice;
    const before = used();
    let calls = 0;
    do {
      await call();
      ++calls;
    } while (now() < end);
    best = Math.min(best, (used() - before) / calls);
  }
  return best;
}

async function answer(request) {
  if (request.compile !== undefined) {
    const call = () => jsonata(request.compile);
    return {nanoseconds: await time(request.millis, call)};
  }
  const input = inputOf(request.n);
  const compiled = jsonata(request.expr);
  const result = await compiled.evaluate(input);
  const call = () => compiled.evaluate(input);
  return {nanoseconds: await time(request.millis, call), result};
}

(async () => {
  for await (const line of readline.createInterface({input: process.stdin})) {
    console.log(JSON.stringify(await answer(JSON.parse(line))));
  }
})();
