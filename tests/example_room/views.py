from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.post_only import post_only
from accounts.sign_in.same_origin import same_origin
from articles.models import Article
from tests.example_room.models import Thanks


@never_cache
@require_safe
def thanks(request: HttpRequest) -> HttpResponse:
    given = Article.objects.for_readers().filter(thanks__user=request.user)
    return render(request, "example_room/thanks.html", {"articles": given})


@same_origin
@post_only("example_room:thanks")
def give(request: HttpRequest, pk: int) -> HttpResponse:
    article = get_object_or_404(Article.objects.for_readers(), pk=pk)
    Thanks.objects.get_or_create(user=request.user, article=article)
    return redirect(article.get_absolute_url())
