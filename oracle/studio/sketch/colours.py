"""Colours by name, and what light, dark and two colours make of them."""

from __future__ import annotations

from oracle.studio.sketch.canvas import Colour

_NAMES = """
black 26 26 30|white 246 246 242|grey 134 138 142|silver 190 196 204|charcoal 58 62 68
red 206 38 40|crimson 170 16 48|scarlet 232 44 24|maroon 112 20 32|burgundy 118 18 50
ruby 184 14 66|cherry 190 24 52|rust 168 74 34|brick 168 76 60|coral 250 120 96
salmon 246 144 122|pink 246 150 184|rose 226 92 132|magenta 216 36 144|fuchsia 234 48 170
orange 240 134 30|tangerine 246 124 24|amber 250 180 24|peach 250 200 164|apricot 250 188 128
yellow 250 216 54|gold 226 176 48|golden 232 182 56|mustard 206 162 40|lemon 252 236 92
cream 250 240 210|ivory 250 246 228|beige 224 208 176|sand 222 198 146|tan 206 170 122
khaki 176 164 112|brown 124 80 46|chocolate 88 52 30|chestnut 136 66 40|coffee 98 70 50
bronze 168 116 58|copper 190 108 62|wooden 158 110 64|olive 120 124 46|green 52 146 62
lime 150 212 44|emerald 20 154 92|jade 40 162 116|mint 160 226 190|forest green 32 92 48
dark green 24 80 40|sea green 50 150 120|teal 22 128 130|turquoise 54 200 196|aqua 90 218 222
cyan 40 206 224|sky blue 126 190 236|light blue 156 204 240|blue 42 96 200|azure 40 130 226
navy 24 38 96|navy blue 24 38 96|dark blue 24 44 116|royal blue 44 74 206|cobalt 22 74 176
sapphire 22 66 160|indigo 64 44 148|violet 134 72 190|purple 118 50 150|lavender 190 170 230
lilac 206 170 222|plum 124 48 106|mauve 190 146 184|stone 150 146 138|marble 232 230 226
steel 140 150 162|iron 84 88 96|brass 196 158 74|icy 206 232 244|bloody 150 14 18
colourful 236 90 60|multicoloured 60 120 220|glass 200 224 232|blonde 236 208 128
"""


def _read(table: str) -> dict[str, Colour]:
    colours: dict[str, Colour] = {}
    for entry in table.replace("\n", "|").split("|"):
        if entry:
            name, red, green, blue = entry.rsplit(" ", 3)
            colours[name] = (int(red), int(green), int(blue))
    return colours


COLOURS = _read(_NAMES)
SAME = {
    "gray": "grey", "violett": "violet", "wood": "wooden", "metal": "steel", "metallic": "steel",
    "azur": "azure", "ochre": "mustard", "cyan blue": "cyan", "blood red": "crimson",
    "dark red": "maroon", "bright red": "scarlet", "hot pink": "fuchsia", "deep blue": "dark blue",
    "midnight blue": "navy", "pale blue": "light blue", "baby blue": "light blue",
    "colorful": "colourful", "multicolored": "multicoloured", "rusty": "rust", "blond": "blonde",
    "sandy": "sand", "creamy": "cream", "snow white": "white", "pitch black": "black",
    "lime green": "lime", "olive green": "olive", "mint green": "mint", "ginger": "orange",
    "auburn": "chestnut", "turquoise blue": "turquoise", "frozen": "icy", "crystal": "icy",
}  # fmt: skip


def mixed(first: Colour, second: Colour, share: int) -> Colour:
    """`share`/256 of the second colour in the first."""
    red, green, blue = (a + (b - a) * share // 256 for a, b in zip(first, second, strict=True))
    return red, green, blue


def toned(colour: Colour, tone: str) -> Colour:
    """The colour as "light", "dark", "bright" or "dull" say."""
    if tone == "light":
        return mixed(colour, (255, 255, 255), 110)
    if tone == "dark":
        return mixed(colour, (8, 8, 16), 120)
    mean = sum(colour) // 3
    if tone == "dull":
        return mixed(colour, (mean, mean, mean), 130)
    red, green, blue = (min(max(mean + (v - mean) * 3 // 2, 0), 255) for v in colour)
    return red, green, blue


def coloured(name: str | Colour) -> Colour:
    """The colour of this name; a colour is itself."""
    return COLOURS[name] if isinstance(name, str) else name
