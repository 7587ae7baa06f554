"""Where it runs: from a corpus to a directory that a training loop reads.

- `config`, `strict`  what a build is asked to do, read strictly
- `corpus/`           programs: read, normalised, selected
- `texts`, `documents` what is made of a trace: texts to learn a vocabulary from, encoded documents
- `stages/`, `build`, `runners`  the Beam job: twins of the above, their assembly, where it runs
- `shards/`           the files of a built directory
- `loader/`           from a built directory to batches
- `show`, `inspecting`, `verifying`, `cli`  the commands
"""
