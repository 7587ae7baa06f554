"""A Lisp in forty lines. Watch the chain of environments that each lambda call lengthens."""
import math
import operator as op
from collections import ChainMap


def read(tokens):
    token = tokens.pop(0)
    if token != "(":
        return int(token) if token.lstrip("-").isdigit() else token
    form = []
    while tokens[0] != ")":
        form.append(read(tokens))
    tokens.pop(0)
    return form


def evaluate(form, env):
    match form:
        case int():
            return form
        case str():
            return env[form]
        case ["define", name, value]:
            env[name] = evaluate(value, env)
            return name
        case ["if", test, then, otherwise]:
            return evaluate(then if evaluate(test, env) else otherwise, env)
        case ["lambda", names, body]:
            return lambda *args: evaluate(body, ChainMap(dict(zip(names, args)), env))
        case [function, *args]:
            return evaluate(function, env)(*(evaluate(arg, env) for arg in args))


world = {"*": op.mul, "-": op.sub, "<": op.lt, "gcd": math.gcd}
for source in (
    "(define fact (lambda (n) (if (< n 2) 1 (* n (fact (- n 1))))))",
    "(fact (gcd 8 12))",
):
    print(evaluate(read(source.replace("(", " ( ").replace(")", " ) ").split()), world))
