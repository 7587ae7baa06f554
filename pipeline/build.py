"""Build: the whole job, one stage after the other. Each makes a store, unless it is there.

candidates ─▶ programs ─▶ traces ─▶ tokenizer ─▶ (inverse steps) ─▶ documents ─▶ rows ─▶ manifest
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cached_property, partial
from typing import Any

from pipeline import recipes, waves
from pipeline import rows as row_waves
from pipeline.amendments import amend, is_alike
from pipeline.config import Config
from pipeline.corpus.records import expand
from pipeline.finish import NOT_RUN, finish
from pipeline.job import Job, Waves
from pipeline.ledger import STAGES
from pipeline.progress import Display
from pipeline.report.write import write_report
from pipeline.runners import LOCAL, Name, Runner, run
from pipeline.shards.manifest import Manifest
from pipeline.shards.places import Place
from pipeline.shards.schema import TRACES, shard_count
from pipeline.shards.stores import Recipe, Store
from pipeline.shards.vocabulary import FOLDER as TOKENIZER
from pipeline.shards.vocabulary import read_vocabulary, write_vocabulary
from pipeline.stages.traces import sandbox
from pipeline.stored import StoredTraces
from pipeline.strict import ConfigError
from pipeline.timings import Timings
from pipeline.tokenizer import given_model
from pipeline.workers import Workers
from pipeline.workspace import Workspace
from tokenization.vocabularies.load import load
from tokenization.vocabulary import Model
from tracing.isolation import Level
from tracing.rejection import Reason

_ROW_TOKENS = 1 << 26  # of a wave of rows, about: what a graph holds in memory at once
_FILES_OF_CORPUS = 8  # read in a wave
_FILES_OF_TRACES = 8  # made or encoded in a wave: 16,000 programs, which the runner holds at once
_PASSING = ("candidates", "steps", "documents")  # stages whose files only the next ones need


def build(
    config: Config,
    root: Place,
    display: Display,
    stored: StoredTraces | None = None,
    only: str | None = None,
    force: bool = False,
    again: Reason | None = None,
    runner: Runner = LOCAL,
    workers: Workers | None = None,
) -> Manifest | None:
    """Run the whole job into the directory `root`; what it is then, the manifest says.

    What is there already is not made again, unless `force` says so. With `stored`, its traces are
    used, and no program is run; the result is the same. With `only`, the job ends after that stage,
    without a manifest. With `again`, programs that were rejected for that reason are run under
    the configuration's limits; all others stay as they are. `workers` were begun already, as many
    as the configuration says; they are ended with the build.

    Raises ConfigError where `root` cannot be used, SandboxError where no program can be run,
    CorpusError where none can be used, ManifestError where a store has another version, WriteError
    where the place is full, WorkerError where a worker process was ended, and whatever a stage
    raises.
    """
    if stored is not None:
        config = stored.configuration(config)
        if str(root.resolve()) == str(stored.root.resolve()):
            raise ConfigError("--output", f"{root}: has the traces that are to be used")
    with Workspace(root, force) as work, workers or Workers(config.workers) as begun:
        return _Build(config, work, display, stored, again, runner, begun).run(only)


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
        workers: Workers,
    ) -> None:
        self._work, self._display, self._stored = work, display, stored
        self._runner, self._workers = runner, workers
        self._root, self._ledger = work.root, work.ledger
        self._timings = Timings(work.root, lambda: workers.cpu_seconds)
        self._isolation = NOT_RUN
        present = self._ledger.present("traces") if stored is None else []
        self._config, self._amendments = amend(config, work, present, again)

    def run(self, only: str | None) -> Manifest | None:
        """All stages, or those to `only`."""
        wanted = STAGES[: STAGES.index(only) + 1] if only else STAGES
        if self._stored is not None:
            self._stored.copy_to(self._root, self._ledger)
        for name in wanted:
            if name in self._stages:
                getattr(self, name)(with_files=name == only or name not in _PASSING)
        return None if only else self._finish()

    @property
    def _stages(self) -> list[str]:
        """The stages that this build has, in their order."""
        without = {
            "candidates": self._stored is not None,
            "steps": not self._config.trajectories.inverse_steps,
        }
        return [name for name in STAGES if not without.get(name)]

    def candidates(self, with_files: bool = True) -> Store:
        """The programs of the corpus, as they were read, with their normal forms."""
        recipe = self._reading
        if (found := self._ledger.find(recipe, with_files)) is not None:
            return found
        files = expand(self._config.corpus.paths)
        step = partial(waves.read, self._job, files)
        plan = partial(Waves, len(files), _FILES_OF_CORPUS, step)
        return self._make(recipe, "Candidates", plan)

    @cached_property
    def _reading(self) -> Recipe:
        """The recipe of the candidates. All of the corpus is read for it: once."""
        return recipes.candidates_recipe(self._config)

    def programs(self, with_files: bool = True) -> Store:
        """The programs of the corpus, selected or not."""
        if self._stored is not None:
            return self._stored.programs
        recipe = self._selection
        if (found := self._ledger.find(recipe, with_files)) is not None:
            return found
        candidates = self.candidates()
        total = sum(entry.rows for entry in candidates.files)
        return self._make(recipe, "Programs", partial(self._selecting, candidates), total)

    @cached_property
    def _selection(self) -> Recipe:
        """The recipe of the programs."""
        return recipes.programs_recipe(self._config, self.candidates(with_files=False))

    def _selecting(self, candidates: Store) -> Waves:
        """What makes the programs; that is known when each is selected or not."""
        blocks, files = waves.plan_programs(self._job, candidates)
        return Waves(files, _FILES_OF_TRACES, partial(waves.select, self._job, blocks, files))

    def traces(self, with_files: bool = True) -> Store:
        """The runs of the programs and their traces."""
        if self._stored is not None:
            return self._stored.traces
        programs = self.programs()
        recipe = recipes.traces_recipe(self._config, programs, self._amendments)
        if (found := self._ledger.find(recipe, with_files)) is not None:
            return found
        self._isolate()
        others = self._ledger.present("traces")
        alike = (store for store in others if is_alike(self._config, store))
        self._ledger.set_aside(store for store in alike if store.recipe != recipe)
        files = _files(programs)
        step = partial(waves.trace, self._job, programs, files, self._amendments)
        plan = partial(Waves, files, _FILES_OF_TRACES, step)
        store = self._make(recipe, "Traces", plan, programs.counts["selected"])
        self._ledger.forget_previous()
        return store

    def tokenizer(self, with_files: bool = True) -> Store:
        """The vocabulary: one that is given, or one that is trained."""
        if self._model is not None:
            recipe = recipes.given_tokenizer_recipe(self._config, self._model)
            return self._ledger.find(recipe, with_files) or self._give(recipe, self._model)
        traces = self.traces()
        recipe = recipes.trained_tokenizer_recipe(self._config, traces)
        if (found := self._ledger.find(recipe, with_files)) is not None:
            return found
        step = partial(waves.train, self._job, self.programs(), traces)
        return self._make(recipe, "Tokenizer", partial(Waves, 1, 1, step))

    @cached_property
    def _model(self) -> Model | None:
        """The model that is given, read once."""
        return given_model(self._config.tokenizer)

    def steps(self, with_files: bool = True) -> Store:
        """The inverse steps that have several answers."""
        traces = self.traces()
        recipe = recipes.steps_recipe(traces)
        step = partial(waves.collect, self._job, traces)
        return self._ledger.find(recipe, with_files) or self._make(
            recipe, "Inverse steps", partial(Waves, 1, 1, step)
        )

    def documents(self, with_files: bool = True) -> Store:
        """The documents, encoded."""
        traces, tokenizer = self.traces(), self.tokenizer()
        needed = self._config.trajectories.inverse_steps
        steps = [self.steps(with_files=False)] if needed else []
        recipe = recipes.documents_recipe(self._config, traces, tokenizer, *steps)
        if (found := self._ledger.find(recipe, with_files)) is not None:
            return found
        if steps:
            self.steps()
        entries = traces.files_in(TRACES)
        files = _files(self.programs())
        step = partial(waves.encode, self._job, entries, files)
        end = partial(waves.join_unfit, self._job)
        total = sum(entry.rows for entry in entries)
        plan = partial(Waves, len(entries), _FILES_OF_TRACES, step, end)
        return self._make(recipe, "Documents", plan, total)

    def rows(self, with_files: bool = True) -> Store:
        """The rows."""
        tokenizer, documents = self.tokenizer(), self.documents(with_files=False)
        recipe = recipes.rows_recipe(self._config, tokenizer, documents)
        if (found := self._ledger.find(recipe, with_files)) is not None:
            return found
        return self._make(recipe, "Rows", partial(self._packing, self.documents()))

    def _packing(self, documents: Store) -> Waves:
        """What makes the rows; that is known when the mixture is."""
        job, packing = self._job, self._config.packing
        plan = row_waves.plan(job, documents)
        each = packing.rows_per_shard * packing.sequence_length
        at_once = max(self._config.workers, _ROW_TOKENS // each)
        step, end = partial(row_waves.pack, job, plan), partial(row_waves.complete, job, plan)
        return Waves(len(plan.shards), at_once, step, end)

    @property
    def _job(self) -> Job:
        return Job(self._config, self._work, self._run)

    def _make(
        self, recipe: Recipe, title: str, plan: Callable[[], Waves], total: int | None = None
    ) -> Store:
        ticker = self._work.ticker(recipe.name)
        unit = "shards" if recipe.name == "rows" else "programs"
        with (
            self._timings.stage(recipe.name) as metrics,
            self._display.stage(title, ticker, unit, total, metrics),
        ):
            shards, at_once, make, end = plan()
            if self._runner.name is not Name.LOCAL:  # which keeps what is done itself: one job
                at_once = shards
            self._ledger.begin(recipe)
            for wave in self._ledger.waves(recipe, shards, at_once):
                self._ledger.commit_wave(recipe, wave, *make(wave, ticker))
            return self._ledger.commit(recipe, *end())

    def _give(self, recipe: Recipe, model: Model) -> Store:
        self._ledger.begin(recipe)
        files = write_vocabulary(self._root, model, load(model))
        return self._ledger.commit(recipe, files=files)

    def _run(self, graph: Callable[..., None], *arguments: Any) -> None:
        name = graph.__name__.removesuffix("_graph")
        hear = self._timings.hear
        found = run(lambda p: graph(p, *arguments), self._workers, self._runner, name, hear)
        self._timings.add(found)

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
