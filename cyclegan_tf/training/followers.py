"""`FollowedRun`: the run folder for the workers that only read it, as the first one writes it."""

from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cyclegan_tf.config import Config
from cyclegan_tf.runs.folder import RunFolder
from data_pipeline.preparation import AS_THEY_ARE, Preparation

if TYPE_CHECKING:
    from cyclegan_tf.model.cyclegan import CycleGAN


class FollowedRun(RunFolder):
    """A run folder in which nothing is written, nor checked, as that is under way elsewhere."""

    def check_place(self) -> None:
        pass

    def alone(self) -> AbstractContextManager[None]:
        return nullcontext()

    def start_or_resume(self, config: Config, data: dict[str, list]) -> None:
        pass

    def write_parts(self, parts: dict[str, Any]) -> None:
        pass

    def withdraw_generators(self) -> None:
        pass

    def write_card(self, card: dict[str, Any]) -> None:
        pass

    def append_metrics(self, line: dict[str, Any]) -> None:
        pass

    def append_validation(self, line: dict[str, Any]) -> None:
        pass

    def rewind_metrics(self, step: int) -> float:
        return 0.0

    def set_aside(self, checkpoint: Path) -> Path:
        return checkpoint

    def save_checkpoint(
        self, model: "CycleGAN", keep: int, preparation: Preparation = AS_THEY_ARE
    ) -> Path:
        return self.path

    def keep_elsewhere(
        self, model: "CycleGAN", preparation: Preparation = AS_THEY_ARE
    ) -> Path | None:
        return None
