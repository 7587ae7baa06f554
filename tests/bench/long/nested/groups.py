from collections import defaultdict


def run():
    """Orders by customer, and the customers of each good."""
    orders, buyers = {}, defaultdict(set)
    for k in range(900):
        customer, good = f"customer {k * 7 % 31}", k * k % 23
        orders.setdefault(customer, []).append(good)
        buyers[good].add(customer)
    return max(orders, key=lambda name: len(orders[name])), len(buyers)
