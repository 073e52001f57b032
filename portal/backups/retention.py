"""Which backups are kept."""

import shutil
from datetime import datetime, timedelta
from pathlib import Path

from portal.backups.manifest import folders_in, moment_of

DAYS, WEEKS, MONTHS = 7, 5, 12
#: All backups this much younger than the newest are kept too: one made before an update must not
#: make way for one made after it.
ALL = timedelta(days=1)


def kept(moments: list[datetime]) -> set[datetime]:
    """The newest of each of the last days, weeks and months that have backups, and a day's all."""
    newest_first = sorted(moments, reverse=True)
    found = {moment for moment in newest_first if newest_first[0] - moment < ALL}
    for number, period in ((DAYS, "%Y-%m-%d"), (WEEKS, "%G-%V"), (MONTHS, "%Y-%m")):
        newest: dict[str, datetime] = {}
        for moment in newest_first:
            newest.setdefault(moment.strftime(period), moment)
        found |= set(list(newest.values())[:number])
    return found


def thin(target: Path) -> list[str]:
    """Remove the backups in `target` that aren't kept. Returns their names.

    What a killed removal leaves is called «….part», and the next backup clears it away.
    """
    folders = {moment_of(path.name): path for path in folders_in(target)}
    removed = sorted(set(folders) - kept(list(folders)))
    for moment in removed:
        remove(folders[moment])
    return [folders[moment].name for moment in removed]


def remove(folder: Path) -> None:
    part = folder.with_name(f"{folder.name}.part")
    folder.rename(part)
    shutil.rmtree(part)
