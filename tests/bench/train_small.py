"""Trains a small Llama on a built directory, on the CPU: does what the rows teach show?

    python tests/bench/train_small.py DIRECTORY [--minutes 8] [--threads 1]

Needs torch and transformers. Rows come from the loader (`train`), attention is kept within
documents by `document_mask`, only states learn. From time to time, and at the end, the split
`validation` (programs that the model has not seen) is read with the documents' own tokens before
each place, and for the states that a `step_into` leads to this is printed:

tokens    the share of their tokens that are the most probable ones
frames    the share of states of which every token is
copy      the same two for an answer that repeats the state before, token by token
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import torch
from transformers import LlamaConfig, LlamaForCausalLM

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from pipeline.inspecting import vocabulary_in  # noqa: E402
from pipeline.loader.dataset import TokenDataset  # noqa: E402
from pipeline.loader.torch import Tensors, batches, document_mask, tensors  # noqa: E402
from pipeline.shards.reader import Row  # noqa: E402
from tokenization.grammar import Marker, Role  # noqa: E402


def llama(vocabulary_size: int, length: int) -> Any:
    """A model of about a million parameters."""
    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=vocabulary_size,
        hidden_size=128,
        intermediate_size=352,
        num_hidden_layers=4,
        num_attention_heads=4,
        max_position_embeddings=length,
        tie_word_embeddings=True,
        attn_implementation="sdpa",
    )
    return LlamaForCausalLM(config)


def logits_of(model: Any, batch: Tensors) -> torch.Tensor:
    """What the model thinks comes after each token."""
    with torch.autocast("cpu", torch.bfloat16):
        found: torch.Tensor = model(
            input_ids=batch["input_ids"],
            position_ids=batch["position_ids"],
            attention_mask=document_mask(batch),
        ).logits
    return found.float()


def loss_of(logits: torch.Tensor, labels: torch.Tensor) -> torch.Tensor:
    """Mean cross-entropy of the tokens that learn, in nats."""
    return torch.nn.functional.cross_entropy(logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten())


def runs(row: Row) -> Iterator[tuple[int, int]]:
    """The first and last + 1 token of each state of a row, the first frame of a document too."""
    shown = np.isin(row.roles, (Role.STATE, Role.START))
    edges = np.flatnonzero(np.diff(shown, prepend=False, append=False))
    return zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)


def stepped(row: Row, marker: int) -> Iterator[tuple[slice, slice]]:
    """The states that a `step_into` leads to, each with the state before it."""
    for (begin, end), (at, to) in pairwise(runs(row)):
        if marker in row.input_ids[end:at]:
            yield slice(begin, end), slice(at, to)


def score(model: Any, dataset: TokenDataset, marker: int, rows: int) -> dict[str, float]:
    """The figures of the first rows of a split."""
    found = {"tokens": 0, "frames": 0, "copy tokens": 0, "copy frames": 0}
    losses, tokens, frames = [], 0, 0
    model.eval()
    for number in range(min(rows, len(dataset))):
        row, batch = dataset.row(number), tensors(dataset.batch([number]))
        with torch.no_grad():
            logits = logits_of(model, batch)
        losses.append(float(loss_of(logits, batch["labels"])))
        best = np.concatenate([[-1], logits[0, :-1].argmax(-1).numpy()])
        for before, state in stepped(row, marker):
            truth, old = row.input_ids[state], row.input_ids[before]
            right, same = best[state] == truth, truth[: len(old)] == old[: len(truth)]
            frames, tokens = frames + 1, tokens + len(truth)
            found["tokens"] += int(right.sum())
            found["frames"] += bool(right.all())
            found["copy tokens"] += int(same.sum())
            found["copy frames"] += bool(len(old) == len(truth) and same.all())
    model.train()
    shares = {n: k / (tokens if "tokens" in n else frames) for n, k in found.items()}
    return {"loss": float(np.mean(losses)), **shares, "states": frames}


def report(minutes: float, step: int, seen: int, figures: dict[str, float]) -> None:
    """One line."""
    shown = ", ".join(
        f"{name} {value:.2%}" for name, value in figures.items() if name not in ("loss", "states")
    )
    print(
        f"{minutes:5.1f} min, step {step:5}, {seen / 1e6:5.2f} M tokens: held-out loss "
        f"{figures['loss']:.3f}; {figures['states']:.0f} states: {shown}",
        flush=True,
    )


def main() -> None:
    """Train, and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("directory", type=Path)
    parser.add_argument("--minutes", type=float, default=8)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rate", type=float, default=3e-3)
    parser.add_argument("--batch-size", type=int, default=2)
    parser.add_argument("--rows", type=int, default=40, help="of the held-out split")
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    marker = vocabulary_in(options.directory).marker_id(Marker.STEP_INTO)
    held_out = TokenDataset(options.directory, "validation")
    form = held_out.format
    model = llama(form.vocabulary_size, form.sequence_length)
    optimizer = torch.optim.AdamW(model.parameters(), lr=options.rate, betas=(0.9, 0.95))
    loader = batches(options.directory, "train", options.batch_size, drop_last=True)
    report(0, 0, 0, score(model, held_out, marker, options.rows))
    spent, step, told = 0.0, 0, 0.0  # minutes of training alone
    while spent < options.minutes:
        for batch in loader:
            started = time.monotonic()
            left = max(0.0, 1 - spent / options.minutes)
            optimizer.param_groups[0]["lr"] = options.rate * min(1, (step + 1) / 50, 0.05 + left)
            loss = loss_of(logits_of(model, batch), batch["labels"])
            optimizer.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            step, spent = step + 1, spent + (time.monotonic() - started) / 60
            if spent - told > options.minutes / 8 or spent >= options.minutes:
                told = spent
                seen = step * options.batch_size * form.sequence_length
                report(spent, step, seen, score(model, held_out, marker, options.rows))
            if spent >= options.minutes:
                break


if __name__ == "__main__":
    main()
