import os

from django.http import HttpResponseRedirect

OTHER = os.environ["PROVIDER_SENDS_ON_TO"]


def sending_on(get_response):
    """Sends people on to sign in at the other host, if there is one."""

    def middleware(request):
        is_to_go = OTHER and request.path == "/identity/o/authorize"
        if is_to_go and not request.get_host().startswith(OTHER):
            there = f"http://{OTHER}:{request.get_port()}"
            return HttpResponseRedirect(there + request.get_full_path())
        return get_response(request)

    return middleware
