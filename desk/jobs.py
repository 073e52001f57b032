"""What the desk leaves to the worker: the links of published texts, and old links to drafts."""

import time

from desk.links.asking import ask
from desk.links.collecting import collect_missing
from desk.links.ours import check_ours
from desk.models import DraftLink, LinkedAddress, LinkSettings
from worker.jobs import job

#: Seconds between two rounds. A round asks each site for one page at most.
PAUSE = 10
#: Seconds after which a round begins no more questions.
ROUND = 20
#: Addresses that a round looks through for sites that it hasn't asked yet.
AT_MOST = 200


@job(every=24 * 3600, lane="slow")
def check_our_links() -> None:
    """Ours change by what editors unpublish and delete, so all are looked at every night."""
    collect_missing()
    LinkedAddress.objects.forget_unused()
    check_ours(LinkedAddress.objects.filter(is_ours=True).iterator())


@job(every=PAUSE, lane="slow")
def check_links_to_others() -> None:
    """Asks other sites for what is due, if the owner wants it: one page of each site a round."""
    due = LinkedAddress.objects.due().filter(links__page__live=True).distinct()[:AT_MOST]
    if not due or not LinkSettings.load().checks_outward:
        return
    end, asked = time.monotonic() + ROUND, set[str]()
    for address in due:
        if address.host in asked or time.monotonic() > end:
            continue
        asked.add(address.host)
        answer = ask(address.url)
        if answer.is_there:
            address.note_answer(answer.status)
        else:
            address.note_failure(answer.status, answer.said)


@job(every=24 * 3600, lane="slow")
def forget_draft_links() -> None:
    DraftLink.objects.forget()
