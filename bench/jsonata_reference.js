// The JSONata reference implementation as a yardstick: answers, one line of
// JSON each, the requests that jsonata_bench.cc writes to standard input.
//   {"expr": TEXT, "n": N, "millis": M}  -> {"nanoseconds": T, "result": ...}
//   {"compile": TEXT, "millis": M}       -> {"nanoseconds": T}
// A time is the best of five slices of wall time. NODE_PATH says where the
// package is.
'use strict';

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

// Nanoseconds per call in the best of five slices, after warming up.
async function time(millis, call) {
  const slice = millis * 1e6 / 5;
  for (const end = now() + slice; now() < end;) await call();
  let best = Infinity;
  for (let i = 0; i < 5; ++i) {
    const begin = now();
    let calls = 0;
    let took = 0;
    do {
      await call();
      ++calls;
      took = now() - begin;
    } while (took < slice);
    best = Math.min(best, took / calls);
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
