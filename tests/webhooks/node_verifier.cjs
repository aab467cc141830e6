// Runs beside one released SDK, named as the first argument: reads jobs as JSON lines, answers each with what it says.
// The form of a job is that of python_verifier.py. The second line tells whether `verify` and `sign` return promises.
const { createInterface } = require("node:readline");

const name = process.argv[2];
const { Retell } = require(name);
const { VERSION: version } = require(`${name}/version`);
const realNow = Date.now;

async function answer(job) {
  if (job.now_ms !== null) Date.now = () => job.now_ms;
  try {
    return await (job.do === "sign" ? Retell.sign(job.body, job.key) : Retell.verify(job.body, job.key, job.header));
  } finally {
    Date.now = realNow;
  }
}

function isPromise(value) {
  return typeof value?.then === "function";
}

async function main() {
  console.log(JSON.stringify(version));
  const returned = [Retell.verify("", "key", "v=1,d=0"), Retell.sign("", "key")];
  console.log(JSON.stringify(returned.map(isPromise)));
  await Promise.all(returned);
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    console.log(JSON.stringify(await answer(JSON.parse(line))));
  }
}

main();
