import array
def f():
    b = bytearray(b"0123456789")
    m = memoryview(b)
    a = array.array("i", [1, 2, 3])
    for i in range(14):
        b[0] = 65 + i
        m[1] = 66 + i
        a[0] = i
        n = i
    return b
