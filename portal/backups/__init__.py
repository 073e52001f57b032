"""Backups of the whole portal: how they are made, kept, verified and restored."""
