"""The tensors of an 8-bit encoder as `graph.build` takes them: where adapting goes on from what the repository keeps."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnx
from onnx import numpy_helper

from bot.language.graph import LAYERS, WIDTH, Tensors

Vector = npt.NDArray[np.float32]


def unpack(model: Path) -> Tensors:
    """All tensors of a file that `graph.save_8_bit` wrote, in 32 bits and under the published checkpoint's names."""
    kept = {tensor.name: numpy_helper.to_array(tensor) for tensor in onnx.load(model).graph.initializer}
    numbers = {name.removesuffix("_quantized") for name in kept if not name.endswith(("_scale", "_zero_point"))}
    in_order = (_tensor(kept, name) for name in sorted(numbers, key=lambda name: int(name[1:])))
    # What is left after single numbers and shapes are the weights, in the order in which `build` asks for them.
    return dict(_named(tensor for tensor in in_order if tensor.dtype == np.float32 and tensor.size >= WIDTH))


def _tensor(kept: Tensors, name: str) -> Vector:
    if name in kept:
        return kept[name]
    whole = kept[f"{name}_quantized"].astype(np.float32) - kept[f"{name}_zero_point"].astype(np.float32)
    return np.asarray(whole * kept[f"{name}_scale"], dtype=np.float32)


def _named(tensors: Iterator[Vector]) -> Iterator[tuple[str, Vector]]:
    yield "embeddings.word_embeddings.weight", next(tensors)
    yield "embeddings.position_embeddings.weight", next(tensors)
    # `build` adds the embedding of the type of a token to that of its position.
    yield "embeddings.token_type_embeddings.weight", np.zeros((2, WIDTH), dtype=np.float32)
    yield "embeddings.LayerNorm.weight", next(tensors)
    yield "embeddings.LayerNorm.bias", next(tensors)
    for number in range(LAYERS):
        layer = f"encoder.layer.{number}"
        weights, biases = np.split(next(tensors), 3, axis=1), np.split(next(tensors), 3)
        for part, weight, bias in zip(("query", "key", "value"), weights, biases, strict=True):
            yield f"{layer}.attention.self.{part}.weight", weight.T
            yield f"{layer}.attention.self.{part}.bias", bias
        for part in ("attention.output.dense", "attention.output.LayerNorm", "intermediate.dense", "output.dense",
                     "output.LayerNorm"):  # fmt: skip
            weight = next(tensors)
            yield f"{layer}.{part}.weight", weight.T if weight.ndim > 1 else weight
            yield f"{layer}.{part}.bias", next(tensors)
