"""Counts the ways to put N queens on a board of N x N so that none attacks another, with the first in COLUMN.

The work is cut into steps: one for each way to place the second and the third queen. When the program is asked to stop,
it saves which step is next and what it has counted so far, and says so by its exit code.
"""
import json
import os
import signal
import sys

LEFT_A_CHECKPOINT = 85

size, first = int(sys.argv[1]), int(sys.argv[2])
state_file = os.path.join(os.environ["BRAMBLE_CHECKPOINT_DIR"], "state.json")
all_columns = (1 << size) - 1
is_asked_to_stop = False


def ask_to_stop(number, frame):
    global is_asked_to_stop
    is_asked_to_stop = True


def ways(columns, falling, rising):
    """How the rows that are left can be filled. Bits are columns that a queen takes or attacks in the next row."""
    if columns == all_columns:
        return 1
    count = 0
    free = all_columns & ~(columns | falling | rising)
    while free:
        queen = free & -free
        free ^= queen
        count += ways(columns | queen, (falling | queen) << 1, (rising | queen) >> 1)
    return count


def ways_of_step(step):
    columns = falling = rising = 0
    for column in (first, step // size, step % size):
        queen = 1 << column
        if queen & (columns | falling | rising):
            return 0
        columns, falling, rising = columns | queen, (falling | queen) << 1, (rising | queen) >> 1
    return ways(columns, falling, rising)


def save(state):
    with open(state_file + ".new", "w") as file:
        json.dump(state, file)
    os.replace(state_file + ".new", state_file)


signal.signal(signal.SIGTERM, ask_to_stop)
state = {"next": 0, "count": 0}
if os.path.exists(state_file):
    with open(state_file) as file:
        state = json.load(file)
    print("going on with step", state["next"], file=sys.stderr)
while state["next"] < size * size:
    if is_asked_to_stop:
        save(state)
        sys.exit(LEFT_A_CHECKPOINT)
    print("step", state["next"], file=sys.stderr, flush=True)
    state["count"] += ways_of_step(state["next"])
    state["next"] += 1
print(state["count"])
