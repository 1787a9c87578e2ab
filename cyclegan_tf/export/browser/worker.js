// In a worker, so that the page stays responsive: opens ONNX Runtime and one generator, translates.
"use strict";
let ort, session;

// A picture of known pixels, the same as `check_picture` in page.py.
function checkPicture(side) {
  const pixels = new Uint8Array(side * side * 3);
  for (let y = 0, i = 0; y < side; y++)
    for (let x = 0; x < side; x++)
      for (let c = 0; c < 3; c++) pixels[i++] = (x * 7 + y * 13 + c * 50 + ((x * y) >> 3) * 5) % 256;
  return pixels;
}

// RGB bytes to RGB bytes, sides as the generator takes them. Bytes of this array are clipped and rounded to even.
async function translate(pixels, height, width) {
  const batch = new Float32Array(pixels.length);
  for (let i = 0; i < pixels.length; i++) batch[i] = pixels[i] / 127.5 - 1;
  const tensor = new ort.Tensor("float32", batch, [1, height, width, 3]);
  const outputs = await session.run({ [session.inputNames[0]]: tensor });
  const output = outputs[session.outputNames[0]];
  const values = await output.getData();
  const fake = new Uint8ClampedArray(values.length);
  for (let i = 0; i < values.length; i++) fake[i] = (values[i] + 1) * 127.5;
  output.dispose?.();
  return fake;
}

async function open({ script, wasm, model, check, side }) {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  ort = await import(url);
  ort.env.wasm.wasmBinary = wasm;
  ort.env.wasm.numThreads = 1; // more need headers that a file on a disk hasn't
  ort.env.logLevel = "error";
  const gpu = await navigator.gpu?.requestAdapter().catch(() => null);
  for (const provider of gpu ? ["webgpu", "wasm"] : ["wasm"]) {
    try {
      session = await ort.InferenceSession.create(model, { executionProviders: [provider] });
      const fake = await translate(checkPicture(side), side, side);
      const start = performance.now(); // not of the first time, which takes longer
      await translate(checkPicture(side), side, side);
      const seconds = (performance.now() - start) / 1000;
      const worst = fake.reduce((most, value, i) => Math.max(most, Math.abs(value - check[i])), 0);
      if (worst <= 1) return { provider, seconds: provider === "wasm" ? seconds : null };
      throw new Error(`its first pixels differ from those of Python by ${worst} of 255`);
    } catch (error) {
      if (provider === "wasm") throw error;
      await session?.release();
    }
  }
}

onmessage = async ({ data }) => {
  try {
    if (data.open) return postMessage({ opened: await open(data.open) });
    const fake = await translate(data.pixels, data.height, data.width);
    postMessage({ fake }, [fake.buffer]);
  } catch (error) {
    postMessage({ error: String(error?.message ?? error) });
  }
};
