"""The sentence encoder as a PyTorch module, with heads: only for adapting it, never on the message path."""

from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor, nn

LAYERS, HEADS, WIDTH, INNER = 6, 12, 384, 1536
# Sentence vectors have unit length; heads need logits of a useful size.
SCALE = 16.0


class _Linear(nn.Linear):
    """A linear layer that learns with its input rounded to 8 bits, as the encoder that ships will read it."""

    def forward(self, x: Tensor) -> Tensor:
        """(…, in) to (…, out)."""
        if self.training:
            whole = x.detach()
            step = (whole.amax().clamp(min=0) - whole.amin().clamp(max=0)) / 255
            x = x + (torch.round(whole / step) * step - whole)
        return super().forward(x)


class _Layer(nn.Module):
    def __init__(self) -> None:
        super().__init__()
        self.query, self.key, self.value = (_Linear(WIDTH, WIDTH) for _ in range(3))
        self.mixed = _Linear(WIDTH, WIDTH)
        self.mixed_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.inner, self.outer = _Linear(WIDTH, INNER), _Linear(INNER, WIDTH)
        self.outer_norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        texts, length, _ = x.shape
        q, k, v = (
            part(x).view(texts, length, HEADS, WIDTH // HEADS).transpose(1, 2)
            for part in (self.query, self.key, self.value)
        )
        mixed = F.scaled_dot_product_attention(q, k, v, attn_mask=mask, dropout_p=0.1 if self.training else 0.0)
        x = self.mixed_norm(x + self.drop(self.mixed(mixed.transpose(1, 2).reshape(texts, length, WIDTH))))
        return self.outer_norm(x + self.drop(self.outer(F.gelu(self.inner(x)))))


# Our names and those of the published checkpoint.
_NAMES = {
    "query": "attention.self.query", "key": "attention.self.key", "value": "attention.self.value",
    "mixed": "attention.output.dense", "mixed_norm": "attention.output.LayerNorm",
    "inner": "intermediate.dense", "outer": "output.dense", "outer_norm": "output.LayerNorm",
}  # fmt: skip


def _mean(x: Tensor, where: Tensor) -> Tensor:
    """The mean of the pieces marked, of unit length: (texts, pieces, 384) and (texts, pieces) to (texts, 384)."""
    return F.normalize((x * where.unsqueeze(-1)).sum(1) / where.sum(1, keepdim=True), dim=-1)


class Network(nn.Module):
    """Encoder and heads. `sizes`: labels of each head over the sentence; `pieces`: labels of the one over word pieces."""

    def __init__(self, sizes: dict[str, int], pieces: int) -> None:
        super().__init__()
        self.words = nn.Embedding(30522, WIDTH)
        self.positions = nn.Embedding(512, WIDTH)
        self.types = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH, eps=1e-12)
        self.drop = nn.Dropout(0.1)
        self.layers = nn.ModuleList(_Layer() for _ in range(LAYERS))
        self.heads = nn.ModuleDict({name: nn.Linear(WIDTH, size) for name, size in sizes.items()})
        self.spans = nn.Linear(WIDTH, pieces)
        for head in (*self.heads.values(), self.spans):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.zeros_(head.bias)

    def forward(self, ids: Tensor, mask: Tensor, rows: Tensor, inside: Tensor) -> tuple[dict[str, Tensor], Tensor]:
        """Logits of each head (texts and parts, labels), and of the pieces (texts, pieces, labels).

        rows: (parts,), the text each part belongs to. inside: (parts, pieces), 1 where it stands.
        """
        here = torch.arange(ids.shape[1])
        x = self.drop(self.norm(self.words(ids) + self.positions(here) + self.types.weight[0]))
        attend = mask[:, None, None, :].bool()
        for layer in self.layers:
            x = layer(x, attend)
        vectors = torch.cat([_mean(x, mask.to(x.dtype)), _mean(x[rows], inside)])
        return {name: head(self.drop(vectors * SCALE)) for name, head in self.heads.items()}, self.spans(x)

    def take(self, tensors: dict[str, Tensor]) -> None:
        """Load the published checkpoint's tensors."""
        with torch.no_grad():
            for ours, name in self._pairs():
                ours.copy_(tensors[name])

    def give(self) -> dict[str, Tensor]:
        """The encoder's tensors under the published checkpoint's names."""
        return {name: ours.detach().clone().contiguous() for ours, name in self._pairs()}

    def _pairs(self) -> list[tuple[Any, str]]:
        pairs: list[tuple[Any, str]] = [
            (self.words.weight, "embeddings.word_embeddings.weight"),
            (self.positions.weight, "embeddings.position_embeddings.weight"),
            (self.types.weight, "embeddings.token_type_embeddings.weight"),
            (self.norm.weight, "embeddings.LayerNorm.weight"),
            (self.norm.bias, "embeddings.LayerNorm.bias"),
        ]
        for number, layer in enumerate(self.layers):
            for ours, name in _NAMES.items():
                part = getattr(layer, ours)
                pairs += [(getattr(part, end), f"encoder.layer.{number}.{name}.{end}") for end in ("weight", "bias")]
        return pairs
