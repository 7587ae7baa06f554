import threading
def work(out):
    out.append(1)
def f():
    out = []
    thread = threading.Thread(target=work, args=(out,))
    thread.start()
    thread.join()
    return out
#: f()
#  call f 4
#  line f 5
#  line f 6
#  line f 7
#  line f 8
#  line f 9
#  return f 9 [1]
#= normal
