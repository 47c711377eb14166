"""The two networks of `shapes`: one plans a picture from a caption, one paints the plan. Both are trained by flow matching.

The planner reads the caption and says what its one to three items are; where they lie, how large they are and how bright the background
is it makes from noise, so the same caption gives different plans. The painter makes the pixels from noise, led by the plan. Flow matching
runs on straight paths (Lipman et al., 2023; Liu et al., 2023); both networks predict the clean end of the path (Li and He, "Back to
Basics", 2025); time enters through scales and shifts (Peebles and Xie, "Scalable Diffusion Models with Transformers", 2023).

One network from caption to pixels was tried first: in the hour that two cores have for it, it learned colours and how many things there
are, and no shapes. To split what from where is what layout-guided models do (such as Feng et al., "LayoutGPT", 2023).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812 - its usual name

SIZE = 64
ITEMS, PLACE = 3, 3
"""The most items of a plan, and the values that place one: x, y and radius, see `plans`."""
STATE = ITEMS * PLACE + 1
"""The values of a plan that come from noise: the items' places and the brightness of the background."""
SHAPES, COLORS = 7, 8
"""What an item can be, the first shape for an item that isn't there."""
WIDTH, HEADS, LENGTH = 192, 3, 24
CHANNELS, HIDDEN, WAVES = 32, 64, 5


class Attention(nn.Module):
    """Tokens attend to themselves and, where there is one, to a caption."""

    def __init__(self, *, caption: bool) -> None:
        super().__init__()
        self.query_key_value = nn.Linear(WIDTH, 3 * WIDTH)
        self.of_caption = nn.Linear(WIDTH, 2 * WIDTH) if caption else None
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, tokens: Tensor, caption: Tensor | None, mask: Tensor | None) -> Tensor:
        """`tokens` [B, N, W], `caption` [B, L, W]; `mask` [B, 1, 1, N (+ L)] is added to the scores."""
        query, key, value = self.query_key_value(tokens).chunk(3, dim=-1)
        if self.of_caption is not None and caption is not None:
            more_keys, more_values = self.of_caption(caption).chunk(2, dim=-1)
            key, value = torch.cat((key, more_keys), dim=1), torch.cat((value, more_values), dim=1)
        query, key, value = (part.unflatten(-1, (HEADS, -1)).transpose(1, 2) for part in (query, key, value))
        seen = F.scaled_dot_product_attention(_even(query), _even(key), value, attn_mask=mask)
        return self.out(seen.transpose(1, 2).flatten(2))


class TextLayer(nn.Module):
    """A plain transformer layer over the words of a caption."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH), nn.LayerNorm(WIDTH)
        self.attention, self.mlp = Attention(caption=False), _mlp()

    def forward(self, words: Tensor, mask: Tensor) -> Tensor:
        """`words` [B, L, W]."""
        words = words + self.attention(self.norm1(words), None, mask)
        return words + self.mlp(self.norm2(words))


class PlanLayer(nn.Module):
    """A transformer layer over the parts of a plan, steered by time."""

    def __init__(self) -> None:
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(WIDTH, elementwise_affine=False), nn.LayerNorm(WIDTH, elementwise_affine=False)
        self.attention, self.mlp = Attention(caption=True), _mlp()
        self.steer = nn.Linear(WIDTH, 4 * WIDTH)

    def forward(self, parts: Tensor, caption: Tensor, mask: Tensor, moment: Tensor) -> Tensor:
        """`parts` [B, N, W], `moment` [B, W]."""
        shift1, scale1, shift2, scale2 = self.steer(moment).unsqueeze(1).chunk(4, dim=-1)
        parts = parts + self.attention(self.norm1(parts) * (1 + scale1) + shift1, caption, mask)
        return parts + self.mlp(self.norm2(parts) * (1 + scale2) + shift2)


class TextEncoder(nn.Module):
    """Reads a caption: word numbers [B, L], 0 where there is none, → word vectors [B, L, W]."""

    def __init__(self, words: int) -> None:
        super().__init__()
        self.words = nn.Embedding(words, WIDTH)
        self.places = nn.Parameter(torch.randn(LENGTH, WIDTH) * 0.02)
        self.layers = nn.ModuleList(TextLayer() for _ in range(2))
        self.norm = nn.LayerNorm(WIDTH)
        nn.init.normal_(self.words.weight, std=0.02)

    def forward(self, words: Tensor) -> Tensor:
        """Every caption has at least one word: number 1 stands at its start."""
        mask = _absent(words)
        states = self.words(words) + self.places
        for layer in self.layers:
            states = layer(states, mask)
        return self.norm(states)


class Planner(nn.Module):
    """Predicts the clean plan from a noisy one, the time and a caption's word vectors, and says what the items are."""

    def __init__(self) -> None:
        super().__init__()
        self.parts = nn.Parameter(torch.randn(ITEMS + 1, WIDTH) * 0.5)
        self.into = nn.Linear(PLACE, WIDTH)
        self.ground_into = nn.Linear(1, WIDTH)
        self.time = Moment()
        self.layers = nn.ModuleList(PlanLayer() for _ in range(3))
        self.norm = nn.LayerNorm(WIDTH)
        self.out, self.ground_out = nn.Linear(WIDTH, PLACE), nn.Linear(WIDTH, 1)
        self.shapes, self.colors = nn.Linear(WIDTH, SHAPES), nn.Linear(WIDTH, COLORS)

    def forward(self, state: Tensor, time: Tensor, words: Tensor, caption: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """`state` [B, 10], `time` [B] 0 (noise) to 1 (plan) → the clean state, and scores of shapes [B, 3, 7] and colours [B, 3, 8]."""
        places, ground = state[:, :-1].unflatten(1, (ITEMS, PLACE)), state[:, -1:].unsqueeze(1)
        parts = torch.cat((self.into(places), self.ground_into(ground)), dim=1) + self.parts
        moment = self.time(time)
        mask = _absent(words)
        mask = torch.cat((mask.new_zeros(mask.shape[0], 1, 1, ITEMS + 1), mask), dim=-1)
        for layer in self.layers:
            parts = layer(parts, caption, mask, moment)
        items, ground = self.norm(parts).split((ITEMS, 1), dim=1)
        return torch.cat((self.out(items).flatten(1), self.ground_out(ground).flatten(1)), dim=1), self.shapes(items), self.colors(items)


class Moment(nn.Module):
    """Time [B] as a vector [B, W]."""

    def __init__(self) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(128, WIDTH), nn.SiLU(), nn.Linear(WIDTH, WIDTH), nn.SiLU())
        self.register_buffer("pitches", torch.exp(torch.linspace(0, 6.9, 64)), persistent=False)

    def forward(self, time: Tensor) -> Tensor:
        """As waves, then through two layers."""
        angles = time[:, None] * self.pitches
        moment: Tensor = self.layers(torch.cat((angles.cos(), angles.sin()), dim=-1))
        return moment


class PixelLayer(nn.Module):
    """Two convolutions, steered by time and background."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.GroupNorm(4, CHANNELS)
        self.first, self.second = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1), nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.steer = nn.Linear(WIDTH, 2 * CHANNELS)

    def forward(self, picture: Tensor, moment: Tensor) -> Tensor:
        """`picture` [B, C, 32, 32], `moment` [B, W]."""
        scale, shift = self.steer(moment)[:, :, None, None].chunk(2, dim=1)
        return picture + self.second(F.gelu(self.first(self.norm(picture)) * (1 + scale) + shift, approximate="tanh"))


class ItemLayer(nn.Module):
    """A layer over the pixels that an item may cover, two by two, scaled and shifted by its shape."""

    def __init__(self, values: int) -> None:
        super().__init__()
        self.linear = nn.Linear(values, HIDDEN)
        self.scale, self.shift = nn.Linear(SHAPES, HIDDEN), nn.Linear(SHAPES, HIDDEN)

    def forward(self, pixels: Tensor, shapes: Tensor) -> Tensor:
        """`pixels` [B, 3, N, V], `shapes` [B, 3, 7]."""
        scale, shift = self.scale(shapes)[:, :, None], self.shift(shapes)[:, :, None]
        return F.gelu(self.linear(pixels) * (1 + scale) + shift, approximate="tanh")


class Painter(nn.Module):
    """Predicts the clean picture from a noisy one, the time and a plan."""

    def __init__(self) -> None:
        super().__init__()
        self.item_layers = nn.ModuleList((ItemLayer(2 * WAVES + 4), ItemLayer(HIDDEN)))
        self.cover, self.colors = nn.Linear(HIDDEN, CHANNELS), nn.Linear(COLORS, CHANNELS)
        self.time, self.ground = Moment(), nn.Linear(1, WIDTH)
        self.into = nn.Conv2d(12, CHANNELS, 3, padding=1)
        self.layers = nn.ModuleList(PixelLayer() for _ in range(3))
        self.out = nn.Conv2d(CHANNELS, 12, 3, padding=1)
        middle = (torch.arange(SIZE // 2) * 2 + 1 - SIZE / 2) / 16
        self.register_buffer("pixels", torch.stack(torch.meshgrid(middle, middle, indexing="xy"), dim=-1).flatten(0, 1), persistent=False)

    def forward(self, picture: Tensor, time: Tensor, state: Tensor, shapes: Tensor, colors: Tensor) -> Tensor:
        """`picture` [B, 3, 64, 64] about -1 to 1, `time` [B], `state` [B, 10], `shapes` [B, 3, 7] and `colors` [B, 3, 8] as shares: the
        clean picture.
        """
        places, ground = state[:, :-1].unflatten(1, (ITEMS, PLACE)), state[:, -1:]
        pixels = _around(self.pixels, places)
        for layer in self.item_layers:
            pixels = layer(pixels, shapes)
        items = self.cover(pixels) * self.colors(colors)[:, :, None] * (1 - shapes[..., :1])[:, :, None]
        plan = items.sum(dim=1).transpose(1, 2).unflatten(2, (SIZE // 2, SIZE // 2))
        moment = self.time(time) + self.ground(ground)
        hidden = self.into(F.pixel_unshuffle(picture, 2)) + plan
        for layer in self.layers:
            hidden = layer(hidden, moment)
        return F.pixel_shuffle(self.out(hidden), 2)


def _around(pixels: Tensor, places: Tensor) -> Tensor:
    """Where pixels [N, 2] lie, seen from items at places [B, 3, 3]: the distance, the waves of the direction, and the size."""
    radius = (places[..., 2:] * 2 + 9.5)[:, :, None] / 16
    off = ((pixels - places[:, :, None, :2]) / radius).clamp(-2, 2)
    x, y = off[..., :1], off[..., 1:]
    far = (x * x + y * y + 1e-4).sqrt()
    waves = [(x / far, y / far)]
    for _ in range(WAVES - 1):
        cosine, sine = waves[-1]
        waves.append((cosine * waves[0][0] - sine * waves[0][1], cosine * waves[0][1] + sine * waves[0][0]))
    return torch.cat((*(part for wave in waves for part in wave), far, x.abs(), y.abs(), far * 0 + 0.5 / radius), dim=-1)


def _mlp() -> nn.Sequential:
    return nn.Sequential(nn.Linear(WIDTH, 4 * WIDTH), nn.GELU(approximate="tanh"), nn.Linear(4 * WIDTH, WIDTH))


def _even(vectors: Tensor) -> Tensor:
    """All of the same length."""
    return vectors * torch.rsqrt(vectors.square().mean(dim=-1, keepdim=True) + 1e-6)


def _absent(words: Tensor) -> Tensor:
    """[B, 1, 1, L]: 0 for a word, and far below for none."""
    return (words == 0).to(torch.float32)[:, None, None, :] * -1e4
