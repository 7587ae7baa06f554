def fibonacci_word(turns):
    """Each word is the last one followed by the one before. The text soon outgrows any screen."""
    before, word = "b", "a"
    for turn in range(turns):
        before, word = word, word + before
    share = word.count("a") / len(word)
    mirrored = word[:-2] == word[-3::-1]
    return len(word), round(share, 4), mirrored, word[:21]
