"""A built directory in the files of other trainers, which read it without our loader.

export    the whole job: one directory, complete or not there, with its manifest
megatron  documents as `.bin` and `.idx`, with a second pair for their roles
parquet   rows as `input_ids`, `labels`, `position_ids`, for Hugging Face `datasets`
command   `python -m pipeline export`
"""
