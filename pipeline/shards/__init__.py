"""The files of a built directory, and nothing about where they are made.

schema    what the columns of each file are, and the form of a row
rows      encoded documents and a packing plan -> record batches (pure)
placing   which file something belongs to, by a stable hash
writer    one file at a time: temporary name, checksum, rename
reader    memory-mapped rows as numpy views; a damaged file is refused by name
traces    OUT/traces: the runs, from which trajectories can be drawn again
rejected  OUT/rejected: the programs that are not used, and why
huggingface  the few JSON files that let `datasets.load_from_disk` read a split
manifest  OUT/manifest.json, written last: what was built, from what, and its checksums
folder    a finished directory here or at a URL, fetched by way of a cache
verify    does every file hold what the manifest says

Shards are uncompressed Arrow IPC streams, so that they can be mapped into memory as they are.
"""
