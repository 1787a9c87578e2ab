"""Under XLA, the step is compiled once: nothing in it that depends on the step is a constant."""

import pytest

# In a new process, as XLA reads its flags when TensorFlow starts.
FIVE_UPDATES = """
import os, sys
sys.path.insert(0, sys.argv[1])
folder, dtype, batch_size, settings = sys.argv[2], sys.argv[3], int(sys.argv[4]), sys.argv[5:]
os.environ["XLA_FLAGS"] = f"--xla_dump_to={folder}"
from small_models import SIZE, adam, batches, quick_networks
from cyclegan_tf.model.cyclegan import CycleGAN
from cyclegan_tf.model.schedule import LinearDecay

settings = {name: float(value) for name, value in (text.split("=") for text in settings)}
model = CycleGAN(
    *quick_networks(dtype), **settings, pool_size=2, crop_size=SIZE, ema=0.9, dtype=dtype
)
model.compile(adam(LinearDecay(2e-4, 2, 6)), jit_compile=True)
for pair in batches(5, batch_size):
    model.train_on_batch(*pair)
print(len({name.split(".")[0] for name in os.listdir(folder)}), "compilations")
"""
ALL_LOSSES = ("identity_weight=5", "identity_anneal_steps=2", "equivariance_weight=1")


@pytest.mark.parametrize(
    ("dtype", "batch_size", "settings"), [("mixed_float16", 1, ()), ("float32", 2, ALL_LOSSES)]
)
def test_step_is_compiled_once_for_all_of_training(
    dtype, batch_size, settings, run_python, request, tmp_path
):
    helpers = request.path.parents[1]  # small_models.py
    run = run_python("-c", FIVE_UPDATES, helpers, tmp_path, dtype, batch_size, *settings)
    assert run.returncode == 0, run.stderr
    assert run.stdout.splitlines()[-1] == "1 compilations"
