"""Build: the whole job, one stage after the other. Each makes a store, unless it is there.

programs ─▶ traces ─▶ tokenizer ─▶ (inverse steps) ─▶ documents ─▶ rows ─▶ manifest
"""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

import numpy as np

from pipeline import graphs
from pipeline.config import Config, TracingConfig
from pipeline.corpus.records import CorpusError
from pipeline.finish import NOT_RUN, UNFIT_FILE, finish, row_format
from pipeline.inverse_steps import merge_steps
from pipeline.ledger import DOCUMENTS, JUDGED, STAGES, STEPS, UNFIT
from pipeline.progress import Display, Ticker
from pipeline.recipes import (
    documents_recipe,
    given_tokenizer_recipe,
    programs_recipe,
    rows_recipe,
    running,
    steps_recipe,
    traces_recipe,
    trained_tokenizer_recipe,
)
from pipeline.report.write import write_report
from pipeline.runners import LOCAL, Name, Runner, run
from pipeline.shards.huggingface import write_split
from pipeline.shards.manifest import Manifest
from pipeline.shards.places import Place
from pipeline.shards.rejected import read_file, write_rejected
from pipeline.shards.runs import read_rejections
from pipeline.shards.schema import (
    PROGRAMS,
    RUNS,
    SPLITS,
    TRACES,
    shard_count,
    shard_name,
)
from pipeline.shards.stores import Counts, Recipe, Store
from pipeline.shards.traces import TraceStore
from pipeline.shards.vocabulary import FOLDER as TOKENIZER
from pipeline.shards.vocabulary import read_vocabulary, write_vocabulary
from pipeline.shards.writer import FileEntry, write_bytes, write_stream
from pipeline.stages.rows import Shards
from pipeline.stages.traces import sandbox
from pipeline.stored import StoredTraces
from pipeline.strict import ConfigError, plain, read
from pipeline.timings import Timings
from pipeline.tokenizer import given_model
from pipeline.workspace import Workspace, report_path
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Kind, Model
from tracing.isolation import Level
from tracing.rejection import Reason

_AMBIGUOUS = f"{STEPS}/ambiguous.npy"
_ROW_TOKENS = 1 << 26  # of a wave of rows, about: what a graph holds in memory at once
_FILES_OF_TRACES = 16  # that a worker makes or encodes in a wave; each wave starts its workers

Part = tuple[Counts, list[FileEntry]]  # what a wave comes to


def build(
    config: Config,
    root: Place,
    display: Display,
    stored: StoredTraces | None = None,
    only: str | None = None,
    force: bool = False,
    again: Reason | None = None,
    runner: Runner = LOCAL,
) -> Manifest | None:
    """Run the whole job into the directory `root`; what it is then, the manifest says.

    What is there already is not made again, unless `force` says so. With `stored`, its traces are
    used, and no program is run; the result is the same. With `only`, the job ends after that stage,
    without a manifest. With `again`, programs that were rejected for that reason are run under
    the configuration's limits; all others stay as they are.

    Raises ConfigError where `root` cannot be used, SandboxError where no program can be run,
    CorpusError where none can be used, ManifestError where a store has another version, WriteError
    where the place is full, and whatever a stage raises.
    """
    if stored is not None:
        config = stored.configuration(config)
        if str(root.resolve()) == str(stored.root.resolve()):
            raise ConfigError("--output", f"{root}: has the traces that are to be used")
    with Workspace(root, force) as work:
        return _Build(config, work, display, stored, again, runner).run(only)


def train_tokenizer(config: Config, root: Place, display: Display) -> Model:
    """Trace the programs and train the tokenizer alone; `root` is only worked in.

    Raises as `build` does.
    """
    build(config, root, display, only="tokenizer")
    return read_vocabulary(root / TOKENIZER)


class _Build:
    """One build. A method for each stage gives its store; what is there it only names."""

    def __init__(
        self,
        config: Config,
        work: Workspace,
        display: Display,
        stored: StoredTraces | None,
        again: Reason | None,
        runner: Runner,
    ) -> None:
        self._config, self._work, self._display, self._stored = config, work, display, stored
        self._runner = runner
        self._root, self._ledger = work.root, work.ledger
        self._timings = Timings(work.root)
        self._isolation = NOT_RUN
        self._amendments: list[dict[str, Any]] = []
        self._amend(again)

    def run(self, only: str | None) -> Manifest | None:
        """All stages, or those to `only`."""
        wanted = STAGES[: STAGES.index(only) + 1] if only else STAGES
        if self._stored is not None:
            self._stored.copy_to(self._root, self._ledger)
        for name in wanted:
            if name in self._stages:
                getattr(self, name)(with_files=name == only or name not in ("steps", "documents"))
        if only:
            return None
        return self._finish()

    @property
    def _stages(self) -> list[str]:
        """The stages that this build has, in their order."""
        needed = self._config.trajectories.inverse_steps
        return [name for name in STAGES if name != "steps" or needed]

    def programs(self, with_files: bool = True) -> Store:
        """The programs of the corpus, selected or not."""
        if self._stored is not None:
            return self._stored.programs
        recipe = self._selection
        return self._ledger.find(recipe, with_files) or self._make(
            recipe, "Programs", 1, 1, self._select
        )

    @cached_property
    def _selection(self) -> Recipe:
        """The recipe of the programs. All of the corpus is read for it: once."""
        return programs_recipe(self._config)

    def traces(self, with_files: bool = True) -> Store:
        """The runs of the programs and their traces."""
        if self._stored is not None:
            return self._stored.traces
        programs = self.programs()
        recipe = traces_recipe(self._config, programs, self._amendments)
        if (found := self._ledger.find(recipe, with_files)) is not None:
            return found
        self._isolate()
        others = self._ledger.present("traces")
        self._ledger.set_aside(s for s in others if s.recipe != recipe and self._is_alike(s))
        files = _files(programs)
        step = partial(self._trace, programs, files)
        store = self._make(recipe, "Traces", files, self._at_once, step)
        self._ledger.forget_previous()
        return store

    def tokenizer(self, with_files: bool = True) -> Store:
        """The vocabulary: one that is given, or one that is trained."""
        model = given_model(self._config.tokenizer)
        if model is not None:
            recipe = given_tokenizer_recipe(self._config, model)
            return self._ledger.find(recipe, with_files) or self._give(recipe, model)
        traces = self.traces()
        recipe = trained_tokenizer_recipe(self._config, traces)
        step = partial(self._train, traces)
        return self._ledger.find(recipe, with_files) or self._make(recipe, "Tokenizer", 1, 1, step)

    def steps(self, with_files: bool = True) -> Store:
        """The inverse steps that have several answers."""
        traces = self.traces()
        recipe = steps_recipe(traces)
        step = partial(self._collect, traces)
        return self._ledger.find(recipe, with_files) or self._make(
            recipe, "Inverse steps", 1, 1, step
        )

    def documents(self, with_files: bool = True) -> Store:
        """The documents, encoded."""
        traces, tokenizer = self.traces(), self.tokenizer()
        needed = self._config.trajectories.inverse_steps
        steps = [self.steps(with_files=False)] if needed else []
        recipe = documents_recipe(self._config, traces, tokenizer, *steps)
        if (found := self._ledger.find(recipe, with_files)) is not None:
            return found
        if steps:
            self.steps()
        entries = traces.files_in(TRACES)
        files = _files(self.programs())
        step = partial(self._encode, entries, files)
        total = sum(entry.rows for entry in entries)
        return self._make(
            recipe, "Documents", len(entries), self._at_once, step, total, self._unfit
        )

    def rows(self, with_files: bool = True) -> Store:
        """The rows."""
        tokenizer, documents = self.tokenizer(), self.documents(with_files=False)
        recipe = rows_recipe(self._config, tokenizer, documents)
        if (found := self._ledger.find(recipe, with_files)) is not None:
            return found
        documents = self.documents()
        form = row_format(self._config, load(read_vocabulary(self._root / TOKENIZER)))
        packing = self._config.packing
        bounds, chosen = self._mixed(documents)
        shards = Shards.of(_by_split(chosen["kept"]), packing)
        each = packing.rows_per_shard * packing.sequence_length
        at_once = max(self._config.workers, _ROW_TOKENS // each)
        step = partial(self._pack, documents, form, shards, bounds)

        def end() -> Part:
            return chosen, [*self._describe(form), *self._judged(documents)]

        return self._make(recipe, "Rows", len(shards), at_once, step, None, end)

    @property
    def _at_once(self) -> int:
        """The files of traces that a wave takes."""
        return _FILES_OF_TRACES * self._config.workers

    # How a stage is made: in waves, then what can be told only of all of them.

    def _make(
        self,
        recipe: Recipe,
        title: str,
        shards: int,
        at_once: int,
        step: Callable[[range, Ticker], Part],
        total: int | None = None,
        end: Callable[[], Part] | None = None,
    ) -> Store:
        self._ledger.begin(recipe)
        if self._runner.name is not Name.LOCAL:  # which keeps what is done itself: one job
            at_once = shards
        ticker = self._work.ticker(recipe.name)
        unit = "shards" if recipe.name == "rows" else "programs"
        display = self._display
        with (
            self._timings.stage(recipe.name) as metrics,
            display.stage(title, ticker, unit, total, metrics),
        ):
            for wave in self._ledger.waves(recipe, shards, at_once):
                self._ledger.commit_wave(recipe, wave, *step(wave, ticker))
            counts, files = end() if end else ({}, [])
            return self._ledger.commit(recipe, counts, files)

    def _run(self, graph: Callable[..., None], *arguments: Any) -> None:
        name, workers = graph.__name__.removesuffix("_graph"), self._config.workers
        self._timings.add(run(lambda p: graph(p, *arguments), workers, self._runner, name))

    def _select(self, _wave: range, ticker: Ticker) -> Part:
        self._run(graphs.program_graph, self._config, self._root)
        fates = dict(self._work.report(graphs.FATES))
        ticker.tick(sum(fates.values()))
        selected = fates.pop("", 0)
        files = self._work.entries(graphs.FILES)
        return {"selected": selected, "rejected": fates}, files

    def _trace(self, programs: Store, files: int, wave: range, ticker: Ticker) -> Part:
        names = {shard_name(PROGRAMS, number, files) for number in wave}
        entries = [entry for entry in programs.files if entry.path in names]
        ways = [(a["rejected"], self._tracing(a["tracing"])) for a in self._amendments]
        previous = self._ledger.previous()
        arguments = (self._config, self._root, entries, files, wave, previous, ways, ticker)
        self._run(graphs.trace_graph, *arguments)
        found = self._work.entries(graphs.FILES)
        runs = [entry for entry in found if entry.path.startswith(f"{RUNS}/")]
        reasons = Counter(str(item.reason) for item in read_rejections(self._root, runs))
        traced = sum(entry.rows for entry in runs) - reasons.total()
        return {"traced": traced, "rejected": reasons}, found

    def _train(self, traces: Store, _wave: range, ticker: Ticker) -> Part:
        entries = traces.files_in(TRACES)
        records = (record for entry in entries for record in TraceStore(self._root, [entry]))
        if all(record.split != graphs.TRAIN for record in records):  # most end with the first
            rejected = [store.counts["rejected"] for store in (self.programs(), traces)]
            reasons: Counter[str] = sum(map(Counter, rejected), Counter())
            told = "".join(f"; {n:,} rejected: {reason}" for reason, n in sorted(reasons.items()))
            raise CorpusError(f"no program of the split {graphs.TRAIN} can be used{told}")
        self._run(graphs.tokenizer_graph, self._config, self._root, entries, ticker)
        data = (self._root / report_path(graphs.MODEL)).read_bytes()
        model = Model(Kind.SENTENCEPIECE, data)
        return {}, write_vocabulary(self._root, model, load(model))

    def _give(self, recipe: Recipe, model: Model) -> Store:
        self._ledger.begin(recipe)
        files = write_vocabulary(self._root, model, load(model))
        return self._ledger.commit(recipe, files=files)

    def _collect(self, traces: Store, _wave: range, ticker: Ticker) -> Part:
        self._run(graphs.step_graph, self._root, traces.files_in(TRACES), ticker)
        data = io.BytesIO()
        np.save(data, merge_steps(self._root / STEPS))
        return {}, [write_bytes(self._root, _AMBIGUOUS, data.getvalue())]

    def _encode(
        self, entries: Sequence[FileEntry], files: int, wave: range, ticker: Ticker
    ) -> Part:
        some = [entries[number] for number in wave]
        model = read_vocabulary(self._root / TOKENIZER)
        needed = self._config.trajectories.inverse_steps
        keys = self._root / _AMBIGUOUS if needed else None
        arguments = (self._config, self._root, some, files, model, keys, ticker)
        self._run(graphs.document_graph, *arguments)
        (tally,) = self._work.report(graphs.TALLY) or [{}]
        counts = {"tally": tally, **self._counted(graphs.KEPT, "documents")}
        return counts, self._work.entries(graphs.FILES)

    def _unfit(self) -> Part:
        """All programs that no document can be made of, in one file that stays."""
        waves = self._ledger.wave_files("documents")
        files = [entry for entry in waves if entry.path.startswith(f"{UNFIT}/")]
        found = [item for entry in files for item in read_file(self._root, entry.path)]
        write_rejected(self._root, UNFIT_FILE, found)
        return {}, []

    def _mixed(self, documents: Store) -> tuple[Mapping[str, Any] | None, dict[str, Any]]:
        """The bounds of the mixture, and the counts of the documents that are kept and left out."""
        if self._config.mixture is None:
            counts = documents.counts
            kept = {"kept": counts.get("documents", {}), "policies": counts.get("policies", {})}
            return None, {**kept, "left_out": {}}
        entries = documents.files_in(DOCUMENTS)
        self._run(graphs.mixture_graph, self._config, self._root, entries)
        kept, left = self._counted(graphs.KEPT, "kept"), self._counted(graphs.LEFT, "left_out")
        del left["policies"]
        self._check_mixture(kept["kept"], left["left_out"])
        bounds = {
            split: {group: int(bound) for group, bound in found.items()}
            for split, found in self._work.report(graphs.BOUNDS)
        }
        return bounds, {**kept, **left}

    def _check_mixture(self, kept: Mapping[str, Any], left: Mapping[str, Any]) -> None:
        """Shares that leave nothing to train on are an error."""
        groups = left.get(graphs.TRAIN, {}).keys()
        if groups and graphs.TRAIN not in kept:
            shares = self._config.mixture.shares if self._config.mixture else {}
            missing = ", ".join(sorted(shares.keys() - groups)) or "some group"
            found = ", ".join(sorted(groups))
            problem = f"no document of {missing} in the split {graphs.TRAIN}, which has {found}"
            raise CorpusError(f"mixture: {problem}: no share can hold")

    def _pack(
        self,
        documents: Store,
        form: Any,
        shards: Shards,
        bounds: Mapping[str, Any] | None,
        wave: range,
        ticker: Ticker,
    ) -> Part:
        entries = documents.files_in(DOCUMENTS)
        self._run(graphs.row_graph, self._config, self._root, entries, form, shards, wave, bounds)
        written = {entry.path: entry for entry in self._work.entries(graphs.FILES)}
        names = [
            (split, shard_name(split, number, shards.files[split]))
            for split, numbers in shards.numbers(wave).items()
            for number in numbers
        ]
        rows: Counter[str] = Counter()
        for split, name in names:  # one where no document was placed has no rows
            if name not in written:
                written[name] = write_stream(self._root, name, form.schema, [])
            rows[split] += written[name].rows
            ticker.tick()
        return {"rows": rows}, list(written.values())

    def _describe(self, form: Any) -> list[FileEntry]:
        waves = sorted(self._ledger.wave_files("rows"), key=lambda entry: entry.path)
        found: list[FileEntry] = []
        for split in SPLITS:
            shards = [entry for entry in waves if entry.path.startswith(f"{split}/")]
            found += write_split(self._root, split, shards, form)
        return found

    def _judged(self, documents: Store) -> list[FileEntry]:
        if not self._config.trajectories.inverse_steps:
            return []
        self._run(graphs.judged_graph, self._root, documents.files_in(JUDGED))
        return self._work.entries(graphs.FILES)

    def _counted(self, report: str, name: str) -> dict[str, Any]:
        """The counts of documents that a graph reported: under `name` those of each split and
        group, under `policies` those of each policy."""
        groups: dict[str, dict[str, Counter[str]]] = {}
        policies: dict[str, Counter[str]] = {}
        for (split, group, policy), counts in self._work.report(report):
            groups.setdefault(split, {}).setdefault(group, Counter()).update(counts)
            policies.setdefault(policy, Counter()).update(counts)
        return {name: groups, "policies": policies}

    # Runs under other limits.

    def _amend(self, again: Reason | None) -> None:
        """Take up the amendments of the traces that are there, with another one for `again`."""
        present = self._ledger.present("traces") if self._stored is None else []
        if again is not None:
            self._config, amended = self._as_it_was(present, again)
        stores = [*present, *(store for _, store in self._ledger.previous())]
        known = [s.recipe.config["amendments"] for s in stores if self._is_alike(s)]
        self._amendments = list(max(known, key=len, default=[]))
        if again is not None and amended not in self._amendments[-1:]:
            self._amendments.append(amended)

    def _as_it_was(self, present: Sequence[Store], again: Reason) -> tuple[Config, dict[str, Any]]:
        """The configuration that the traces were made with, and the amendment that this one is."""
        finished = self._ledger.finished("traces") or next(
            (store for _, store in self._ledger.previous()), None
        )
        if finished is None:
            raise ConfigError("--only-rejected", f"{self._root}: there are no traces yet")
        amended = running(self._config.tracing)["tracing"]
        before = self._tracing(finished.recipe.config["tracing"])
        for key in amended.keys() - {"limits"}:
            if amended[key] != plain(before)[key]:
                problem = "other than that of the traces; `limits` alone can be another"
                raise ConfigError(f"tracing.{key}", problem)
        amendment = {"rejected": str(again), "tracing": amended}
        return replace(self._config, tracing=before), amendment

    def _is_alike(self, store: Store) -> bool:
        """Whether programs run now would be run as those of a store were."""
        now = running(self._config.tracing)
        return all(store.recipe.config.get(key) == value for key, value in now.items())

    def _tracing(self, data: Mapping[str, Any]) -> TracingConfig:
        found = read(TracingConfig, dict(data))
        return replace(found, isolation=self._config.tracing.isolation)

    def _isolate(self) -> None:
        """Take the level of isolation that can be had here, so that no worker takes another; what
        this machine has says nothing of others."""
        if self._runner.name is not Name.LOCAL:
            self._isolation = "the strongest of each worker"
            return
        probe = sandbox(self._config.tracing)
        try:
            level = probe.start()
        finally:
            probe.close()
        for trouble in probe.passed_over:
            self._display.warn(f"no isolation {trouble}")
        if level is Level.UNSAFE:
            self._display.warn("programs run behind limits alone: nothing keeps them from harm")
        self._display.note(f"Isolation: {probe.description}")
        self._isolation = probe.description
        tracing = replace(self._config.tracing, isolation=level)
        self._config = replace(self._config, tracing=tracing)

    def _finish(self) -> Manifest:
        stores = {name: getattr(self, name)(with_files=False) for name in self._stages}
        manifest, is_new = finish(self._config, self._work, stores, self._timings, self._isolation)
        if is_new:
            write_report(self._root)
        return manifest


def _files(programs: Store) -> int:
    """How many files programs and their traces are shared out to; an empty one is not there."""
    return max((shard_count(entry.path) for entry in programs.files), default=1)


def _by_split(counts: Mapping[str, Mapping[str, Any]]) -> dict[str, Counter[str]]:
    return {s: sum(map(Counter, groups.values()), Counter()) for s, groups in counts.items()}
