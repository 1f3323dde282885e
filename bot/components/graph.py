"""Runs Rasa's trained graph in an order worked out once, without a scheduler that works it out for every message.

Stands in for Rasa's runner over dask; what each node is given and does is the same.
"""

from __future__ import annotations

from typing import Any

from rasa.engine.runner.dask import DaskGraphRunner

Steps = tuple[tuple[str, tuple[str, ...]], ...]


class GraphRunner(DaskGraphRunner):  # type: ignore[misc]  # Rasa has no types
    """The nodes of a trained model, run one after the other."""

    def run(self, inputs: dict[str, Any] | None = None, targets: list[str] | None = None) -> dict[str, Any]:
        """The outputs of `targets` by name. Raises what a node raises."""
        wanted = tuple(targets or self._graph_schema.target_names)
        done: dict[str, tuple[str, Any]] = {name: (name, value) for name, value in (inputs or {}).items()}
        for name, needs in self._steps(wanted):
            done[name] = self._instantiated_nodes[name](*(done.get(need, need) for need in needs))
        return dict(done[name] for name in wanted)

    def _steps(self, wanted: tuple[str, ...]) -> Steps:
        known: dict[tuple[str, ...], Steps] = self.__dict__.setdefault("_known_steps", {})
        if wanted not in known:
            known[wanted] = self._work_out(wanted)
        return known[wanted]

    def _work_out(self, wanted: tuple[str, ...]) -> Steps:
        nodes = self._graph_schema.minimal_graph_schema(list(wanted)).nodes
        ordered: dict[str, tuple[str, ...]] = {}

        def visit(name: str) -> None:
            if name in nodes and name not in ordered:
                needs = tuple(nodes[name].needs.values())
                for need in needs:
                    visit(need)
                ordered[name] = needs

        for name in wanted:
            visit(name)
        return tuple(ordered.items())
