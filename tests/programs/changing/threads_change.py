import threading
def f():
    xs = []
    t = threading.Thread(target=lambda: [xs.append(i) for i in range(100)])
    t.start()
    for i in range(20):
        n = i
        m = n
    t.join()
    return xs
