"use strict";
const settings = JSON.parse(document.getElementById("settings").textContent);
const $ = id => document.getElementById(id);
const nameOf = ({ from, to, note }) => `${from} and ${to}${note ? `, ${note}` : ""}`;
const isOfWorld = (model, name) => [nameOf(model), nameOf({ from: model.to, to: model.from, note: model.note })].includes(name);
const worlds = [];
for (const one of settings.models) if (!worlds.some(name => isOfWorld(one, name))) worlds.push(nameOf(one));
let model, worker, opened, picture, job = 0, timer, runtime;

const megapixels = (pixels, round = Math.floor) => (round(pixels / 1e5) / 10).toFixed(1);
const bytesOf = async address => new Uint8Array(await (await fetch(address)).arrayBuffer());
const embedded = id => bytesOf("data:application/octet-stream;base64," + $(id).textContent.trim());
async function unzipped(id) {
  const stream = new Blob([await embedded(id)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}
async function runtimeFile({ id, url, integrity }) {
  if (id) return unzipped(id);
  const response = await fetch(url, { integrity }).catch(() => null);
  if (!response?.ok) throw new Error(`the program that computes can't be loaded from ${new URL(url).host}. `
    + "Is this computer offline? A page made with --offline needs no network.");
  return new Uint8Array(await response.arrayBuffer());
}
function loadRuntime() {
  runtime ??= Promise.all([runtimeFile(settings.runtime.script), runtimeFile(settings.runtime.wasm)]);
  runtime.catch(() => { runtime = null; });
  return runtime;
}

// A picture of the page's own: canvas as it was; RGB on the background, mirrored to multiples.
function mirrored(length, padded) {
  return Uint32Array.from({ length: padded }, (_, i) => {
    if (length === 1) return 0;
    i %= 2 * (length - 1);
    return i < length ? i : 2 * (length - 1) - i;
  });
}
const padded = (side, { multiple, smallest }) => Math.ceil(Math.max(side, smallest) / multiple) * multiple;
function sizeSeen(width, height, { loadSize }) {
  const factor = loadSize ? loadSize / Math.min(width, height) : 1;
  return [Math.max(1, Math.round(width * factor)), Math.max(1, Math.round(height * factor))];
}
function canvasOf(width, height, ...draw) {
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  context.imageSmoothingQuality = "high";
  draw.forEach(step => step(context));
  return [canvas, context];
}
function prepare(bitmap, model) {
  const { background } = model;
  const [width, height] = sizeSeen(bitmap.width, bitmap.height, model);
  const [, context] = canvasOf(width, height,
    c => { c.fillStyle = background; c.fillRect(0, 0, width, height); },
    c => c.drawImage(bitmap, 0, 0, width, height));
  const source = context.getImageData(0, 0, width, height).data;
  const columns = mirrored(width, padded(width, model)), rows = mirrored(height, padded(height, model));
  const pixels = new Uint8Array(rows.length * columns.length * 3);
  let i = 0;
  for (const y of rows) for (const x of columns)
    for (let c = 0; c < 3; c++) pixels[i++] = source[(y * width + x) * 4 + c];
  return { pixels, height: rows.length, width: columns.length, seen: [width, height] };
}
function finish(fake, prepared, bitmap) {
  const [width, height] = prepared.seen;
  const [seen, context] = canvasOf(width, height);
  const image = context.createImageData(width, height);
  for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i += 4) {
    const j = (y * prepared.width + x) * 3;
    image.data.set([fake[j], fake[j + 1], fake[j + 2], 255], i);
  }
  context.putImageData(image, 0, 0);
  const size = [bitmap.width, bitmap.height];
  if (width === size[0] && height === size[1] && !picture.clear) return seen;
  return canvasOf(...size, c => c.drawImage(seen, 0, 0, ...size),
    c => { c.globalCompositeOperation = "destination-in"; c.drawImage(bitmap, 0, 0); })[0];
}

function fail(text) {
  stop();
  $("error").textContent = text[0].toUpperCase() + text.slice(1);
  $("error").hidden = false;
}
function stop() {
  if (timer) { worker?.terminate(); worker = opened = null; }
  clearInterval(timer);
  timer = null;
  job++;
  $("work").hidden = true;
}
function show(text, seconds) {
  $("work").hidden = false;
  $("error").hidden = true;
  const start = performance.now();
  clearInterval(timer);
  const tick = () => {
    const spent = (performance.now() - start) / 1000;
    $("status").textContent = text + (seconds > 3 ? `: about ${Math.max(1, Math.ceil(seconds - spent))} s left` : " …");
    if (seconds) $("progress").value = Math.min(spent / seconds, 0.99);
    else $("progress").removeAttribute("value");
  };
  timer = setInterval(tick, 250);
  tick();
}
// Asks the worker, and waits for its one answer.
function ask(message, transfer = []) {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => data.error ? reject(new Error(data.error)) : resolve(data);
    worker.onerror = event => reject(new Error(event.message || "it stopped"));
    worker.postMessage(message, transfer);
  });
}
async function openModel() {
  if (opened?.model === model) return;
  show("Loading the generator");
  worker?.terminate();
  worker = opened = null;
  const mine = job, wanted = model;
  const [files, bytes, check] = await Promise.all([loadRuntime(), embedded(wanted.id), embedded(wanted.check)]);
  if (mine !== job) return;
  worker = new Worker(URL.createObjectURL(new Blob([$("worker").textContent], { type: "text/javascript" })));
  const message = { script: files[0], wasm: files[1], model: bytes, check, side: settings.checkSide };
  const answer = await ask({ open: message }, [bytes.buffer]);
  opened = { model: wanted, ...answer.opened, rate: answer.opened.seconds && answer.opened.seconds / settings.checkSide ** 2 };
}

async function translate() {
  if (!picture) return;
  stop();
  const mine = job, { bitmap, name } = picture, wanted = model;
  const [width, height] = sizeSeen(bitmap.width, bitmap.height, wanted);
  const pixels = padded(width, wanted) * padded(height, wanted);
  if (pixels > wanted.maxPixels) return fail(`this picture has ${megapixels(pixels, Math.ceil)} megapixels, and a browser's memory `
    + `is enough for ${megapixels(wanted.maxPixels)} with this world. cyclegan-tf translate takes any size.`);
  if (typeof WebAssembly !== "object" || typeof DecompressionStream !== "function")
    return fail("this browser is too old or too strict: it has no WebAssembly. A current Firefox, Chrome, Edge or Safari has it.");
  try {
    await openModel();
    if (mine !== job) return;
    const prepared = prepare(bitmap, wanted);
    show(`Translating ${bitmap.width} × ${bitmap.height} pixels ${opened.provider === "webgpu" ? "on the graphics card" : "on the processor"}`,
      opened.rate && opened.rate * pixels);
    const start = performance.now();
    const { fake } = await ask(prepared, [prepared.pixels.buffer]);
    if (mine !== job) return;
    const seconds = (performance.now() - start) / 1000;
    if (pixels > settings.checkSide ** 2) opened.rate = seconds / pixels;
    clearInterval(timer);
    timer = null;
    present(finish(fake, prepared, bitmap), `${name}: ${wanted.from} to ${wanted.to}, ${bitmap.width} × ${bitmap.height} pixels in ${seconds.toFixed(1)} s`);
  } catch (error) {
    if (mine !== job) return;
    const memory = /memory|alloc|bad_alloc|buffer|device.*lost/i.test(error.message);
    timer ??= 1; // so that the worker is given up
    fail(memory ? "the memory that a browser gives to a page isn't enough for this picture. Try a smaller one, or cyclegan-tf translate."
      : `the picture wasn't translated: ${error.message}`);
  }
}
function present(canvas, caption) {
  const { bitmap } = picture;
  for (const [id, source] of [["before", bitmap], ["after", canvas]]) {
    Object.assign($(id), { width: bitmap.width, height: bitmap.height });
    $(id).getContext("2d").drawImage(source, 0, 0);
  }
  const pair = document.querySelector(".pair");
  pair.style.aspectRatio = `${bitmap.width} / ${bitmap.height}`;
  pair.style.maxWidth = `calc(82vh * ${bitmap.width / bitmap.height})`;
  $("caption").textContent = caption;
  $("work").hidden = true;
  $("result").hidden = false;
  document.body.dataset.done = ++present.count;
}
present.count = 0;

async function take(blob, name) {
  stop();
  try {
    // Pixels as the file has them, like Python: no colours converted, none multiplied by alpha.
    const bitmap = await createImageBitmap(blob, { colorSpaceConversion: "none", premultiplyAlpha: "none" });
    const [, context] = canvasOf(bitmap.width, bitmap.height, c => c.drawImage(bitmap, 0, 0));
    const { data } = bitmap.width * bitmap.height > model.maxPixels ? { data: [] } : context.getImageData(0, 0, bitmap.width, bitmap.height);
    let clear = false;
    for (let i = 3; i < data.length && !clear; i += 4) clear = data[i] < 255;
    picture = { bitmap, name, clear };
  } catch {
    return fail(`${name} can't be read as a picture by this browser. PNG, JPEG and WebP always work.`);
  }
  translate();
}

function choose(chosen) {
  model = chosen;
  $("limit").textContent = `Any size up to ${megapixels(model.maxPixels)} megapixels. Transparency is kept.`;
  $("samples").hidden = !model.samples.length;
  $("samples").lastElementChild.replaceChildren(...model.samples.map(({ name, id, type }) => {
    const button = Object.assign(document.createElement("button"), { type: "button", title: name });
    const address = `data:${type};base64,${$(id).textContent.trim()}`;
    button.append(Object.assign(new Image(), { src: address, alt: name }));
    button.onclick = async () => take(await (await fetch(address)).blob(), name);
    return button;
  }));
}
function chooseWorld() {
  const choices = settings.models.filter(one => isOfWorld(one, $("world").value));
  const row = document.createElement("div");
  choices.forEach((one, i) => {
    const label = document.createElement("label");
    const input = Object.assign(document.createElement("input"), { type: "radio", name: "direction", checked: !i });
    input.onchange = () => { choose(one); translate(); };
    label.append(input, `${one.from} → ${one.to}`);
    row.append(label);
  });
  $("directions").lastElementChild.matches("div") && $("directions").lastElementChild.remove();
  $("directions").append(row);
  choose(choices[0]);
}

worlds.forEach(world => $("world").add(new Option(world)));
$("world").onchange = () => { chooseWorld(); translate(); };
chooseWorld();
$("stop").onclick = stop;
$("slider").oninput = () => document.querySelector(".pair").style.setProperty("--cut", $("slider").value + "%");
$("file").onchange = () => { const [file] = $("file").files; if (file) take(file, file.name); $("file").value = ""; };
$("save").onclick = () => $("after").toBlob(blob => {
  const name = `${picture.name.replace(/\.\w+$/, "")}_${model.to}.png`.replace(/\s+/g, "_");
  const link = Object.assign(document.createElement("a"), { href: URL.createObjectURL(blob), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10000);
});
addEventListener("dragover", event => { event.preventDefault(); $("drop").classList.add("over"); });
addEventListener("dragleave", () => $("drop").classList.remove("over"));
addEventListener("drop", event => {
  event.preventDefault();
  $("drop").classList.remove("over");
  const [file] = event.dataTransfer.files;
  if (file) take(file, file.name);
});
addEventListener("paste", event => { const [file] = event.clipboardData.files; if (file) take(file, file.name || "pasted picture"); });
