"""What the benchmark trains the stock pipeline on."""

from pathlib import Path

import yaml

from bot.vocabulary import Topic
from tests.bench.__main__ import write_sample


def test_the_sample_for_the_stock_pipeline_has_every_topic(tmp_path: Path) -> None:
    path = tmp_path / "nlu.yml"
    write_sample(path)
    blocks = yaml.safe_load(path.read_text())["nlu"]
    assert {block["intent"] for block in blocks} == set(Topic)
    assert all(block["examples"].startswith("- ") for block in blocks)
