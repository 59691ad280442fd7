"""A heap that churns: dictionaries and strings, replaced at random, so that objects of every age die."""
import random
import sys
import time

PLACES = 100_000
heap = {}
turn = 0
while True:
    for _ in range(500):
        place = random.randrange(PLACES)
        heap[place] = {"name": str(place) * random.randrange(1, 20), "values": list(range(random.randrange(30)))}
    turn += 1
    if turn % 20 == 0:
        with open(sys.argv[1], "w") as done:
            print(turn, file=done)
        time.sleep(0.001)
