"""Where it runs: from a corpus to a directory that a training loop reads.

- `config`, `tokenizer`, `mixture`, `strict`  what a build is asked to do, read strictly
- `corpus/`           programs: read, normalised, selected
- `texts`, `documents` what is made of a trace: texts to learn a vocabulary from, encoded documents
- `stages/`, `build`, `runners`, `worker`  the Beam job: twins of the above, their assembly, where
  it runs
- `stored`  the traces of a finished directory, used again
- `workspace`, `finish`, `progress`  a directory while it is built, its end, how far it is
- `shards/`           the files of a built directory
- `loader/`           from a built directory to batches
- `exports/`          the same for trainers that have readers of their own
- `viewing/`          rows in a terminal and as a page
- `report/`           report.html and the dataset card
- `style`             the style of pages
- `debugging/`        one program, walked through by a person
- `comparing`, `planning`  two builds side by side; what a larger one takes
- `show`, `single`, `inspecting`, `verifying`, `commands`, `cli`  the other commands
"""
