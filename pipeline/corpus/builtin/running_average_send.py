# A generator that is talked to: the value of `yield` is whatever send() brought in.
def averager():
    total = count = 0
    average = None
    while True:
        try:
            number = yield average
        except ArithmeticError as reset:
            print("reset:", reset)
            total = count = 0
            average = None
        except GeneratorExit:
            print("closed after", count)
            raise
        else:
            total += number
            count += 1
            average = total / count


mean = averager()
next(mean)
for number in (10, 20, 60):
    print(mean.send(number))
print(mean.throw(ArithmeticError("new series")))
print(mean.send(7))
mean.close()
