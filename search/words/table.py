"""The word list: every known form, the lemmas it may come from, and how it makes compounds.

`search/data/forms.marisa` numbers the forms. `search/data/forms.bin` holds what is known of each
number, in columns. Both are mapped into memory, so that all processes of a machine share them.
"""

import hashlib
import mmap
import struct
from pathlib import Path

import marisa_trie

DATA = Path(__file__).parents[1] / "data"
_HEADER = struct.Struct("<4sII8s")
_MAGIC = b"ORD1"
#: A form's lemma is a number, or, with this bit, the place of several in the list of lists.
SEVERAL = 1 << 31
#: A cut is the place where the last part starts, with the first bit if the parts share the letter
#: before it ("fotballag"), and with the second if a letter joins them.
DOUBLED, JOINT = 1 << 6, 1 << 7


class Table:
    """Opens the word list in `folder`. Raises OSError without it, ValueError if it is broken."""

    def __init__(self, folder: Path = DATA) -> None:
        self.trie = marisa_trie.Trie()
        self.trie.mmap(str((folder / "forms.marisa").resolve(strict=True)))
        with (folder / "forms.bin").open("rb") as file:
            self._map = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        magic, count, lists, digest = _HEADER.unpack_from(self._map)
        if magic != _MAGIC or count != len(self.trie):
            raise ValueError("forms.bin does not belong to forms.marisa")
        #: 16 hexadecimal digits that change with the data.
        self.digest = digest.hex()
        columns = memoryview(self._map)
        start, end = _HEADER.size, _HEADER.size + 4 * count
        self._lemma = columns[start:end].cast("I")
        start, end = end, end + 4 * lists
        self._lists = columns[start:end].cast("I")
        self._weight = columns[end : end + count]
        self._cut = columns[end + count : end + 2 * count]

    def __contains__(self, form: str) -> bool:
        return form in self.trie

    def lemmas(self, form: str) -> tuple[str, ...]:
        """Returns the lemmas that a folded form may come from, the likeliest first."""
        key = self.trie.get(form)
        return () if key is None else tuple(map(self.trie.restore_key, self._lemma_keys(key)))

    def _lemma_keys(self, key: int) -> list[int]:
        lemma = self._lemma[key]
        if not lemma & SEVERAL:
            return [lemma]
        place = lemma ^ SEVERAL
        return self._lists[place + 1 : place + 1 + self._lists[place]].tolist()

    def as_first(self, form: str) -> int:
        """Returns how readily a form begins compounds: 0 (never) to 15, a step each doubling."""
        key = self.trie.get(form)
        return 0 if key is None else self._weight[key] >> 4

    def as_last(self, form: str) -> int:
        """Returns how readily a form's lemmas end compounds: 0 (never) to 15."""
        key = self.trie.get(form)
        if key is None:
            return 0
        return max(self._weight[lemma] & 15 for lemma in self._lemma_keys(key))

    def parts(self, lemma: str) -> tuple[str, ...]:
        """Returns the two parts of a compound in the dictionary, or none."""
        key = self.trie.get(lemma)
        cut = 0 if key is None else self._cut[key]
        if not cut:
            return ()
        start = cut & (DOUBLED - 1)
        if cut & DOUBLED:
            return lemma[:start], lemma[start - 1 :]
        return lemma[: start - bool(cut & JOINT)], lemma[start:]


def pack(
    lemmas_of: dict[str, list[str]], weights: dict[str, int], cuts: dict[str, int], folder: Path
) -> None:
    """Writes the word list. Each lemma must be a form; `weights` and `cuts` are bytes by form."""
    trie = marisa_trie.Trie(sorted(lemmas_of))
    forms = [trie.restore_key(key) for key in range(len(trie))]
    column: list[int] = []
    lists: list[int] = []
    for form in forms:
        keys = [trie[lemma] for lemma in lemmas_of[form]]
        column.append(keys[0] if len(keys) == 1 else SEVERAL | len(lists))
        if len(keys) > 1:
            lists += [len(keys), *keys]
    folder.mkdir(exist_ok=True)
    trie.save(str(folder / "forms.marisa"))
    columns = (
        struct.pack(f"<{len(column)}I", *column)
        + struct.pack(f"<{len(lists)}I", *lists)
        + bytes(weights.get(form, 0) for form in forms)
        + bytes(cuts.get(form, 0) for form in forms)
    )
    digest = hashlib.sha256("\n".join(forms).encode() + columns).digest()[:8]
    header = _HEADER.pack(_MAGIC, len(forms), len(lists), digest)
    (folder / "forms.bin").write_bytes(header + columns)
