"""Vocabularies: the adapters of `tokenization.vocabulary`, one for each kind of model.

load.py                 a model -> its vocabulary; read this first
sentencepiece_model.py  sentencepiece: markers are control symbols
byte_pairs.py           ranks and a pattern, as `tiktoken` has them: markers are reserved ids
huggingface.py          a tokenizer.json of byte-level pairs: markers are special tokens

A library is imported by its own adapter only.
"""
