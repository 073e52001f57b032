"""Reads all the folders of one import before any of it is written."""

from pathlib import Path

from django.utils.translation import gettext as _

from transfer.contents import read_pages, read_series
from transfer.faults import Fault, Faults
from transfer.files import AuthorFile, SeriesFolder, SubjectFile, Tell, TextFile, quiet
from transfer.folders import Folder
from transfer.own_links import OwnLinks


def read_folders(paths: list[Path], tell: Tell = quiet) -> list[SeriesFolder]:
    """Raises Faults with all the faults of all the folders."""
    found: list[SeriesFolder] = []
    faults: list[Fault] = []
    links = OwnLinks()
    for path in paths:
        folder = Folder(path)
        series = read_series(folder, tell, links)
        faults += folder.faults
        if series is not None:
            found.append(series)
    faults += [*links.faults(), *_twice(found)]
    if faults:
        raise Faults(faults)
    return found


def read_simple_pages(path: Path) -> list[TextFile]:
    """Raises Faults."""
    folder = Folder(path)
    links = OwnLinks()
    pages = read_pages(folder, links)
    if faults := [*folder.faults, *links.faults()]:
        raise Faults(faults)
    return pages


def _twice(folders: list[SeriesFolder]) -> list[Fault]:
    """Returns a fault for each series in two folders, for each author or subject that they
    disagree about, and for each name of two subjects."""
    faults = []
    series: dict[str, SeriesFolder] = {}
    authors: dict[str, AuthorFile] = {}
    subjects: dict[str, SubjectFile] = {}
    named: dict[str, SubjectFile] = {}
    for folder in folders:
        first = series.setdefault(folder.head.slug, folder)
        if first is not folder:
            problem = _("«%s» is the same series.") % first.head.file
            faults.append(Fault(folder.head.file, 0, problem, _("Import one of them.")))
        for author in folder.authors:
            other = authors.setdefault(author.slug, author)
            if _said(other) != _said(author):
                problem = _("«%s» says something else of the same author.") % other.file
                faults.append(Fault(author.file, 0, problem, _("Make the two alike.")))
        for subject in folder.subjects:
            same = subjects.setdefault(subject.slug, subject)
            if (same.title, same.description) != (subject.title, subject.description):
                problem = _("«%s» says something else of the same subject.") % same.file
                faults.append(Fault(subject.file, 0, problem, _("Make the two alike.")))
            elif named.setdefault(subject.title, subject).slug != subject.slug:
                problem = _("Another subject is called «%s».") % subject.title
                faults.append(Fault(subject.file, 0, problem, _("Choose another.")))
    return faults


def _said(author: AuthorFile) -> tuple[object, ...]:
    portrait = author.portrait.identity if author.portrait else ""
    facts = (author.title, author.family_name, author.born, author.role)
    return (*facts, portrait, author.links, author.bio)
