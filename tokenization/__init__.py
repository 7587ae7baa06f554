"""How it is written down: from a trajectory to text, from text to tokens, from tokens to rows.

grammar.py     the markers, the roles of tokens, and what a document is made of; read this first
notation.py    values as JSON: the texts of LOCALS and ARG, written and read
scopes.py      LOCALS of one trace: complete, or as the difference to what was shown before
render.py      a trajectory -> its document
parse.py       its inverse; also reads what a model wrote
vocabulary.py  texts and markers <-> token ids, without loss
vocabularies/  the adapters: sentencepiece, tiktoken's byte pairs, Hugging Face's tokenizers
training.py    a vocabulary from texts
encode.py      a document -> token ids and roles, cut to the sequence length
packing.py     documents -> rows
"""
