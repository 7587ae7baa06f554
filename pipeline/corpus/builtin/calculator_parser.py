import re


class Calculator:
    """Recursive descent: precedence is nothing but the depth at which an operator is read."""

    def __init__(self, text):
        self.tokens = re.findall(r"\d+|[-+*/()]", text) + [""]

    def take(self, *wanted):
        if self.tokens[0] in wanted or not wanted:
            return self.tokens.pop(0)
        return None

    def expression(self):
        value = self.term()
        while operator := self.take("+", "-"):
            value = value + self.term() if operator == "+" else value - self.term()
        return value

    def term(self):
        value = self.factor()
        while operator := self.take("*", "/"):
            value = value * self.factor() if operator == "*" else value // self.factor()
        return value

    def factor(self):
        if self.take("-"):
            return -self.factor()
        if self.take("("):
            value = self.expression()
            self.take(")")
            return value
        return int(self.take())


def calculate(text):
    return Calculator(text).expression()
