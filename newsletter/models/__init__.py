from newsletter.models.announcements import Announcement, Edition
from newsletter.models.follows import FOLLOWS, Follow, FollowQuerySet, Pace
from newsletter.models.letters import Letter, LetterIndex
from newsletter.models.recipients import Recipient, reachable, recipient_at
from newsletter.models.sendings import Arrivals, Sending, SendingError, audience
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
    "SendingError",
    "audience",
    "reachable",
    "recipient_at",
]
