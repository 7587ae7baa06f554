def pressure(main, branches, floor=0):
    """Here `main` is a pipe and so is `main_1`; watch which of the two the loop drains."""
    main_1 = main - 5  # what is left behind the meter
    at_tap = {}
    for name, loss in branches:
        at_tap[name] = max(main_1 - loss, floor)
        main_1 -= 2
    at_tap["main"] = main_1
    return at_tap
