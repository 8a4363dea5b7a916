"""Attachments as bytes: kept once under their SHA-256, taken in without a trace when interrupted, known by content."""

from app.storage.contents import Content, Incoming, Received, Storage
from app.storage.folder import Folder
from app.storage.kinds import ALLOWED, KINDS, Kind, kind_of
from app.storage.labels import LONGEST_LABEL, download_name, label_of

__all__ = [
    "ALLOWED",
    "KINDS",
    "LONGEST_LABEL",
    "Content",
    "Folder",
    "Incoming",
    "Kind",
    "Received",
    "Storage",
    "download_name",
    "kind_of",
    "label_of",
]
