from narration.models.feeds import PodcastToken
from narration.models.narrations import Narration
from narration.models.recordings import Clip, Recording, Upload
from narration.models.spoken import SpokenText
from narration.models.streams import Stream
from narration.models.words import Pronunciation, WordReport

__all__ = [
    "Clip",
    "Narration",
    "PodcastToken",
    "Pronunciation",
    "Recording",
    "SpokenText",
    "Stream",
    "Upload",
    "WordReport",
]
