"""The cover of a series' podcast: its share card on a square, as podcast apps ask for."""

import io
from functools import lru_cache

from django.utils.translation import gettext as _
from PIL import Image, ImageDraw

from articles import share_cards
from articles.share_cards import CardTexts

#: Pixels. Apple takes 1,400 to 3,000.
SIZE = 1400


@lru_cache(maxsize=16)
def drawn(title: str, cover: int) -> bytes:
    """The cover as a PNG."""
    texts = CardTexts(_("Article series"), title, "", cover)
    card = Image.open(io.BytesIO(share_cards.draw(texts))).convert("RGB")
    height = round(card.height * SIZE / card.width)
    square = Image.new("RGB", (SIZE, SIZE), share_cards.PAPER)
    square.paste(card.resize((SIZE, height), Image.Resampling.LANCZOS), (0, (SIZE - height) // 2))
    colour = share_cards.COVERS[cover % len(share_cards.COVERS)]
    ImageDraw.Draw(square).rectangle((0, 0, round(35 * SIZE / card.width), SIZE), fill=colour)
    buffer = io.BytesIO()
    square.quantize(64, dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()
