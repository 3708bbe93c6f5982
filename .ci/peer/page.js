// Shows DICOM files with dwv, does what a reader does, and posts how long each step
// took. Asked for by the address: files (how many, at /file/0 …), panes (1 or 3 that
// show the same and follow each other), width and height of a pane in pixels, do
// (window or stack) and steps.

import { App, AppOptions, ViewConfig, WindowLevel, Index } from "dwv";

const asked = new URLSearchParams(location.search);
const number = (name) => Number(asked.get(name));
const panes = number("panes"), steps = number("steps");

const post = (path, value) => fetch(path, { method: "POST", body: JSON.stringify(value) });
const fail = (what) => post("/failed", String(what));
addEventListener("error", (e) => fail(e.message));
addEventListener("unhandledrejection", (e) => fail(e.reason));

const configs = [];
for (let i = 0; i < panes; i++) {
  const div = document.createElement("div");
  div.id = `pane${i}`;
  div.style.width = `${number("width")}px`;
  div.style.height = `${number("height")}px`;
  document.body.append(div);
  configs.push(new ViewConfig(div.id));
}

const app = new App();
const options = new AppOptions({ "*": configs });
app.init(options);
if (panes > 1) app.setLayerGroupsBinders(["WindowLevelBinder", "PositionBinder"]);

let drawn = 0; // panes that dwv has said to have drawn since the step began
app.addEventListener("renderend", () => drawn++);
app.addEventListener("error", (e) => fail(e.error));

const frame = () => new Promise(requestAnimationFrame);

// shown waits until each pane is drawn and the browser has begun the frame after
// the one that it drew that in.
async function shown() {
  for (let waited = 0; drawn < panes; waited++) {
    if (waited > 600) throw new Error(`${drawn} of ${panes} panes were drawn`);
    await frame();
  }
  await frame();
  await frame();
}

// paint waits for the next frame only, as one does who draws as often as he can.
async function paint() {
  do await frame(); while (drawn < panes);
}

const layer = (i = 0) => app.getLayerGroupByDivId(`pane${i}`).getActiveViewLayer();

// picture tells what a pane shows: the sum over its canvas.
function picture(i) {
  const canvas = document.querySelector(`#pane${i} canvas`);
  const data = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  return data.reduce((sum, v) => sum + v, 0);
}

// Both actions take the API that dwv's own tools call for each move of the pointer
// and notch of the wheel.
const actions = {
  window(view, first) {
    return (i) => {
      const turn = 2 * Math.PI * (i + 1) / steps;
      view.setWindowLevel(new WindowLevel(
        first.center + first.width * 0.2 * Math.sin(turn), first.width * (1 - 0.2 * (1 - Math.cos(turn)))));
    };
  },
  stack(view) {
    let by = 1;
    return () => {
      const at = view.getCurrentIndex().getValues().slice();
      const dim = view.getScrollDimIndex();
      if (at[dim] + by < 0 || at[dim] + by >= number("files")) by = -by;
      at[dim] += by;
      if (!view.setCurrentIndex(new Index(at))) throw new Error(`no image ${at[dim]}`);
    };
  },
};

// run takes all steps, or as many as go into so many seconds, waiting after each, and
// gives the seconds of each and of all.
async function run(step, wait, limit) {
  const times = [], start = performance.now();
  for (let i = 0; i < steps && performance.now() - start < 1000 * limit; i++) {
    drawn = 0;
    const began = performance.now();
    step(i);
    await wait();
    times.push((performance.now() - began) / 1000);
  }
  return { times, elapsed: (performance.now() - start) / 1000 };
}

async function measure() {
  await shown();
  const view = layer().getViewController();
  const act = () => actions[asked.get("do")](view, view.getWindowLevel());
  const before = [...configs.keys()].map(picture);
  const probe = act();
  for (let i = 0; i < 10; i++) { // warmed, and seen to change what each pane shows
    drawn = 0;
    probe(i);
    await shown();
  }
  configs.forEach((_, i) => { if (picture(i) === before[i]) throw new Error(`pane ${i} did not change`); });
  const latency = await run(act(), shown, 60);
  const rate = await run(act(), paint, 20);
  const canvas = document.querySelector("#pane0 canvas");
  await post("/found", {
    times: latency.times, rate: rate.times.length / rate.elapsed,
    canvas: [canvas.width, canvas.height],
  });
}

app.addEventListener("loadend", () => measure().catch(fail));
app.loadURLs([...Array(number("files")).keys()].map((i) => new URL(`/file/${i}.dcm`, location).href));
