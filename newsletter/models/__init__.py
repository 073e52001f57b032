from newsletter.models.announcements import Announcement, Edition
from newsletter.models.follows import Follow, FollowQuerySet, Pace
from newsletter.models.letters import Arrivals, Letter, LetterIndex, Sending
from newsletter.models.recipients import Recipient, reachable, wanting_letters

__all__ = [
    "Announcement",
    "Arrivals",
    "Edition",
    "Follow",
    "FollowQuerySet",
    "Letter",
    "LetterIndex",
    "Pace",
    "Recipient",
    "Sending",
    "reachable",
    "wanting_letters",
]
