# What instances show depends on their classes, and these change.
class P:
    def __init__(self, x):
        self.x = x
        self.next = None


class Q:
    __slots__ = ("y", "__dict__")


class R(P):
    pass


def f():
    p = P(1)
    q = Q()
    r = R(p)
    p.next = q
    q.y = [r]
    P.__name__ = "Renamed"
    p.__class__ = R
    p.__class__ = P
    P.__repr__ = lambda self: "p" + str(self.x)
    p.x = 2
    del P.__repr__
    p.x = 3
    R.__module__ = "elsewhere"
    R.__module__ = P.__module__
    Q.__slots__ = ("z",)
    q.z = 5
    q.__dict__ = {"w": p}
    q.__dict__["v"] = 1
    vars(p)["x"] = [p, q, r]
    vars(p)["__dict__"] = 0
    P.x = property(lambda self: 0)
    del P.x
    P.__getattribute__ = lambda self, name: 1 / 0
    r.x = 9
    del P.__getattribute__

    del p.__dict__
    return p
