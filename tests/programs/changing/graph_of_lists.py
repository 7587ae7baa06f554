class Account:
    def __init__(self, owner, *others):
        self.owner = owner
        self.log = []
        self.others = list(others)
    def move(self, amount):
        self.log.append(amount)
        return len(self.log)
class Holder:
    def __init__(self, account):
        self.account = account
        self.marks = [0, 0]
def touch(log, k):
    log[0] = k
def f():
    a = Account("a")
    b = Account("b", a)
    holder = Holder(b)
    accounts = [a, b, holder]
    pairs = {"a": a, "h": (holder, 1)}
    logs = a.log, b.log
    for k in range(6):
        accounts[k % 2].move(k)
        logs[0].append(-k)
        touch(logs[0], k)
        holder.marks[1] += k
        seen = k
    holder.marks.append(True)
    holder.marks[2] = 1
    holder.marks[2] = 1.0
    logs[0].append(holder)
    logs[0].pop()
    logs[0].append([1])
    logs[0][-1].append(2)
    logs[1][:] = [3]
    a.log = logs[1]
    logs[1].append(4)
    a.log = [*a.log]
    logs[1].append(5)
    a.log = None
    a.log = tuple(logs[1])
    b.others.append(b)
    b.others.clear()
    seen = [len(b.log) for _ in range(3)]
    b.log.extend(range(300))
    del b.log[5:]
    b.log += [6]
    b.log.sort(reverse=True)
    return accounts
