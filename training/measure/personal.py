"""How much a few examples of one person's own help: the error on that person's other settings."""

import numpy as np

from ...model.model import Model
from ...model.settings import to_bands
from .protocol import Split, curves_db, rms

EXAMPLES = (0, 1, 3)
_DRAWS = 3
_FEWEST = max(EXAMPLES) + 1


def personal_errors(model: Model, split: Split, seed: int) -> dict[str, list[float]]:
    """Mean error per held-out person with enough rows of a term, by term and number of examples, dB.

    The examples are drawn at random, a few times; the error is measured on the rows that were not drawn, one by one.
    The same rows are judged with and without examples.
    """
    random = np.random.default_rng(seed)
    found: dict[str, list[float]] = {}
    for term in ("warm", "bright"):
        rows = split.held.rows_of(term)
        for person in np.unique(split.held.users[rows]):
            own = rows[split.held.users[rows] == person]
            if len(own) < _FEWEST:
                continue
            errors: dict[int, list[float]] = {count: [] for count in EXAMPLES}
            for _ in range(_DRAWS):
                order = random.permutation(own)
                judged = order[max(EXAMPLES) :]
                for count in EXAMPLES:
                    examples = [to_bands(split.held.values[index].tolist()) for index in order[:count]]
                    curve = curves_db(model.network.rows(model.adapt(term, examples)))
                    errors[count].append(float(rms(split.held_db[judged] - curve).mean()))
            for count, values in errors.items():
                found.setdefault(f"personal_{term}_{count}_db", []).append(float(np.mean(values)))
    return found
