"use strict";
const { steps, slots } = JSON.parse(document.getElementById("data").textContent);
const byId = id => document.getElementById(id);
const play = byId("play"), moment = byId("moment"), update = byId("update");
const charts = [...document.querySelectorAll(".chart")];
const LEFT = 44, RIGHT = 350;  // as in charts.py

for (const input of document.querySelectorAll(".pair input"))
  input.addEventListener("input", () =>
    input.parentElement.style.setProperty("--cut", input.value + "%"));

// Previews -------------------------------------------------------------------------------------

const pictures = [...document.querySelectorAll(".after")];
let timer = null;

function show(index) {
  moment.value = index;
  update.textContent = moment.ariaValueText = `update ${steps[index]}`;
  pictures.forEach((picture, i) => { picture.src = slots[i][index]; });
  charts.forEach(chart => point(chart, steps[index]));
}

function stop() {
  clearInterval(timer);
  timer = null;
  play.textContent = "Play";
  play.ariaLabel = "Play the training";
}

function start() {
  if (+moment.value === steps.length - 1) show(0);
  timer = setInterval(() => {
    show(+moment.value + 1);
    if (+moment.value === steps.length - 1) stop();
  }, Math.max(120, Math.min(700, 8000 / steps.length)));
  play.textContent = "Pause";
  play.ariaLabel = "Pause";
}

play.addEventListener("click", () => timer === null ? start() : stop());
moment.addEventListener("input", () => { stop(); show(+moment.value); });

// Curves ---------------------------------------------------------------------------------------

const points = new Map(charts.map(chart => [chart, JSON.parse(chart.dataset.points)]));

// Marks an update in a chart, and writes the values there.
function point(chart, step) {
  const { steps: at, series } = points.get(chart), last = +chart.dataset.last;
  let nearest = 0;
  at.forEach((one, i) => { if (Math.abs(one - step) < Math.abs(at[nearest] - step)) nearest = i; });
  const line = chart.querySelector(".now");
  const x = LEFT + (RIGHT - LEFT) * Math.min(step, last) / last;
  line.setAttribute("x1", x);
  line.setAttribute("x2", x);
  chart.querySelectorAll("output").forEach((output, i) => {
    const value = series[i][nearest];
    output.textContent = value == null ? "" : value !== 0 && Math.abs(value) < 0.001
      ? value.toExponential(1) : value.toFixed(3);
  });
}

for (const chart of charts) {
  const svg = chart.querySelector("svg");
  svg.addEventListener("pointermove", event => {
    const box = svg.getBoundingClientRect(), width = svg.viewBox.baseVal.width;
    const x = (event.clientX - box.left) * width / box.width;
    const step = Math.max(0, Math.min(1, (x - LEFT) / (RIGHT - LEFT))) * chart.dataset.last;
    charts.forEach(other => point(other, step));
  });
  svg.addEventListener("pointerleave", () => charts.forEach(reset));
}

function reset(chart) {
  point(chart, steps.length ? steps[+moment.value] : +chart.dataset.last);
}

// At the start, the newest -----------------------------------------------------------------------

if (steps.length) {
  moment.max = steps.length - 1;
  show(steps.length - 1);
} else {
  byId("previews").innerHTML = "<h2>What was learned</h2><p>There are no previews yet.</p>";
  charts.forEach(reset);
}
byId("player").hidden = steps.length < 2;
