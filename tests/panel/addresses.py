"""Every address of the panel that the resolver knows, filled in with other users' objects."""

import itertools
import re
from collections.abc import Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver
from wagtail.admin.views.bulk_action.registry import bulk_action_registry
from wagtail.models import Collection, Site, Task, Workflow

from articles.models import Definition
from tests.panel.world import World

PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")

#: The pages whose ids are tried in addresses. Lists and searches cover all pages.
SOME = ("draft", "series", "live", "neighbour")


def routes() -> dict[str, set[str]]:
    """Returns the routes below /admin/ by the names that the guard uses for their views."""
    found: dict[str, set[str]] = {}
    for route, name in _walk(get_resolver()):
        if route.startswith("admin/"):
            found.setdefault(name, set()).add(route)
    return found


def _walk(
    resolver: URLResolver, route: str = "", space: tuple[str, ...] = ()
) -> Iterator[tuple[str, str]]:
    for pattern in resolver.url_patterns:
        below = route + str(pattern.pattern)
        if isinstance(pattern, URLPattern):
            yield below, ":".join([*space, pattern.name or pattern.lookup_str])
        else:
            namespace = (pattern.namespace,) if pattern.namespace else ()
            yield from _walk(pattern, below, space + namespace)


class Addresses:
    """The values for each parameter of an address: other users' pages, then the Writer's own."""

    def __init__(self, world: World) -> None:
        self.world = world
        of_others = [world.pages[name].pk for name in SOME]
        self.pages = [*of_others, *(page.pk for page in world.own)]
        picture, state = world.things["picture"], world.things["state"]
        pictures = [picture.pk, world.things["own_picture"].pk]
        self.parts: dict[str, list[Any]] = {
            **dict.fromkeys(
                ("page_id", "parent_page_id", "page_to_move_id", "page_pk"), self.pages
            ),
            "destination_id": [world.pages["series"].pk, world.pages["draft"].pk],
            "image_id": pictures,
            "path": [picture.file.name, picture.get_rendition("max-165x165").file.name],
            "filter_spec": ["width-50"],
            "revision_id": [world.things["revision"].pk],
            "task_state_id": [state.current_task_state.pk],
            "workflow_state_id": [state.pk],
            "workflow_pk": [Workflow.objects.get().pk],
            "task_id": [Task.objects.get().pk],
            "collection_id": [Collection.objects.get().pk],
            "redirect_id": [world.things["redirect"].pk],
            "uploaded_file_id": [world.things["upload"].pk],
            "session_id": [world.things["session"].pk],
            "object_id": self.pages[:1],
            "action_name": ["publish", "copy", "approve"],
            "recording": [1],
            "document_id": [1],
            "doc_id": [1],
            "uidb64": ["x"],
            "token": ["x"],
            "name": ["finnes-ikke.webp"],
        }

    def of(self, name: str, route: str) -> Iterator[str]:
        if name == "wagtail_bulk_action":
            yield from self._bulk(route)
        elif name == "wagtailadmin_pages:revisions_compare":
            for page in self.pages:
                yield f"/admin/pages/{page}/revisions/compare/earliest...latest/"
        else:
            route = route.replace("^", "").replace(".*/$", "finnes-ikke/")
            names = PARAMETER.findall(route)
            for values in itertools.product(*(self._values(part, name) for part in names)):
                yield "/" + PARAMETER.sub("{}", route).format(*values)

    def _values(self, part: str, name: str) -> list[Any]:
        if name.startswith("wagtailsettings:"):
            one = {"app_name": "newsletter", "model_name": "newslettersettings"}
            return [one.get(part, self.world.things["settings"].pk)]
        if part in ("pk", "model_name", "content_type_model_name", "app_label"):
            return self._by_name(part, name)
        if part in ("app_name", "content_type_app_name"):
            return ["articles"]
        return self.parts[part]

    def _by_name(self, part: str, name: str) -> list[Any]:
        if part == "app_label":
            return ["articles", "wagtailcore"] if "task" in name else ["articles"]
        if part != "pk":
            return ["groupapprovaltask"] if "task" in name else ["article", "series"]
        if name in ("change_access", "corrections", "narration_sound", "narration_recording"):
            return self.pages
        things = self.world.things
        if name.startswith("series_"):
            return [things["own_series"].pk, *self.pages]
        if ":pages:" in name:
            return self.pages
        by_space = {
            "wagtailadmin_api": things["picture"].pk,
            "wagtailimages_chooser": things["picture"].pk,
            "wagtailsnippets_articles_file": things["file"].pk,
            "wagtailsnippetchoosers_articles_file": things["file"].pk,
            "wagtailsnippets_articles_subject": things["subject"].pk,
            "wagtailsnippetchoosers_articles_subject": things["subject"].pk,
            "wagtailsnippets_sponsors_sponsorship": things["sponsorship"].pk,
            "wagtailsnippetchoosers_sponsors_sponsorship": things["sponsorship"].pk,
            "wagtailsnippets_narration_pronunciation": things["pronunciation"].pk,
            "narration_pronounced": things["pronunciation"].pk,
            "wagtailsnippetchoosers_narration_pronunciation": things["pronunciation"].pk,
            "wagtailsnippets_narration_wordreport": things["report"].pk,
            "wagtailsnippetchoosers_narration_wordreport": things["report"].pk,
            "wagtailadmin_collections": Collection.objects.get().pk,
            "wagtailadmin_workflows": Workflow.objects.get().pk,
            "wagtailsites": Site.objects.get().pk,
            "wagtailusers_users": self.world.other.pk,
            "staff_member": self.world.other.pk,
            **dict.fromkeys(("letter_send", "letter_test"), self.world.pages["letter"].pk),
            "letter_sending": things["sending"].pk,
            "glossary": Definition.objects.values_list("pk", flat=True).first() or 1,
        }
        return [by_space.get(name.split(":", maxsplit=1)[0], 1)]

    def _bulk(self, route: str) -> Iterator[str]:
        pages = "&".join(f"id={pk}" for pk in self.pages)
        mine = self.world.own[1].pk
        for app, model in (("wagtailcore", "page"), ("articles", "picture")):
            actions = bulk_action_registry.get_bulk_actions_for_model(app, model)
            ids = pages if model == "page" else f"id={self.world.things['picture'].pk}"
            for action in actions:
                yield f"/admin/bulk/{app}/{model}/{action.action_type}/?{ids}"
                yield f"/admin/bulk/{app}/{model}/{action.action_type}/?id=all&childOf={mine}"
