"""The training loop, read from top to bottom: draw a batch, sum the losses, step, note, save the state."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import CosineAnnealingLR, LambdaLR, LRScheduler, OneCycleLR

from ..corpus.recipe import Optimiser

OnStep = Callable[[int, int, dict[str, float]], None]
"""Told (step, steps, losses) now and then."""

EVERY = 100
"""Steps between two notes of the losses."""


@dataclass(slots=True)
class History:
    """Weighted losses by name, averaged over ``EVERY`` steps each; what the training curves are drawn from."""

    steps: list[int] = field(default_factory=list[int])
    losses: list[dict[str, float]] = field(default_factory=list[dict[str, float]])


class TrainingError(Exception):
    """Training cannot go on; one line that says why."""


def train(
    objective: nn.Module,
    rows: Tensor,
    plan: Optimiser,
    seed: int,
    on_step: OnStep | None = None,
    checkpoint: Path | None = None,
    recipe: str = "",
) -> History:
    """Move the weights inside ``objective`` until the plan is done.

    ``objective(batch, generator)`` returns weighted losses by name, each ``()``. ``rows``: ``(n, columns)``. With a
    ``checkpoint`` file the state is saved there at every note, and a run that was cut off goes on from it to the very
    same weights. It belongs to one ``recipe``, given by its fingerprint. Raises ``TrainingError`` if the loss is no
    longer a number or the checkpoint is of another recipe or run.
    """
    steps = plan.total_steps(len(rows))
    generator = torch.Generator().manual_seed(seed)
    optimiser = _optimiser(objective, plan)
    schedule = _schedule(optimiser, plan, steps)
    history = History()
    state = _State(objective, optimiser, schedule, generator, history, (seed, steps, len(rows)), recipe)
    order = torch.empty(0, dtype=torch.int64)
    first = 0
    if checkpoint is not None and checkpoint.is_file():
        first, order = state.restore(checkpoint)
    sums: dict[str, float] = {}
    objective.train()
    for step in range(first, steps):
        if plan.steps:
            chosen = torch.randint(len(rows), (min(plan.batch, len(rows)),), generator=generator)
        else:
            if len(order) == 0:
                order = torch.randperm(len(rows), generator=generator)
            chosen, order = order[: plan.batch], order[plan.batch :]
        losses: dict[str, Tensor] = objective(rows[chosen].float(), generator)
        total = torch.stack(list(losses.values())).sum()
        optimiser.zero_grad()
        total.backward()  # pyright: ignore[reportUnknownMemberType]  (torch leaves this one untyped)
        optimiser.step()
        schedule.step()
        for name, loss in losses.items():
            sums[name] = sums.get(name, 0.0) + loss.item()
        if (step + 1) % EVERY == 0 or step + 1 == steps:
            since = (step % EVERY) + 1
            means = {name: value / since for name, value in sums.items()}
            if not all(abs(value) < float("inf") for value in means.values()):
                raise TrainingError(f"the loss at step {step + 1} is not a number: {means}; try a smaller rate")
            history.steps.append(step + 1)
            history.losses.append(means)
            sums = {}
            if checkpoint is not None:
                state.save(checkpoint, step + 1, order)
            if on_step is not None:
                on_step(step + 1, steps, means)
    objective.eval()
    return history


def _optimiser(objective: nn.Module, plan: Optimiser) -> torch.optim.Optimizer:
    if plan.kind == "adamw":
        return torch.optim.AdamW(objective.parameters(), lr=plan.rate)
    return torch.optim.Adam(objective.parameters(), lr=plan.rate)


def _schedule(optimiser: torch.optim.Optimizer, plan: Optimiser, steps: int) -> LRScheduler:
    if plan.schedule == "onecycle":
        # a cycle needs its rising part; one of fewer steps than that has none
        return OneCycleLR(optimiser, max_lr=plan.rate, total_steps=max(steps, 10))
    if plan.schedule == "cosine":
        return CosineAnnealingLR(optimiser, T_max=steps)
    return LambdaLR(optimiser, lambda _: 1.0)


@dataclass(slots=True)
class _State:
    """Everything that a run needs to go on exactly as if it had not been cut off."""

    objective: nn.Module
    optimiser: torch.optim.Optimizer
    schedule: LRScheduler
    generator: torch.Generator
    history: History
    run: tuple[int, int, int]
    recipe: str

    def save(self, path: Path, step: int, order: Tensor) -> None:
        state = {
            "recipe": self.recipe,
            "run": self.run,
            "step": step,
            "order": order,
            "objective": self.objective.state_dict(),
            "optimiser": self.optimiser.state_dict(),
            "schedule": self.schedule.state_dict(),
            "generator": self.generator.get_state(),
            "dropout": torch.get_rng_state(),
            "history": (self.history.steps, self.history.losses),
        }
        part = path.with_name(path.name + ".part")
        torch.save(state, part)
        part.replace(path)

    def restore(self, path: Path) -> tuple[int, Tensor]:
        try:
            state: dict[str, Any] = torch.load(path, weights_only=True)
            if state["recipe"] != self.recipe:
                raise TrainingError(
                    f"checkpoint {path} belongs to another recipe ({state['recipe'][:12]}, not {self.recipe[:12]}); "
                    "remove it, or train with that recipe"
                )
            if tuple(state["run"]) != self.run:
                raise TrainingError(
                    f"checkpoint {path} is of another run (seed, steps, rows: {state['run']}, not {self.run}); "
                    "remove it, or train as then"
                )
            self.objective.load_state_dict(state["objective"])
            self.optimiser.load_state_dict(state["optimiser"])
            self.schedule.load_state_dict(state["schedule"])
            self.generator.set_state(state["generator"])
            torch.set_rng_state(state["dropout"])
            self.history.steps, self.history.losses = state["history"]
            return int(state["step"]), state["order"]
        except (RuntimeError, KeyError, ValueError, EOFError, OSError) as error:
            first_line = str(error).partition("\n")[0]
            raise TrainingError(f"checkpoint {path} cannot be read ({first_line}); remove it to start again") from error
