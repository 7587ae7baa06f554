"""Corpus: from files of other people's programs to the programs that are traced. No Beam here.

- `config`           what is read, and what is left out
- `records`          records of JSONL, Parquet and Arrow files, one after the other
- `read`             from records to programs, or to rejections
- `normalise`        normal forms of sources and calls; `normalise_child` is its other process
- `candidate`        a program with its normal forms
- `select`           duplicates, licences, lists to stay away from, caps: the order of the steps
- `near_duplicates`  sources that are almost the same
- `decontaminate`    the sources to stay away from
- `splits`           train, validation, test
- `builtin/`         the corpus that comes with the package: programs and their `index.jsonl`
"""
