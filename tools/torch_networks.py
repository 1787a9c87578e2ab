"""Makes the fixture of tests/cyclegan_tf/importing/: networks of PyTorch, their input and output.

    python tools/torch_networks.py tests/cyclegan_tf/importing/torch_networks.npz

needs PyTorch, which the project itself doesn't. With a folder instead of an `.npz` file, it writes
`latest_net_G_A.pth` and so on, of any size, to be imported by hand.

The networks are written down anew after Zhu et al. 2017 and 2020; the places of their layers, by
which their weights are named, are those of pytorch-CycleGAN-and-pix2pix.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
from torch import nn


def generator(filters: int, num_blocks: int) -> nn.Module:
    """Its `ResnetGenerator` with instance norms and reflection padding."""
    f = filters
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, f, 7), *norm_relu(f)]
    for i in (1, 2):
        layers += [nn.Conv2d(f * i, f * 2 * i, 3, stride=2, padding=1), *norm_relu(f * 2 * i)]
    layers += [Block(4 * f) for _ in range(num_blocks)]
    for i in (4, 2):
        up = nn.ConvTranspose2d(f * i, f * i // 2, 3, stride=2, padding=1, output_padding=1)
        layers += [up, *norm_relu(f * i // 2)]
    return Network([*layers, nn.ReflectionPad2d(3), nn.Conv2d(f, 3, 7), nn.Tanh()])


def discriminator(filters: int, num_layers: int) -> nn.Module:
    """Its `NLayerDiscriminator` with instance norms."""
    layers = [nn.Conv2d(3, filters, 4, stride=2, padding=1), nn.LeakyReLU(0.2)]
    for i in range(num_layers):
        inputs, outputs = (filters * min(2**n, 8) for n in (i, i + 1))
        stride = 2 if i + 1 < num_layers else 1
        layers.append(nn.Conv2d(inputs, outputs, 4, stride=stride, padding=1))
        layers += [nn.InstanceNorm2d(outputs), nn.LeakyReLU(0.2)]
    return Network([*layers, nn.Conv2d(filters * min(2**num_layers, 8), 1, 4, padding=1)])


def norm_relu(filters: int) -> list[nn.Module]:
    return [nn.InstanceNorm2d(filters), nn.ReLU()]


class Block(nn.Module):
    def __init__(self, filters: int) -> None:
        super().__init__()
        half = [nn.ReflectionPad2d(1), nn.Conv2d(filters, filters, 3), nn.InstanceNorm2d(filters)]
        again = [nn.ReflectionPad2d(1), nn.Conv2d(filters, filters, 3), nn.InstanceNorm2d(filters)]
        self.conv_block = nn.Sequential(*half, nn.ReLU(), *again)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x + self.conv_block(x)


class Network(nn.Module):
    def __init__(self, layers: list[nn.Module]) -> None:
        super().__init__()
        self.model = nn.Sequential(*layers)
        for weights in self.parameters():
            nn.init.normal_(weights, 0.0, 0.1)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.model(x)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("out", type=Path)
    parser.add_argument("--filters", type=int, default=4)
    parser.add_argument("--blocks", type=int, default=1)
    parser.add_argument("--layers", type=int, default=2)
    parser.add_argument("--size", type=int, nargs=2, default=(24, 20))
    arguments = parser.parse_args()
    torch.manual_seed(0)
    image = torch.rand(1, 3, *arguments.size) * 2 - 1
    networks = {
        name: generator(arguments.filters, arguments.blocks)
        if name.startswith("G")
        else discriminator(arguments.filters, arguments.layers)
        for name in ("G_A", "G_B", "D_A", "D_B")
    }
    with torch.no_grad():
        outputs = {name: network.eval()(image) for name, network in networks.items()}
    arrays = {"image": image.numpy().transpose(0, 2, 3, 1)}
    if arguments.out.suffix == ".npz":
        for name in ("G_A", "D_A"):
            state = networks[name].state_dict()
            arrays |= {f"{name}/{key}": value.numpy() for key, value in state.items()}
    else:
        arguments.out.mkdir(parents=True, exist_ok=True)
        for name, network in networks.items():
            torch.save(network.state_dict(), arguments.out / f"latest_net_{name}.pth")
    arrays |= {f"{name}_output": o.numpy().transpose(0, 2, 3, 1) for name, o in outputs.items()}
    is_file = arguments.out.suffix == ".npz"
    np.savez(arguments.out if is_file else arguments.out / "outputs.npz", **arrays)


if __name__ == "__main__":
    main()
