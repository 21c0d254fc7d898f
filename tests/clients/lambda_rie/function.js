// The function that lambda_rie_test.py runs in the emulator, as function.py.
let calls = 0;

exports.handler = async (event) => {
  calls += 1;
  if ('raise' in event) throw new TypeError(event.raise);
  if (calls <= (event.fail_until_call || 0)) {
    throw new TypeError(`call ${calls}`);
  }
  if ('exit' in event) process.exit(event.exit);
  await new Promise((done) => setTimeout(done, 1000 * (event.sleep || 0)));
  if ('size' in event) return 'x'.repeat(event.size);
  return {event, calls};
};
