"""Adapts the sentence encoder to how people write to this service. `make encoder`; needs PyTorch, minutes, seeded.

One model, several heads: level, kinds, who did it to whom, time, role, topic, and for every word piece the kinds it
shows. Writes `encoder.safetensors` (the published names) and `heads.npz` into a folder. All labelled messages under
`data/` are used; those under `tests/` never.
"""

import argparse
import random
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import load_file, save_file
from tokenizers import Tokenizer
from torch import Tensor

from bot.content.examples import LabelledCue, SafetyExample, TopicExample, load_safety, load_topics
from bot.edition import SHIPPED
from bot.language.cleanup import Cleaner
from bot.safety.labels import ACTS, EXCLUSIVE, LABELS, NOTHING, act
from bot.training.augment import bare, other_gender, other_side, slip
from bot.training.network import SCALE, Network
from bot.training.units import Unit, stories
from bot.vocabulary import Direction, Kind, Role, Topic

WEIGHTS = {"level": 1.5, "kind": 14.0, "act": 40.0, "time": 0.4, "role": 1.2, "topic": 1.2, "spans": 6.0}
RATE, HEAD_RATE, WARM_UP, MOST_PIECES, BATCH = 1e-4, 2e-3, 0.06, 256, 32
UNKNOWN = -1.0  # a target that this message does not have


@dataclass(frozen=True, slots=True)
class Item:
    """One text with the targets it has; for any other the loss is nought. `parts`: from, to, targets of each."""

    text: str
    targets: dict[str, list[float]]
    parts: tuple[tuple[int, int, dict[str, list[float]]], ...]
    cues: tuple[LabelledCue, ...]
    origins: tuple[int, ...]
    has_spans: bool
    turned: tuple[str, dict[str, list[float]]] | None = None  # told from the other side: the text and its targets


def _one(labels: Sequence[str], value: str) -> list[float]:
    return [float(label == value) for label in labels]


def from_story(whole: Unit, parts: Sequence[Unit], cleaner: Cleaner) -> Item:
    """The targets of what is read together of a safety message, and of its windows."""
    clean = cleaner.clean(whole.text)
    targets = _targets(whole)
    return Item(
        text=clean.text,
        targets=targets,
        parts=tuple((part.start, part.start + len(part.text), _targets(part)) for part in parts),
        cues=whole.cues,
        origins=tuple(origin + whole.start for origin in clean.origins),
        has_spans=True,
        turned=_turned(clean.text, whole, targets),
    )


def _targets(unit: Unit) -> dict[str, list[float]]:
    kinds, acts = {cue.kind for cue in unit.live}, unit.acts
    return {
        "level": _one(LABELS["level"], unit.level),
        "kind": [float(kind in kinds) for kind in Kind],
        "act": [float(label in acts) for label in ACTS],
        "time": _one(LABELS["time"], unit.time),
        "role": _one(LABELS["role"], unit.example.role or NOTHING),
    }


# What one does to the other whoever it is: told from the other side, only the direction changes.
_TURNABLE = {
    Kind.VIOLENCE, Kind.STRANGULATION, Kind.WEAPON, Kind.THREAT_TO_KILL, Kind.SEXUAL_VIOLENCE, Kind.CONFINEMENT,
    Kind.STALKING, Kind.IMMEDIATE_DANGER, Kind.MEDICAL, Kind.HARM_TO_OTHER,
}  # fmt: skip
_SIDES = {Direction.TO_WRITER: Direction.BY_WRITER, Direction.BY_WRITER: Direction.TO_WRITER}
_HARM = {Kind.VIOLENCE, Kind.STRANGULATION, Kind.WEAPON, Kind.THREAT_TO_KILL}
_ROLES = {Role.VICTIM: Role.OWN_BEHAVIOUR, Role.OWN_BEHAVIOUR: Role.VICTIM}


def _turned(text: str, unit: Unit, targets: dict[str, list[float]]) -> tuple[str, dict[str, list[float]]] | None:
    """The window told from the other side, when it is about the writer and one other and no more."""
    role = _ROLES.get(unit.example.role) if unit.example.role else None
    sides = {cue.direction for cue in unit.cues}
    if role is None or len(sides) != 1 or not {cue.kind for cue in unit.live} <= _TURNABLE or not unit.live:
        return None
    side = _SIDES.get(sides.pop())
    told = other_side(text)
    if side is None or told is None:
        return None
    kinds = {cue.kind for cue in unit.live} - {Kind.HARM_TO_OTHER}
    if side is Direction.BY_WRITER and kinds & _HARM:
        kinds.add(Kind.HARM_TO_OTHER)
    acts = {act(kind, side) for kind in kinds}
    turned = {
        **targets,
        "kind": [float(kind in kinds) for kind in Kind],
        "act": [float(label in acts) for label in ACTS],
        "role": _one(LABELS["role"], role),
    }
    return told, turned


def from_topic(example: TopicExample, cleaner: Cleaner) -> Item:
    """The targets of one topic message: the topic most, what it is as much about a little less."""
    weights = {example.topic: 1.0, **dict.fromkeys(example.also, 0.5)}
    total = sum(weights.values())
    targets = {
        "topic": [weights.get(topic, 0.0) / total for topic in Topic],
        "role": _one(LABELS["role"], example.role or NOTHING),
    }
    text = cleaner.clean(example.text).text
    return Item(text=text, targets=targets, parts=(), cues=(), origins=(), has_spans=False)


def varied(item: Item, chance: random.Random) -> tuple[str, dict[str, list[float]], bool]:
    """The item's text and targets, now and then as another would write it; whether its spans still stand."""
    if item.turned and chance.random() < 0.35:
        return *item.turned, False
    text, exact = _as_another(item, chance)
    return text, item.targets, exact


def _as_another(item: Item, chance: random.Random) -> tuple[str, bool]:
    draw = chance.random()
    if draw < 0.25:
        return other_gender(item.text), False
    if draw < 0.35:
        return slip(item.text, chance), False
    if draw < 0.45:
        return bare(item.text), False
    return item.text, True


@dataclass(frozen=True, slots=True)
class Batch:
    """What is learnt from at once: whole texts, and parts of them.

    ids, mask: (texts, pieces). rows: (parts,), whose each part is. inside: (parts, pieces), 1 where the part stands.
    targets: (texts and parts, labels). spans: (texts, pieces, kinds), UNKNOWN where not marked.
    """

    ids: Tensor
    mask: Tensor
    rows: Tensor
    inside: Tensor
    targets: dict[str, Tensor]
    spans: Tensor


def batches(items: Sequence[Item], tokenizer: Tokenizer, chance: random.Random) -> Iterator[Batch]:
    """All items once, in batches of like length in a random order."""
    keyed = sorted(items, key=lambda item: len(item.text) * chance.uniform(0.8, 1.2))
    groups = [keyed[i : i + BATCH] for i in range(0, len(keyed), BATCH)]
    chance.shuffle(groups)
    for group in groups:
        texts = [varied(item, chance) for item in group]
        encodings = tokenizer.encode_batch([text for text, _, _ in texts])
        length = len(encodings[0].ids)
        spans = torch.full((len(group), length, len(Kind)), UNKNOWN)
        told = [targets for _, targets, _ in texts]
        rows: list[int] = []
        inside: list[Tensor] = []
        for row, (item, (_, _, exact)) in enumerate(zip(group, texts, strict=True)):
            if not (item.has_spans and exact):
                continue
            places = _places(item, encodings[row].offsets)
            _mark(spans[row], item, places)
            for start, end, targets in item.parts:
                here = torch.tensor([float(start <= place < end) for place in places])
                if here.any():
                    rows.append(row)
                    inside.append(here)
                    told.append(targets)
        yield Batch(
            ids=torch.tensor([e.ids for e in encodings]),
            mask=torch.tensor([e.attention_mask for e in encodings]),
            rows=torch.tensor(rows, dtype=torch.long),
            inside=torch.stack(inside) if inside else torch.zeros((0, length)),
            targets={
                name: torch.tensor([targets.get(name, [UNKNOWN] * len(labels)) for targets in told])
                for name, labels in LABELS.items()
            },
            spans=spans,
        )


def _places(item: Item, offsets: Sequence[tuple[int, int]]) -> list[int]:
    """Where in the message each piece begins; -1 for one that stands for no letters."""
    return [item.origins[a] if b > a and a < len(item.origins) else -1 for a, b in offsets]


def _mark(spans: Tensor, item: Item, places: Sequence[int]) -> None:
    kinds = list(Kind)
    for piece, where in enumerate(places):
        if where < 0:
            continue
        spans[piece] = 0.0
        for cue in item.cues:
            if cue.start <= where < cue.end:
                spans[piece, kinds.index(cue.kind)] = 1.0


def loss_of(logits: dict[str, Tensor], spans: Tensor, batch: Batch) -> Tensor:
    """The weighted sum over all heads, each over the items that have its target."""
    total = torch.zeros(())
    for name, target in batch.targets.items():
        has = target[:, 0] != UNKNOWN
        if not has.any():
            continue
        guess, truth = logits[name][has], target[has]
        if name in EXCLUSIVE:
            total = total + WEIGHTS[name] * F.cross_entropy(guess, truth, label_smoothing=0.05)
        else:
            total = total + WEIGHTS[name] * F.binary_cross_entropy_with_logits(guess, truth)
    known = batch.spans != UNKNOWN
    if known.any():
        total = total + WEIGHTS["spans"] * F.binary_cross_entropy_with_logits(spans[known], batch.spans[known])
    return total


def adapt(
    items: Sequence[Item],
    published: Path,
    out: Path,
    *,
    epochs: int,
    start: Path | None = None,
    known: Sequence[Item] = (),
    rehearse: float = 1.0,
    seed: int = 7,
) -> None:
    """Train and write the adapted encoder and its heads into `out`; go on from `start`, an earlier `out`.

    `known`: what `start` has learnt already, of which each round rehearses a share drawn anew.
    """
    torch.manual_seed(seed)
    random.seed(seed)
    chance = random.Random(seed)
    tokenizer = Tokenizer.from_file(str(published / "tokenizer.json"))
    tokenizer.enable_truncation(MOST_PIECES)
    tokenizer.enable_padding()
    network = Network({name: len(labels) for name, labels in LABELS.items()}, len(Kind))
    network.take(load_file(str(published / "model.safetensors")))
    if start is not None:
        _take_up(network, start)
    heads = [p for name, p in network.named_parameters() if name.startswith(("heads", "spans"))]
    body = [p for name, p in network.named_parameters() if not name.startswith(("heads", "spans"))]
    optimiser = torch.optim.AdamW([{"params": body, "lr": RATE}, {"params": heads, "lr": HEAD_RATE}], weight_decay=0.01)
    rehearsed = round(len(known) * rehearse)
    steps = epochs * -(-(len(items) + rehearsed) // BATCH)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser,
        lambda step: min((step + 1) / (WARM_UP * steps), max(0.0, (steps - step) / (steps * (1 - WARM_UP)))),
    )
    network.train()
    for epoch in range(epochs):
        started, sums, count = time.monotonic(), 0.0, 0
        for batch in batches([*items, *chance.sample(known, rehearsed)], tokenizer, chance):
            logits, spans = network(batch.ids, batch.mask, batch.rows, batch.inside)
            loss = loss_of(logits, spans, batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            sums, count = sums + loss.item(), count + 1
        print(
            f"  epoch {epoch + 1} of {epochs}: loss {sums / count:.3f}, {time.monotonic() - started:.0f} s",
            flush=True,
        )
    out.mkdir(parents=True, exist_ok=True)
    save_file(network.give(), str(out / "encoder.safetensors"))
    with torch.no_grad():
        parts = {f"{name}.weight": (head.weight * SCALE).T.numpy() for name, head in network.heads.items()}
        parts |= {f"{name}.bias": head.bias.numpy() for name, head in network.heads.items()}
        parts |= {"spans.weight": network.spans.weight.T.numpy(), "spans.bias": network.spans.bias.numpy()}
    np.savez_compressed(out / "heads.npz", **parts)


def _take_up(network: Network, start: Path) -> None:
    network.take(load_file(str(start / "encoder.safetensors")))
    with np.load(start / "heads.npz", allow_pickle=False) as saved, torch.no_grad():
        for name, head in network.heads.items():
            head.weight.copy_(torch.from_numpy(saved[f"{name}.weight"].T / SCALE))
            head.bias.copy_(torch.from_numpy(saved[f"{name}.bias"]))
        network.spans.weight.copy_(torch.from_numpy(saved["spans.weight"].T.copy()))
        network.spans.bias.copy_(torch.from_numpy(saved["spans.bias"]))


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser()
    parser.add_argument("published", type=Path, help="folder of the published weights and tokenizer")
    parser.add_argument("out", type=Path)
    parser.add_argument("--epochs", type=int, default=8)
    parser.add_argument("--start", type=Path, help="a folder written before, to go on from with more data")
    parser.add_argument("--share", type=float, default=1.0, help="of the voices, for the learning curve")
    parser.add_argument("--leave-out", default="", help="a hand whose voices are kept out")
    parser.add_argument(
        "--new", default="", help="hands that --start has not seen, with commas: all of theirs in each round"
    )
    parser.add_argument("--rehearse", type=float, default=1.0, help="with --new, the share of all others in each round")
    chosen = parser.parse_args()
    cleaner = Cleaner.load(SHIPPED.safety / "cleanup.yml")
    safety, topics = load_safety(SHIPPED.safety / "voices"), load_topics(SHIPPED.topics)
    safety = [example for example in safety if example.hand != chosen.leave_out]
    topics = [
        example for example in topics if not chosen.leave_out or not example.voice.startswith(f"{chosen.leave_out}_")
    ]
    voices = sorted({example.voice for example in (*safety, *topics)})
    random.Random(7).shuffle(voices)
    kept = set(voices[: round(len(voices) * chosen.share)])
    told = [
        (_hand(whole.example), from_story(whole, parts, cleaner))
        for whole, parts in stories(example for example in safety if example.voice in kept)
    ]
    told += [(_hand(example), from_topic(example, cleaner)) for example in topics if example.voice in kept]
    new = {hand for hand, _ in told if not chosen.new or hand in chosen.new.split(",")}
    items = [item for hand, item in told if hand in new]
    known = [item for hand, item in told if hand not in new]
    print(f"  {len(items)} texts to learn and {len(known)} known, of {len(kept)} voices", flush=True)
    adapt(
        items,
        chosen.published,
        chosen.out,
        epochs=chosen.epochs,
        start=chosen.start,
        known=known,
        rehearse=chosen.rehearse,
    )


def _hand(example: SafetyExample | TopicExample) -> str:
    return example.voice.partition("_")[0]


if __name__ == "__main__":
    main()
