"""A CycleGAN update in PyTorch: the paper's networks, LSGAN and cycle loss, batch as it comes.

After the authors' code: both generators by one backward pass, the discriminators left alone in it.
"""

import time

import torch
from torch.nn import functional as F
from torch_networks import discriminator, generator


def make(case):
    """Returns `run(n)`, which gives the seconds of n updates; the GPU's name or None; `peak()`."""
    device = "cuda" if torch.cuda.is_available() else "cpu"
    layout = torch.channels_last if case["way"] == "torch_last" else torch.contiguous_format
    half = {"mixed_bfloat16": torch.bfloat16, "mixed_float16": torch.float16}.get(case["precision"])
    torch.backends.cudnn.benchmark = True

    def placed(network):
        network = network.to(device, memory_format=layout)
        return torch.compile(network) if case["xla"] else network

    ab, ba = (placed(generator(case["filters"], case["blocks"])) for _ in "ab")
    judges = judge_a, judge_b = [placed(discriminator(case["filters"])) for _ in "ab"]
    learning = {"lr": 2e-4, "betas": (0.5, 0.999)}
    of_generators = torch.optim.Adam([*ab.parameters(), *ba.parameters()], **learning)
    of_judges = torch.optim.Adam([p for d in judges for p in d.parameters()], **learning)
    scaler = torch.amp.GradScaler(device, enabled=half is torch.float16)
    shape = (case["batch"], 3, case["size"], case["size"])
    a, b = (torch.rand(shape).mul(2).sub(1).to(device, memory_format=layout) for _ in "ab")

    def lsgan(logits, target):
        return F.mse_loss(logits.float(), torch.full_like(logits, target, dtype=torch.float32))

    def update():
        autocast = torch.autocast(device, dtype=half, enabled=half is not None)
        for judge in judges:
            judge.requires_grad_(False)
        with autocast:
            fake_b, fake_a = ab(a), ba(b)
            cycled_a, cycled_b = ba(fake_b), ab(fake_a)
            loss = lsgan(judge_b(fake_b), 1.0) + lsgan(judge_a(fake_a), 1.0)
            cycle = F.l1_loss(cycled_a.float(), a) + F.l1_loss(cycled_b.float(), b)
        of_generators.zero_grad(set_to_none=True)
        scaler.scale(loss + 10 * cycle).backward()
        scaler.step(of_generators)
        for judge in judges:
            judge.requires_grad_(True)
        with autocast:
            pairs = ((judge_a, a, fake_a.detach()), (judge_b, b, fake_b.detach()))
            losses = [0.5 * (lsgan(d(real), 1.0) + lsgan(d(fake), 0.0)) for d, real, fake in pairs]
        of_judges.zero_grad(set_to_none=True)
        scaler.scale(sum(losses)).backward()
        scaler.step(of_judges)
        scaler.update()
        return loss

    def run(count):
        begin = time.perf_counter()
        for _ in range(count):
            loss = update()
        loss.item()
        return time.perf_counter() - begin

    def peak():
        return torch.cuda.max_memory_allocated() if device == "cuda" else None

    return run, torch.cuda.get_device_name() if device == "cuda" else None, peak
