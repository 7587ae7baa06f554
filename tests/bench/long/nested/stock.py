def run():
    """A stock of goods, each a dictionary that is changed where it is."""
    goods = [{"name": f"good {k}", "count": 10, "price": k * 0.5} for k in range(40)]
    missing = 0
    for k in range(900):
        good = goods[k * 13 % 40]
        good["count"] -= k % 3
        if good["count"] < 2:
            good["count"] += 9
            missing += 1
    return missing
