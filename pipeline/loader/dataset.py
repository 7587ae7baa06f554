"""TokenDataset: one split of a built directory, checked before anything is read from it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal, TypeAlias, get_args

from pipeline.loader.batch import Batch, Collator, parse_learn
from pipeline.shards.folder import open_folder
from pipeline.shards.reader import Row, Split
from pipeline.shards.schema import SPLITS

Learn: TypeAlias = Iterable[str] | Mapping[str, float]
Verify: TypeAlias = Literal["first use", "start", "size"]


class TokenDataset:
    """The rows of a split, mapped into memory, in any order.

    Of the files only what is asked for is ever read; a shard is opened when its first row is.
    """

    def __init__(
        self,
        directory: str | Path,
        split: str = "train",
        *,
        learn: Learn = ("state",),
        flat: bool = False,
        multiple_of: int = 1,
        verify: Verify = "first use",
        cache: str | Path | None = None,
    ) -> None:
        """Open a split of a finished directory: a path, or a URL that fsspec knows, whose shards
        are kept in the folder `cache` of this machine.

        `learn` names the roles whose tokens are labels: structure, context, action, state, start;
        with a weight for each, `{"state": 1.0, "action": 0.1}`, batches have `loss_weights`.
        `flat` and `multiple_of` are those of `Collator`.

        Every shard must be there with its size and its end marker. Its checksum is compared before
        its first row is read; with `verify="start"` those of all shards at once, with "size" none.

        Raises ManifestError where the directory is not finished or its manifest was changed,
        DamagedFileError naming the shard that is not what it was, ValueError for an unknown role,
        split or option.
        """
        if verify not in get_args(Verify):
            raise ValueError(f"verify {verify!r}; expected one of {get_args(Verify)}")
        if multiple_of < 1:
            raise ValueError(f"multiple_of {multiple_of}; expected at least 1")
        folder, manifest = open_folder(directory, cache)
        self.directory = str(directory)
        self.split = split
        self.fingerprint = manifest.fingerprint
        self.format = manifest.format
        entries = manifest.files_in(split)
        if not entries:
            there = ", ".join(name for name in SPLITS if manifest.files_in(name))
            raise ValueError(f"{directory}: no split {split!r}; there are {there}")
        folder.check(entries)
        if verify == "start":
            for entry in entries:
                folder.checked_path(entry)
        locate = folder.checked_path if verify == "first use" else folder.path
        self.collator = Collator(
            parse_learn(learn), isinstance(learn, Mapping), self.format, flat, multiple_of
        )
        self._rows = Split(folder.root, entries, self.format, locate)

    def __len__(self) -> int:
        """The number of rows."""
        return len(self._rows)

    def row(self, index: int) -> Row:
        """Row `index`, from 0, as it is stored. Raises IndexError, DamagedFileError."""
        return self._rows.row(index)

    def batch(self, rows: Iterable[int]) -> Batch:
        """Some rows, by number, in the order given; at least one.

        Raises DamagedFileError.
        """
        return self.collator([self._rows.row(row) for row in rows])
