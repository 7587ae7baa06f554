class R:
    def __repr__(self):
        return f"R{n}"
r = R()
for i in range(14):
    n = i
    m = n
