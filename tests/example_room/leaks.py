"""What there is to ask of the example room, and a leak planted in it."""

from tests.example_room.models import LongestWord
from tests.leaks.planting import plant
from tests.leaks.sweep import account_forms
from tests.leaks.world import World


def examples(world: World) -> dict[str, list[str]]:
    return account_forms(world, "example_room")


@plant("pending")
def the_longest_word_of_the_whole_text_is_shown(patch):
    """Past the gate: of all the words there are, in turn."""
    from delivery.fragments import slots
    from tests.example_room.fragments import Longest, longest_word

    def of_all(request, shared):
        words = LongestWord.objects.filter(passage__page=shared["article"].pk)
        return Longest(" ".join(words.values_list("word", flat=True)), False)

    (ours,) = (each for each in slots["article.after"] if each.resolve is longest_word)
    patch.setitem(ours.__dict__, "resolve", of_all)
