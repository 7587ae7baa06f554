"""The texts that the tokenizer is trained on, as Beam stages; the twin of `pipeline.texts`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

import apache_beam as beam

from pipeline import log
from pipeline.config import Config
from pipeline.corpus.records import CorpusError
from pipeline.metrics import Meter
from pipeline.progress import Ticker
from pipeline.shards.traces import TraceRecord
from pipeline.texts import Sample, Texts, texts_of
from pipeline.tokenizer import SentencePieceConfig
from tokenization.training import train

_METER = Meter("tokenizer")


class TrainTokenizer(beam.PTransform):
    """Trace records to one sentencepiece model, as bytes."""

    def __init__(self, config: Config, ticker: Ticker) -> None:
        super().__init__()
        self._config, self._ticker = config, ticker

    def expand(self, records: Any) -> Any:
        tokenizer = self._config.tokenizer
        assert isinstance(tokenizer, SentencePieceConfig)  # of which alone there is a trainer
        return (
            records
            | "Texts" >> beam.ParDo(_Texts(self._config, self._ticker))
            | "Sample" >> beam.CombineGlobally(_Combine(tokenizer.sample_bytes))
            | "Train" >> beam.Map(_train, tokenizer.vocabulary_size)
        )


class _Texts(beam.DoFn):
    def __init__(self, config: Config, ticker: Ticker) -> None:
        self._config, self._ticker = config, ticker

    def process(self, record: TraceRecord) -> Iterator[Texts]:
        config = self._config
        self._ticker.tick()
        _METER.count("programs")
        with log.errors(_METER.stage, record.program):
            texts = texts_of(
                record.load(), config.trajectories, config.seed, config.packing.sequence_length
            )
        yield texts


class _Combine(beam.CombineFn):
    """Texts to a sample of `most` bytes of them."""

    def __init__(self, most: int) -> None:
        self._most = most

    def create_accumulator(self) -> Sample:
        return Sample(self._most)

    def add_input(self, sample: Sample, texts: Texts) -> Sample:
        sample.add(texts)
        return sample

    def merge_accumulators(self, samples: Iterable[Sample]) -> Sample:
        merged = Sample(self._most)
        for sample in samples:
            merged.update(sample)
        return merged

    def extract_output(self, sample: Sample) -> Counter[str]:
        return sample.lines()


def _train(lines: Counter[str], vocabulary_size: int) -> bytes:
    try:
        return train(lines, vocabulary_size)
    except ValueError as error:
        raise CorpusError(f"tokenizer: {error}") from error
