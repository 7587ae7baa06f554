def run():
    """Words counted by hand, character by character."""
    text = "it was the best of times it was the worst of times " * 12
    counts = {}
    word = ""
    for character in text:
        if character.isalpha():
            word += character
        elif word:
            counts[word] = counts.get(word, 0) + 1
            word = ""
    best = ""
    for word, count in counts.items():
        if count > counts.get(best, 0):
            best = word
    return best, counts
