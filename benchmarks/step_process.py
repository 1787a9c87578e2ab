"""One case of train_step.py in a process of its own: answers each line of input with one of JSON.

`go` asks to compile the step, a number for so many updates, `limit` for the rates of the device.
"""

import itertools
import json
import os
import platform
import resource
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")  # several processes share the device
os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")

FEATURES = ("avx2", "avx512f", "avx512_bf16", "amx_bf16")  # of a CPU, on which speed depends


def main():
    case = json.loads(sys.argv[1])
    try:
        run, peak, facts = _torch_case(case) if _is_torch(case) else _keras_case(case)
        sys.stdin.readline()  # from here on, the device is ours
        facts["compile_seconds"] = round(run(1), 1)  # with the first update
    except Exception as error:  # not importable, out of memory: of any type
        text = str(error).strip().splitlines()
        print(json.dumps({"error": f"{type(error).__name__}: {(text or [''])[0]}"}), flush=True)
        return
    print(json.dumps({**facts, **_environment()}), flush=True)
    for line in sys.stdin:
        if line.strip() == "limit":
            print(json.dumps(_limit(case)), flush=True)
            continue
        work = time.process_time()
        seconds = run(int(line)) / int(line)
        work = (time.process_time() - work) / int(line)
        used = peak() or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        figures = {"seconds": seconds, "core_seconds": work, "peak_gb": round(used / 1e9, 2)}
        print(json.dumps(figures), flush=True)


def _environment():
    names = [name for name in ("jax", "keras", "tensorflow", "torch") if name in sys.modules]
    facts = {"versions": {name: sys.modules[name].__version__ for name in names}}
    facts["python"] = platform.python_version()
    return facts | {k: os.environ[k] for k in ("XLA_FLAGS",) if os.environ.get(k)}


def _is_torch(case):
    return case["way"].startswith("torch")


def _torch_case(case):
    import torch_step

    run, name, peak = torch_step.make(case)
    return run, peak, {"device": name or _cpu()}


def _cpu():
    from cyclegan_tf.hardware.cpu import cpu_flags
    from cyclegan_tf.hardware.describe import describe_cpu

    return f"{describe_cpu()}, {' '.join(f for f in FEATURES if f in cpu_flags())}"


def _limit(case):
    import keras

    from cyclegan_tf.hardware.limit import measure_limit

    rates = measure_limit(keras.DTypePolicy(case["precision"]).compute_dtype)
    names = ("convolution", "matmul")
    return {name: float(f"{getattr(rates, name) / 1e12:.4g}") for name in names}


def _keras_case(case):
    if os.environ.get("KERAS_BACKEND") != "jax":
        from cyclegan_tf.hardware.cpu import set_up_cpu

        set_up_cpu()  # before TensorFlow, as `cyclegan-tf train` does
    import keras

    from cyclegan_tf.hardware.describe import describe_hardware
    from cyclegan_tf.hardware.limit import on_accelerator

    facts = {"device": describe_hardware() if on_accelerator() else _cpu()}
    if case["way"] == "notebook":
        if keras.backend.backend() != "tensorflow":
            raise ImportError("the notebook's step needs --backend tensorflow")
        return _notebook(case), _peak, facts
    run, flops = _own(case)
    return run, _peak, {**facts, "tflop": float(f"{flops / 1e12:.4g}")}


def _own(case):
    import keras
    import numpy as np

    from cyclegan_tf.model.cyclegan import CycleGAN
    from cyclegan_tf.model.flops import update_flops
    from cyclegan_tf.model.networks import patch_discriminator, resnet_generator

    dtype = case["precision"]
    options = {"upsampling": case["upsampling"], "dtype": dtype}
    model = CycleGAN(
        *(resnet_generator(case["filters"], case["blocks"], **options) for _ in "ab"),
        *(patch_discriminator(case["filters"], dtype=dtype) for _ in "ab"),
        identity_weight=case["identity_weight"],
        dtype=dtype,
    )
    model.compile(keras.optimizers.Adam(2e-4, beta_1=0.5), jit_compile=case["xla"])
    shape = (2, case["batch"], case["size"], case["size"], 3)
    crops = tuple(np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32))

    class Clock(keras.callbacks.Callback):
        """Seconds of the updates of a `fit`, without what it does before them."""

        def on_epoch_begin(self, epoch, logs=None):
            self.begin = time.perf_counter()

        def on_epoch_end(self, epoch, logs=None):
            _ = [float(value) for value in logs.values()]  # once they are read, all is done
            self.seconds = time.perf_counter() - self.begin

    def run(count):  # as `train` does
        clock = Clock()
        stream = _stream(crops)
        model.fit(stream, steps_per_epoch=count, callbacks=[clock], verbose=0, shuffle=False)
        return clock.seconds

    return run, update_flops(model, case["size"], case["batch"])


def _stream(crops):
    """An endless one of the same crops; JAX needs no TensorFlow for it."""
    import keras

    if keras.backend.backend() == "jax":
        return (crops for _ in itertools.count())
    import tensorflow as tf

    return tf.data.Dataset.from_tensors(crops).repeat()


def _notebook(case):
    import tensorflow as tf
    from notebook_step import notebook_step

    step = notebook_step(case["filters"], case["blocks"], jit_compile=case["xla"])
    a, b = tf.random.uniform((2, case["batch"], case["size"], case["size"], 3), -1, 1)

    def run(count):
        begin = time.perf_counter()
        for _ in range(count):
            loss = step(a, b)
        loss.numpy()
        return time.perf_counter() - begin

    return run


def _peak():
    """Bytes that the device held at most, None on a CPU."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        return (jax.devices()[0].memory_stats() or {}).get("peak_bytes_in_use")
    import tensorflow as tf

    if not tf.config.list_physical_devices("GPU"):
        return None
    return tf.config.experimental.get_memory_info("GPU:0")["peak"]


if __name__ == "__main__":
    main()
