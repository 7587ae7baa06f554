import signal, os
def f():
    xs = []
    signal.signal(signal.SIGUSR1, lambda *a: xs.append(1))
    for i in range(14):
        n = i
        signal.raise_signal(signal.SIGUSR1)
        m = n
    return xs
