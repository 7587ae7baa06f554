"""Stages: the only modules, beside `build`, `metrics` and `runners`, that know Beam.

Each is a thin twin of something pure that does the work; the name says of what.

- `outcomes`   a used thing or a rejection: telling the two apart
- `corpus`     read, normalise and select programs          (`pipeline.corpus`)
- `traces`     run programs, write the trace store          (`tracing.sandbox`, `pipeline.shards`)
- `sample`     the texts that the tokenizer is trained on   (`pipeline.texts`)
- `documents`  draw, render and encode trajectories         (`pipeline.documents`)
- `mixture`    leave documents out, so that groups have shares (`pipeline.mixture`)
- `rows`       pack documents into rows, write the shards   (`tokenization.packing`)
- `results`    what a graph found out, for who started it
"""
