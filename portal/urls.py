from django.apps import apps
from django.urls import URLResolver, include, path
from django.views.decorators.cache import never_cache
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.admin.auth import require_admin_access

from accounts.urls import allauth_patterns
from accounts.views.sign_in import panel_login
from articles.admin.views import ApprovalView, PageCreateView, PageEditView, PageRevertView
from articles.views.pictures import panel_file
from desk.admin.lists import explore
from portal import views, well_known
from search.admin.pages import PageSearchView


def rooms() -> list[URLResolver]:
    """The `urls` of each room whose app has a `url_prefix`. It is "" for a room with several."""
    prefixes = ((app, getattr(app, "url_prefix", None)) for app in apps.get_app_configs())
    found = [(app, prefix) for app, prefix in prefixes if prefix is not None]
    return [path(prefix, include(f"{app.name}.urls")) for app, prefix in found]


urlpatterns = [
    path("healthz", views.healthz, name="healthz"),
    path("favicon.ico", well_known.favicon, name="favicon"),
    path("robots.txt", well_known.robots, name="robots"),
    path("license.xml", well_known.licence, name="licence"),
    path("manifest.webmanifest", well_known.manifest, name="manifest"),
    path(".well-known/security.txt", well_known.security, name="security"),
    path(".well-known/change-password", well_known.change_password, name="change_password"),
    path("konto/", include("accounts.urls")),
    *rooms(),
    path("konto/", include(allauth_patterns)),
    # Wagtail's own log-in pages lead to our sign-in.
    path("admin/login/", panel_login),
    path("admin/password_reset/", panel_login),
    path("admin/filer/<path:path>", panel_file, name="panel_file"),
    path(
        "admin/pages/add/<slug:app_name>/<slug:model_name>/<int:parent_page_id>/",
        never_cache(require_admin_access(PageCreateView.as_view())),
        name="add_page",
    ),
    path(
        "admin/pages/<int:page_id>/edit/",
        never_cache(require_admin_access(PageEditView.as_view())),
        name="edit_page",
    ),
    path(
        "admin/pages/<int:page_id>/revisions/<int:revision_id>/revert/",
        never_cache(require_admin_access(PageRevertView.as_view())),
        name="revert_page",
    ),
    path(
        "admin/pages/workflow/action/<int:page_id>/<slug:action_name>/<int:task_state_id>/",
        never_cache(require_admin_access(ApprovalView.as_view())),
        name="approve_page",
    ),
    path(
        "admin/pages/<int:parent_page_id>/",
        never_cache(require_admin_access(explore)),
        name="explore_page",
    ),
    path(
        "admin/pages/search/",
        never_cache(require_admin_access(PageSearchView.as_view())),
        name="search_pages",
    ),
    path(
        "admin/pages/search/results/",
        never_cache(require_admin_access(PageSearchView.as_view(results_only=True))),
        name="search_pages_results",
    ),
    path("admin/", include(wagtailadmin_urls)),
    path("", include("articles.urls")),
]

handler400 = views.bad_request
handler403 = views.permission_denied
handler404 = views.page_not_found
handler500 = views.server_error
