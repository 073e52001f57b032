"""Where the sentences begin in a recording that a person has read.

Nobody listens: a sentence takes time by its characters, and begins after a pause.
"""

import re
from bisect import bisect_left
from heapq import nsmallest
from itertools import accumulate, pairwise
from pathlib import Path
from typing import NamedTuple

from narration.sound import ffmpeg

#: Below this (dBFS), for so long (seconds), nobody speaks. Breathing lies between it and speech.
QUIET, SHORTEST_PAUSE = -35, 0.15
#: How far from its expected time a sentence usually ends: a part of it, and seconds.
SPREAD, SPREAD_SECONDS = 0.15, 0.15
#: A pause of a second speaks for the end of a sentence as much as a deviation of this many spreads
#: speaks against it. Pauses at commas are shorter.
PAUSE_WEIGHT, LONGEST_PAUSE = 3.0, 1.0
#: How many sentences may be read without a pause between them.
RUN_ON = 3
#: How many places are kept for each sentence, the likeliest ones. Three hours then take seconds.
KEPT = 40


class Node(NamedTuple):
    """A place where a sentence may begin: `time` in the recording, and seconds of speech before it.

    `pause` is how long the pause before it lasts.
    """

    time: float
    spoken: float
    pause: float


class Way(NamedTuple):
    """What it costs that a sentence begins at a node, and from where one comes."""

    cost: float
    sentence: int
    node: int


def silences(path: Path, seconds: float = 600) -> list[tuple[float, float]]:
    """The pauses in a file of our format, as start and end in seconds. The last may have no end.

    ffmpeg gets at most `seconds`. Raises ffmpeg.FfmpegFailed.
    """
    _output, log = ffmpeg.run(
        [
            *("-nostdin", "-loglevel", "info", "-f", "mp3", "-i", f"file:{path.resolve()}"),
            *("-af", f"silencedetect=noise={QUIET}dB:d={SHORTEST_PAUSE}", "-f", "null", "-"),
        ],
        seconds=seconds,
    )
    found: list[tuple[float, float]] = []
    start = 0.0
    for name, time in re.findall(r"silence_(start|end): (-?[\d.]+)", log):
        if name == "start":
            start = max(0.0, float(time))
        else:
            found.append((start, float(time)))
    return found


def align(sentences: list[str], seconds: float, silences: list[tuple[float, float]]) -> list[float]:
    """The start of each sentence in a recording of `seconds`, in order.

    Finds the way through the pauses on which each sentence takes about the time that its characters
    want. Where there is none, the time is divided by characters alone.
    """
    if not sentences:
        return []
    nodes = _nodes(seconds, silences)
    lengths = [max(1, len(sentence)) for sentence in sentences]
    pace = nodes[-1].spoken / sum(lengths)
    # Seconds of speech before each sentence, and in the end all of them.
    wanted = [0.0, *(pace * total for total in accumulate(lengths))]
    at = _cheapest_way(nodes, wanted)
    starts: list[float] = []
    for (first, node), (after, next_node) in pairwise(at):
        begin, end = nodes[node], nodes[next_node]
        stretch = (end.spoken - begin.spoken) / (wanted[after] - wanted[first])
        starts.append(begin.time)
        # Sentences that run into the one before them lie where their characters put them.
        starts += [
            _time_of(begin.spoken + stretch * (wanted[index] - wanted[first]), nodes)
            for index in range(first + 1, after)
        ]
    return starts


def _nodes(seconds: float, silences: list[tuple[float, float]]) -> list[Node]:
    """The start of the speech, the end of each pause in it, and the end of the speech."""
    nodes: list[Node] = []
    quiet = 0.0
    begin, end = 0.0, seconds
    for start, stop in silences:
        if start <= SHORTEST_PAUSE and not nodes:
            begin = quiet = stop
        elif stop >= seconds - SHORTEST_PAUSE:
            end = start
        else:
            quiet += stop - start
            nodes.append(Node(stop, stop - quiet, stop - start))
    last = max(end - quiet, nodes[-1].spoken + 0.001 if nodes else 0.001)
    return [Node(begin, 0.0, 0.0), *nodes, Node(end, last, 0.0)]


def _cheapest_way(nodes: list[Node], wanted: list[float]) -> list[tuple[int, int]]:
    """Pairs of a sentence and the node at which it begins, and the end of all.

    A sentence that isn't named runs into the one before it.
    """
    count, last = len(wanted) - 1, len(nodes) - 1
    spoken = [node.spoken for node in nodes]
    # For each sentence: the nodes where it may begin, with the cost, and the step that leads there.
    ways: list[dict[int, Way]] = [{0: Way(0.0, 0, 0)}]
    for sentence in range(1, count + 1):
        here: dict[int, Way] = {}
        for before in range(max(0, sentence - RUN_ON), sentence):
            time = wanted[sentence] - wanted[before]
            for from_node, way in ways[before].items():
                latest = bisect_left(spoken, spoken[from_node] + 3 * time + 1)
                # The last node is the end of the last sentence, and of no other.
                to_nodes = [last] if sentence == count else range(from_node + 1, min(latest, last))
                for node in to_nodes:
                    cost = way.cost + _cost(nodes[node], nodes[from_node], time)
                    if node not in here or cost < here[node].cost:
                        here[node] = Way(cost, before, from_node)
        ways.append(dict(nsmallest(KEPT, here.items(), key=lambda item: item[1].cost)))
    if last not in ways[count]:
        return [(0, 0), (count, last)]
    steps = [(count, last)]
    while steps[-1][0]:
        sentence, node = steps[-1]
        step = ways[sentence][node]
        steps.append((step.sentence, step.node))
    return steps[::-1]


def _cost(node: Node, before: Node, time: float) -> float:
    """What it costs that a sentence of `time` seconds fills the speech between two nodes."""
    deviation = (node.spoken - before.spoken - time) / (SPREAD * time + SPREAD_SECONDS)
    return deviation**2 / 2 - PAUSE_WEIGHT * min(node.pause, LONGEST_PAUSE)


def _time_of(spoken: float, nodes: list[Node]) -> float:
    """The time in the recording at which so many seconds have been spoken."""
    before = max(node for node in nodes if node.spoken <= spoken)
    return before.time + spoken - before.spoken
