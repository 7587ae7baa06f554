# In this interpreter every comprehension has a frame of its own, with its source as `.0`.
words = "the quick brown fox jumps over the lazy dog".split()

lengths = {word: len(word) for word in words}
by_length = {n: [w for w in lengths if lengths[w] == n] for n in sorted({*lengths.values()})}
letters = sorted({letter for word in words if "o" in word for letter in word})
pairs = [(a, b) for i, a in enumerate("abc") for b in "abc"[i + 1 :]]
lazy = (word.upper() for word in words if len(word) > 4)

print(by_length, letters, pairs, sep="\n")
print(next(lazy), *lazy)
