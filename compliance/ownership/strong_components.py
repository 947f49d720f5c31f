"""Strongly connected parts of a directed graph, sources first (Tarjan 1972, without recursion)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator


def components(nodes: Iterable[str], before: Callable[[str], Iterable[str]]) -> Iterator[tuple[str, ...]]:
    """The parts in which every node leads to every other, each after all that lead to it.

    `before` gives the nodes that lead to a node; they are visited whether or not they are among `nodes`.
    """
    number: dict[str, int] = {}
    lowest: dict[str, int] = {}
    stack: list[str] = []
    waiting: set[str] = set()
    for start in nodes:
        if start in number:
            continue
        number[start] = lowest[start] = len(number)
        stack.append(start)
        waiting.add(start)
        path = [(start, iter(before(start)))]
        while path:
            node, rest = path[-1]
            for other in rest:
                if other not in number:
                    number[other] = lowest[other] = len(number)
                    stack.append(other)
                    waiting.add(other)
                    path.append((other, iter(before(other))))
                    break
                if other in waiting:
                    lowest[node] = min(lowest[node], number[other])
            else:
                path.pop()
                if path:
                    above = path[-1][0]
                    lowest[above] = min(lowest[above], lowest[node])
                if lowest[node] == number[node]:
                    part = [stack.pop()]
                    while part[-1] != node:
                        part.append(stack.pop())
                    waiting.difference_update(part)
                    yield tuple(part)


def circles(nodes: Iterable[str], before: Callable[[str], Iterable[str]]) -> set[str]:
    """The nodes that lead to themselves, alone or in a circle."""
    found: set[str] = set()
    for part in components(nodes, before):
        if len(part) > 1 or part[0] in before(part[0]):
            found.update(part)
    return found
