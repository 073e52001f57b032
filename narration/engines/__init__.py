"""The programs and services that read a sentence aloud, behind one interface."""
