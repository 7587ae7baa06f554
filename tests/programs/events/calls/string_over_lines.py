def f(x):
    s = """a
{}
b"""
    t = f"""
{x}
{x +
1}"""
    return s, t
#: f(2)
#  call f 1
#  line f 2
#  line f 5
#  line f 6
#  line f 5
#  line f 7
#  line f 8
#  line f 7
#  line f 5
#  line f 9
#  return f 9 ('a\n{}\nb', '\n2\n3')
#= normal
