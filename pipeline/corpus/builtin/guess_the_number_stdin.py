# sys.exit() is an exception too. Which exit code tells that the player won?
import random
import sys

secret = random.Random(2024).randint(1, 100)
low, high = 1, 100
for turn, line in enumerate(sys.stdin, 1):
    guess = int(line)
    if guess == secret:
        print(f"found {secret} after {turn}")
        sys.exit()
    elif guess < secret:
        low = max(low, guess + 1)
    else:
        high = min(high, guess - 1)
    print(f"between {low} and {high}")
sys.exit("gave up")
