"""Exact max-sum (and min-sum) dispersion: branch and bound on batches of nodes."""

from __future__ import annotations

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from subsetsearch.diversity.solvers._shift import concave_shift

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
IntArray = NDArray[np.intp]

_TOLERANCE = 1e-9
_CELLS = 1 << 21  # numbers in a batch's pair matrices: bounds the memory


@dataclass(frozen=True, eq=False)
class SumProblem:
    """Choose ``k`` of ``n`` to maximise the sum of ``matrix`` over pairs plus ``linear``.

    Attributes:
        matrix: Symmetric ``(n, n)``, zero diagonal.
        linear: ``(n,)``.
        k: How many.
        costs: ``(n,)`` or ``None``.
        budget: Largest total cost.
    """

    matrix: FloatArray
    linear: FloatArray
    k: int
    costs: FloatArray | None = None
    budget: float = np.inf


@dataclass(frozen=True)
class Certificate:
    """Best set of a search and a proven bound: ``value <= optimum <= bound``."""

    chosen: tuple[int, ...]
    value: float
    bound: float
    nodes: int


@dataclass(eq=False)
class _Nodes:
    """A batch of nodes with the same number of members: one row each."""

    inside: BoolArray
    free: BoolArray
    point: FloatArray
    bound: FloatArray
    size: int

    def take(self, rows: IntArray | slice | BoolArray) -> _Nodes:
        return _Nodes(self.inside[rows], self.free[rows], self.point[rows], self.bound[rows], self.size)


class SumSearch:
    r"""Depth-first branch and bound for one size.

    A node has members and free languages. Its bound is the maximum, over all completions, of a linear
    function that touches the concave relaxation (:func:`concave_shift`) from above: the constant plus the
    largest slopes. The touching point moves by a few Frank-Wolfe steps, for a whole batch of nodes in one
    matrix product. Children take the languages in the order of their slopes and give up the earlier
    ones, so each set is met once. The last two members are found by looking at all pairs.

    Args:
        problem: What to solve.
        start: A set to begin with.
        deadline: ``time.perf_counter()`` value at which to stop.
    """

    def __init__(self, problem: SumProblem, start: tuple[int, ...], deadline: float) -> None:
        self.problem = problem
        self.deadline = deadline
        self.n = len(problem.matrix)
        self.best = start
        self.value = self.evaluate(start) if start else -np.inf
        self.nodes = 0
        self.shift = concave_shift(problem.matrix)
        self.shifted = problem.matrix - np.diag(self.shift)
        descending = -np.sort(-(problem.matrix + np.diag(np.full(self.n, -np.inf))), axis=1)
        self.largest = np.cumsum(np.where(np.isfinite(descending), descending, 0.0), axis=1)
        self.batch = max(8, min(256, _CELLS // max(1, self.n * self.n)))

    def evaluate(self, chosen: tuple[int, ...]) -> float:
        """Value of a set."""
        index = np.asarray(chosen, dtype=np.intp)
        block = self.problem.matrix[np.ix_(index, index)]
        return float(block.sum() / 2.0 + self.problem.linear[index].sum())

    def run(self) -> Certificate:
        """Search until nothing is open or the time is up."""
        k = self.problem.k
        if k < 2:
            return self._trivial()
        root = _Nodes(
            np.zeros((1, self.n), bool),
            np.ones((1, self.n), bool),
            np.full((1, self.n), k / self.n),
            np.array([np.inf]),
            0,
        )
        stack = [root]
        first = True
        while stack:
            nodes = stack.pop()
            nodes = nodes.take(nodes.bound > self.value + _TOLERANCE)
            if not len(nodes.bound):
                continue
            if len(nodes.bound) > self.batch:
                stack.append(nodes.take(slice(0, -self.batch)))
                nodes = nodes.take(slice(-self.batch, None))
            if not first and time.perf_counter() > self.deadline:
                stack.append(nodes)
                break
            self.nodes += len(nodes.bound)
            nodes = self._by_largest(nodes)
            if not len(nodes.bound):
                continue
            if nodes.size == k - 2:
                self._last_pair(nodes)
                continue
            stack.append(self._expand(nodes, steps=200 if first else 12))
            first = False
        open_bounds = [float(nodes.bound.max()) for nodes in stack if len(nodes.bound)]
        return Certificate(self.best, self.value, max([self.value, *open_bounds]), self.nodes)

    def _trivial(self) -> Certificate:
        costs = self.problem.costs if self.problem.costs is not None else np.zeros(self.n)
        if self.problem.k == 0:
            return Certificate((), 0.0, 0.0, 1)
        score = np.where(costs <= self.problem.budget + _TOLERANCE, self.problem.linear, -np.inf)
        top = int(np.argmax(score))
        value = float(score[top])
        return Certificate((top,) if np.isfinite(value) else (), value, value, 1)

    def _reach(self, nodes: _Nodes) -> tuple[FloatArray, FloatArray]:
        """What each language adds to each node's members, and the value of the members themselves."""
        members = nodes.inside.astype(np.float64)
        pull = members @ self.problem.matrix
        base = 0.5 * (pull * members).sum(axis=1) + members @ self.problem.linear
        return pull + self.problem.linear, base

    def _by_largest(self, nodes: _Nodes) -> _Nodes:
        """A second bound: each addition counts its reach and half of its r - 1 largest distances.

        Cheap, and exact where distances are all alike (families, scripts), where the relaxation is weak.
        """
        r = self.problem.k - nodes.size
        reach, base = self._reach(nodes)
        worth = reach + 0.5 * self.largest[:, r - 2] if r > 1 else reach
        ranked = -np.sort(-np.where(nodes.free, worth, -np.inf), axis=1)
        nodes.bound = np.minimum(nodes.bound, base + ranked[:, :r].sum(axis=1))
        return nodes.take(nodes.bound > self.value + _TOLERANCE)

    def _last_pair(self, nodes: _Nodes) -> None:
        reach, base = self._reach(nodes)
        slopes = np.where(nodes.free, reach, -np.inf)
        pairs = slopes[:, :, None] + slopes[:, None, :] + self.problem.matrix[None]
        pairs[:, np.arange(self.n), np.arange(self.n)] = -np.inf
        if self.problem.costs is not None:
            unspent = self.problem.budget - nodes.inside @ self.problem.costs
            price = self.problem.costs[:, None] + self.problem.costs[None, :]
            pairs[price[None] > unspent[:, None, None] + _TOLERANCE] = -np.inf
        flat = pairs.reshape(len(base), -1)
        where = flat.argmax(axis=1)
        values = base + flat[np.arange(len(base)), where]
        row = int(np.argmax(values))
        if values[row] > self.value + _TOLERANCE:
            pair = divmod(int(where[row]), self.n)
            self.best = tuple(sorted([*np.flatnonzero(nodes.inside[row]).tolist(), *pair]))
            self.value = self.evaluate(self.best)

    def _expand(self, nodes: _Nodes, steps: int) -> _Nodes:
        r = self.problem.k - nodes.size
        slopes, constant, point = self._relax(nodes, r, steps)
        order = np.argsort(-slopes, axis=1)
        ranked = np.take_along_axis(slopes, order, 1)
        running = np.cumsum(np.where(np.isfinite(ranked), ranked, -1e12), axis=1)
        before = np.concatenate([np.zeros((len(order), 1)), running[:, : self.n - r]], axis=1)
        bounds = constant[:, None] + running[:, r - 1 :] - before
        bounds = np.minimum(bounds, nodes.bound[:, None])
        parent, child = np.nonzero(bounds > self.value + _TOLERANCE)
        added = order[parent, child]
        rank = np.empty_like(order)
        np.put_along_axis(rank, order, np.broadcast_to(np.arange(self.n), order.shape), 1)
        inside = nodes.inside[parent].copy()
        inside[np.arange(len(parent)), added] = True
        free = nodes.free[parent] & (rank[parent] > child[:, None])
        own_bound = bounds[parent, child]
        last = ranked[parent, np.minimum(child + r - 1, self.n - 1)]
        with np.errstate(invalid="ignore"):
            swapped = own_bound[:, None] - last[:, None] + slopes[parent]
        hopeless = (swapped <= self.value + _TOLERANCE) & (rank[parent] > (child + r - 1)[:, None])
        free &= ~hopeless
        keep = free.sum(axis=1) >= r - 1
        if self.problem.costs is not None:
            keep &= self._payable(inside, free, r - 1)
        children = _Nodes(inside, free, point[parent], own_bound, nodes.size + 1).take(keep)
        return children.take(np.argsort(children.bound))

    def _payable(self, inside: BoolArray, free: BoolArray, r: int) -> BoolArray:
        costs = self.problem.costs if self.problem.costs is not None else np.zeros(self.n)
        spent = inside @ costs
        cheapest = np.sort(np.where(free, costs, np.inf), axis=1)[:, :r].sum(axis=1)
        return np.asarray(spent + cheapest <= self.problem.budget + _TOLERANCE)

    def _relax(self, nodes: _Nodes, r: int, steps: int) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Best touching function of each node: slopes (``-inf`` where not free), constant, last point."""
        reach, base = self._reach(nodes)
        linear = reach + 0.5 * self.shift
        free = nodes.free
        point = np.where(free, nodes.point, 0.0)
        mass = point.sum(axis=1, keepdims=True)
        even = free * (r / np.maximum(free.sum(axis=1, keepdims=True), 1))
        point = np.where(mass > 1e-9, point * (r / np.maximum(mass, 1e-9)), even)
        best = np.full(len(base), np.inf)
        slopes = np.zeros_like(linear)
        constant = np.zeros(len(base))
        for step in range(steps):
            product = point @ self.shifted
            gradient = linear + product
            masked = np.where(free, gradient, -np.inf)
            top = np.argpartition(-masked, r - 1, axis=1)[:, :r]
            offset = base - 0.5 * (product * point).sum(axis=1)
            bound = offset + np.take_along_axis(masked, top, 1).sum(axis=1)
            better = bound < best
            best = np.where(better, bound, best)
            slopes[better], constant[better] = masked[better], offset[better]
            if step >= 2 and bool((best <= self.value + _TOLERANCE).all()):
                break
            corner = np.zeros_like(point)
            np.put_along_axis(corner, top, 1.0, axis=1)
            towards = corner - point
            curvature = -((towards @ self.shifted) * towards).sum(axis=1)
            rise = (gradient * towards).sum(axis=1)
            point = point + np.clip(rise / np.maximum(curvature, 1e-12), 0.0, 1.0)[:, None] * towards
        return slopes, constant, point
