"""Your own model on a chip, from Python and from the command line.

Run: python examples/own_model.py
or:  remanence evaluate examples/own_model.py:net --data digits --chip examples/my-chip.yaml --against nearmem-sram-22nm
"""

import torch
from torch import nn

import remanence as rm
from remanence.network.datasets import digits
from remanence.network.training import train


class Net(nn.Module):
    """A small residual network: any module that calls Linear and Conv2d as modules will do."""

    def __init__(self) -> None:
        super().__init__()
        self.first, self.inner = nn.Conv2d(1, 12, 3, padding=1), nn.Conv2d(12, 12, 3, padding=1)
        self.last = nn.Linear(12 * 16, 10)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return class scores for images of shape (N, 1, 8, 8)."""
        x = torch.relu(self.first(images))
        x = torch.relu(x + self.inner(x))
        x = nn.functional.max_pool2d(x, 2)
        scores: torch.Tensor = self.last(x.flatten(1))
        return scores


def net() -> nn.Module:
    """Return the trained network; here it is trained on the spot, yours will be loaded."""
    model = Net()
    train(model, digits(), epochs=6)
    return model


def main() -> None:
    """Deploy, evaluate, estimate."""
    data, model = digits(), net()
    chip = rm.chip("crossbar-stt-22nm")
    deployed = rm.deploy(model, chip, calibration=data.train_images[:128])
    print(deployed.coverage)
    result = deployed.evaluate(data.batches(limit=120), draws=4)
    low, high = result.accuracy.interval
    print(f"accuracy on the chip {result.accuracy.mean:.2%} ({low:.2%} to {high:.2%})")
    print(f"accuracy of the float model {result.accuracy.float_model:.2%}")
    estimate = result.estimate()
    print(f"energy {estimate.energy}, latency {estimate.latency}, area {estimate.area}")
    print(estimate.table())


if __name__ == "__main__":
    main()
