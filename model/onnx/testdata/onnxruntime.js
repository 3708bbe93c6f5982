// Runs ONNX models with ONNX Runtime; README.md says how it is spoken to.
// The folder of the package is the first argument.
'use strict';
const fs = require('node:fs');
const path = require('node:path');
const readline = require('node:readline');

const folder = process.argv[process.argv.length - 1];
const ort = require(folder);
// The package's own run() defers each run to the event loop, which the library
// is not to blame for: the compiled half is called as run() calls it.
const { binding, initOrt } = require(path.join(folder, 'dist', 'binding.js'));

function open(job) {
  const session = new binding.InferenceSession();
  session.loadModel(job.model, { intraOpNumThreads: job.threads, interOpNumThreads: 1, executionMode: 'sequential' });
  const file = fs.readFileSync(job.input);
  const data = new Float32Array(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
  return { session, feeds: { input: new ort.Tensor('float32', data, job.dims) } };
}

function measure(job, ms, out) {
  const times = [];
  const before = process.cpuUsage();
  const end = performance.now() + ms;
  let result;
  while (times.length < 3 || performance.now() < end) {
    const began = performance.now();
    result = job.session.run(job.feeds, { logit: null }, {});
    times.push(performance.now() - began);
  }
  const used = process.cpuUsage(before);
  if (out) {
    const d = result.logit.data;
    fs.writeFileSync(out, Buffer.from(d.buffer, d.byteOffset, d.byteLength));
  }
  times.sort((a, b) => a - b);
  return { ms: times[times.length >> 1], cpu: (used.user + used.system) / 1000 / times.length };
}

let jobs;
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  let answer;
  try {
    const asked = JSON.parse(line);
    if (jobs === undefined) {
      initOrt();
      jobs = asked.map(open);
      answer = { version: ort.env.versions.node };
    } else {
      answer = measure(jobs[asked.job], asked.ms, asked.out);
    }
  } catch (e) {
    answer = { error: String(e.message || e) };
  }
  process.stdout.write(JSON.stringify(answer) + '\n');
});
