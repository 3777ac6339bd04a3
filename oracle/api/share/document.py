"""The players' page at a competition's own address, with what the chain tells of it written in.

Who shows a link finds meta tags (https://ogp.me). A browser shows name, target and result before a
script has run; web/src/firstView.ts takes that over. The target stands there as a preview, and as
one that is still to be checked.
"""

from __future__ import annotations

import html
import re
from typing import Final
from urllib.parse import urlsplit

from oracle.api.share.picture import SIZE
from oracle.api.share.result import Result
from oracle.store.cid import cid_of
from scoring.digest import Digest

PLACES: Final = 3
"""How many of the best stand beside the target, as in web/src/views/podium.ts."""

_TITLE = re.compile("<title>.*?</title>", re.DOTALL)
_DESCRIPTION = re.compile(r'<meta name="description"[^>]*>\s*')
_WAITING = '<p class="boot">Loading…</p>'


def document(index: str, result: Result, address: str) -> str:
    """The built page `index`, told of a result; `address` is where it is, or empty."""
    # One folder down, what lies beside the page is one folder up.
    page = _DESCRIPTION.sub("", index.replace('="./', '="../'), count=1)
    page = _TITLE.sub(lambda _: _tags(result, address), page, count=1)
    return page.replace(_WAITING, _first_view(result), 1)


def _tags(result: Result, address: str) -> str:
    here = f"{address}c/{result.number}"
    shown = {
        "og:type": "website",
        "og:site_name": "Judging Oracle",
        "og:title": result.headline,
        "og:description": result.sentence,
    }
    if urlsplit(here).netloc:
        shown["og:url"] = here
    if result.winner is not None and "og:url" in shown:
        shown |= {
            "og:image": f"{here}.png",
            "og:image:type": "image/png",
            "og:image:width": str(SIZE[0]),
            "og:image:height": str(SIZE[1]),
            "og:image:alt": "The target, and the image that came nearest to it",
        }
    kind = "summary_large_image" if "og:image" in shown else "summary"
    properties = [
        f'<meta property="{name}" content="{html.escape(text)}">' for name, text in shown.items()
    ]
    return "\n    ".join(
        [
            f"<title>{html.escape(result.headline)}</title>",
            f'<meta name="description" content="{html.escape(result.sentence)}">',
            *properties,
            f'<meta name="twitter:card" content="{kind}">',
        ]
    )


def _first_view(result: Result) -> str:
    title = f' <cite dir="auto">{html.escape(result.title)}</cite>' if result.title else ""
    lead = f'<p class="lead">{html.escape(result.sentence)}</p>'
    if result.target is None:
        shown = lead
    elif result.is_ranked:
        goal = _preview(result.target, "(max-width: 48rem) 45vw, 18rem")
        places = min(PLACES, result.revealed)
        shown = (
            f'<div class="podium"><figure class="goal">{goal}'
            "<figcaption><b>Target</b></figcaption></figure>"
            + '<figure><div class="frame"></div><figcaption><b>…</b></figcaption></figure>' * places
            + f"</div>{lead}"
        )
    else:
        target = _preview(result.target, "(max-width: 48rem) 8.5rem, 35rem")
        shown = (
            f'<div class="split"><div class="target"><figure>{target}</figure></div>'
            f'<div class="side">{lead}</div></div>'
        )
    return (
        f'<article data-competition="{result.number}"><p class="crumb">Competitions</p>'
        f'<div class="head"><h1>{html.escape(result.name)}{title}</h1></div>{shown}</article>'
    )


def _preview(target: Digest, sizes: str) -> str:
    """The target as the page shows it while it fetches and checks the picture itself."""
    small, large = (f"../previews/{side}/{cid_of(target)}" for side in (256, 512))
    return (
        f'<span class="frame wait" role="status"><img class="thumb" alt="" fetchpriority="high" '
        f'src="{large}" srcset="{small} 256w, {large} 512w" sizes="{sizes}">'
        '<span class="hint">Fetching…</span></span>'
    )
