"""Typing errors in the domain of an e-mail address. Nobody is stopped, and nobody is asked."""

#: Domains where many Norwegians have their mail. Names of fewer than five letters are left out, and
#: those of universities: too many real domains are one or two letters away from them.
COMMON = (
    *("gmail.com", "hotmail.com", "hotmail.no", "outlook.com", "icloud.com", "yahoo.no"),
    *("yahoo.com", "online.no", "broadpark.no", "getmail.no", "altibox.no", "protonmail.com"),
    *("proton.me", "googlemail.com"),
)
#: Real domains with mail that look like one of those.
REAL = (
    *("ymail.com", "mail.com", "email.com", "fmail.com", "qmail.com", "zmail.com", "cloud.com"),
    *("yahoo.nl", "yahoo.ro", "online.nl", "inline.no", "hotmail.nl"),
)
#: From this many characters on, a domain may differ in two places.
LONG = 10


def likely_address(email: str) -> str:
    """The address that was probably meant, or "" if `email` looks right.

    static/js/sign-in.js applies the same rule while somebody types.
    """
    local, _, domain = email.strip().lower().rpartition("@")
    if not local or domain in COMMON or domain in REAL:
        return ""
    near = ((distance(domain, common), common) for common in COMMON)
    found = [(steps, common) for steps, common in near if steps <= allowed(domain, common)]
    return f"{local}@{min(found)[1]}" if found else ""


def allowed(domain: str, common: str) -> int:
    """In how many places `domain` may differ: in one, or in two if it is long, begins with the same
    letter and ends with the same country or «.com»."""
    ends_alike = domain.rpartition(".")[2] == common.rpartition(".")[2]
    is_long = min(len(domain), len(common)) >= LONG
    return 2 if is_long and ends_alike and domain[:1] == common[0] else 1


def distance(one: str, other: str) -> int:
    """How many letters must be added, left out, changed, or swapped with the next one."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for i, a in enumerate(one, 1):
        row = [i]
        for j, b in enumerate(other, 1):
            row.append(min(above[j] + 1, row[-1] + 1, above[j - 1] + (a != b)))
            if i > 1 and j > 1 and a == other[j - 2] and one[i - 2] == b:
                row[j] = min(row[j], before[j - 2] + 1)
        before, above = above, row
    return above[-1]
