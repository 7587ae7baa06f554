"""Hofstadter's two sequences are defined by each other: look at whose frame lies below whose."""


def female(n):
    if n == 0:
        return 1
    return n - male(female(n - 1))


def male(n):
    if n == 0:
        return 0
    return n - female(male(n - 1))


def sequences(length):
    ladies = [female(n) for n in range(length)]
    gentlemen = [male(n) for n in range(length)]
    return ladies, gentlemen
