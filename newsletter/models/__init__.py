from newsletter.models.announcements import Announcement, Edition
from newsletter.models.follows import FOLLOWS, Follow, FollowQuerySet, Pace
from newsletter.models.letters import Arrivals, Letter, LetterIndex, Sending
from newsletter.models.recipients import Recipient, reachable, recipient_at, wanting_letters
from newsletter.models.settings import NewsletterSettings

__all__ = [
    "FOLLOWS",
    "Announcement",
    "Arrivals",
    "Edition",
    "Follow",
    "FollowQuerySet",
    "Letter",
    "LetterIndex",
    "NewsletterSettings",
    "Pace",
    "Recipient",
    "Sending",
    "reachable",
    "recipient_at",
    "wanting_letters",
]
