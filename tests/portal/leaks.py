"""The requests that the leak tests make to the portal itself, and leaks planted there."""

from portal import middleware
from tests.leaks.planting import plant
from tests.leaks.world import World


def examples(world: World) -> dict[str, list[str]]:
    return {
        "healthz": ["/healthz"],
        "favicon": ["/favicon.ico"],
        "robots": ["/robots.txt"],
        "licence": ["/license.xml"],
        "manifest": ["/manifest.webmanifest"],
        "security": ["/.well-known/security.txt"],
        "change_password": ["/.well-known/change-password"],
    }


@plant()
def a_redirect_tells_the_new_address_of_what_was_unpublished(patch):
    patch.setattr(middleware, "hidden_at", lambda path: False)
