"""Steps of a small Llama from `transformers` on what the loader gives."""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from support.built_directories import FORMAT, build, made_up_documents

torch = pytest.importorskip("torch")
transformers = pytest.importorskip("transformers")

from pipeline.loader.torch import batches, document_mask  # noqa: E402

LEARN = {"state": 1.0, "action": 0.1, "start": 0.5}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("training")
    build(root, {"train": made_up_documents(80, longest=20)})
    return root


def model() -> Any:
    """A Llama of two layers; the same at every call."""
    torch.manual_seed(0)
    config = transformers.LlamaConfig(
        vocab_size=FORMAT.vocabulary_size,
        hidden_size=32,
        intermediate_size=64,
        num_hidden_layers=2,
        num_attention_heads=2,
        pad_token_id=FORMAT.pad_id,
        attn_implementation="sdpa",
    )
    return transformers.LlamaForCausalLM(config)


def loss_of(llama: Any, batch: dict[str, Any]) -> Any:
    """Cross-entropy, each label with its weight."""
    logits = llama(
        input_ids=batch["input_ids"],
        position_ids=batch["position_ids"],
        attention_mask=document_mask(batch),
    ).logits
    entropy = torch.nn.functional.cross_entropy(
        logits[:, :-1].flatten(0, 1), batch["labels"][:, 1:].flatten(), reduction="none"
    )
    weights = batch["loss_weights"][:, 1:].flatten()
    return (entropy * weights).sum() / weights.sum()


def step(llama: Any, optimizer: Any, parts: list[dict[str, Any]]) -> float:
    """One step on the batches of all ranks, as if their gradients were averaged."""
    optimizer.zero_grad()
    loss = sum(loss_of(llama, part) for part in parts) / len(parts)
    loss.backward()
    optimizer.step()
    return float(loss)


def train(llama: Any, ranks: list[Any], steps: int) -> list[float]:
    optimizer = torch.optim.SGD(llama.parameters(), lr=0.5)
    arriving = zip(*(islice(rank, steps) for rank in ranks), strict=True)
    return [step(llama, optimizer, list(parts)) for parts in arriving]


def test_the_loss_falls(root: Path) -> None:
    llama = model()
    losses = [loss for _ in range(6) for loss in train(llama, [loader(root)], 6)]
    assert sum(losses[-6:]) < 0.9 * sum(losses[:6])


def loader(root: Path, **options: Any) -> Any:
    return batches(root, "train", 2, learn=LEARN, drop_last=True, **options)


@pytest.mark.parametrize("workers", [0, 2])
def test_a_run_goes_on_with_other_workers_and_ranks(root: Path, workers: int) -> None:
    """On one rank, then on two with workers: the losses are those of a run that never stopped."""
    whole, first = model(), loader(root, workers=2)
    alone = loader(root)
    expected = [step_of_two(whole, alone) for _ in range(6)]
    llama = model()
    found = [step_of_two(llama, first) for _ in range(3)]
    state = json.loads(json.dumps(first.state_dict()))
    ranks = [loader(root, rank=rank, world_size=2, workers=workers) for rank in range(2)]
    for rank in ranks:
        rank.load_state_dict(state)
    found += train(llama, ranks, 3)
    assert found == pytest.approx(expected, rel=1e-5)
    assert ranks[0].state_dict() == alone.state_dict()


def step_of_two(llama: Any, rank: Any) -> float:
    """One step on two batches of one rank."""
    optimizer = torch.optim.SGD(llama.parameters(), lr=0.5)
    return step(llama, optimizer, list(islice(rank, 2)))


def test_flat_rows_give_the_same_loss(root: Path) -> None:
    """Rows end to end, kept apart by the mask alone."""
    llama = model()
    options = {"learn": LEARN, "seed": None}
    rows = next(iter(batches(root, "train", 4, **options)))
    flat = next(iter(batches(root, "train", 4, flat=True, **options)))
    assert flat["input_ids"].shape[0] == 1
    assert float(loss_of(llama, flat)) == pytest.approx(float(loss_of(llama, rows)), rel=1e-5)


def test_documents_do_not_see_one_another(root: Path) -> None:
    """The negative control: without the mask the loss is another."""
    llama = model()
    batch = next(iter(loader(root)))
    logits = llama(input_ids=batch["input_ids"], position_ids=batch["position_ids"]).logits
    masked = llama(
        input_ids=batch["input_ids"],
        position_ids=batch["position_ids"],
        attention_mask=document_mask(batch),
    ).logits
    assert not torch.allclose(logits, masked, atol=1e-4)
