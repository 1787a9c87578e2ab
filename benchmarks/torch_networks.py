"""The paper's networks in PyTorch, to compare with: ResNet generator and 70x70 PatchGAN."""

from torch import nn


def _norm(channels):
    return nn.InstanceNorm2d(channels, affine=True)


class _Block(nn.Module):
    def __init__(self, c):
        super().__init__()
        half = [nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3, bias=False), _norm(c)]
        again = [nn.ReflectionPad2d(1), nn.Conv2d(c, c, 3, bias=False), _norm(c)]
        self.body = nn.Sequential(*half, nn.ReLU(True), *again)

    def forward(self, x):
        return x + self.body(x)


def generator(f, blocks, upsampling="transpose"):
    """A generator of f filters with the upsampling of `resnet_generator` of that name."""
    layers = [nn.ReflectionPad2d(3), nn.Conv2d(3, f, 7, bias=False), _norm(f), nn.ReLU(True)]
    for c in (f, 2 * f):
        down = nn.Conv2d(c, 2 * c, 3, stride=2, padding=1, bias=False)
        layers += [down, _norm(2 * c), nn.ReLU(True)]
    layers += [_Block(4 * f) for _ in range(blocks)]
    for c in (4 * f, 2 * f):
        layers += [*_doubled(c, upsampling), _norm(c // 2), nn.ReLU(True)]
    return nn.Sequential(*layers, nn.ReflectionPad2d(3), nn.Conv2d(f, 3, 7), nn.Tanh())


def _doubled(c, upsampling):
    if upsampling == "resize":
        resized = [nn.Upsample(scale_factor=2), nn.ReflectionPad2d(1)]
        return [*resized, nn.Conv2d(c, c // 2, 3, bias=False)]
    if upsampling == "balanced":
        return [nn.ConvTranspose2d(c, c // 2, 4, 2, 1, bias=False)]
    return [nn.ConvTranspose2d(c, c // 2, 3, 2, 1, output_padding=1, bias=False)]


def discriminator(f):
    parts, channels = [nn.Conv2d(3, f, 4, 2, 1), nn.LeakyReLU(0.2, True)], f
    for i, stride in ((2, 2), (4, 2), (8, 1)):
        parts += [nn.Conv2d(channels, f * i, 4, stride, 1, bias=False), _norm(f * i)]
        parts, channels = [*parts, nn.LeakyReLU(0.2, True)], f * i
    return nn.Sequential(*parts, nn.Conv2d(channels, 1, 4, 1, 1))
