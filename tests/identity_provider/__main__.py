"""Creates the database and serves: `python -m tests.identity_provider PORT CALLBACK`."""

import sys
from wsgiref.simple_server import make_server

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application

from tests.identity_provider import CLIENT, PASSWORD, PEOPLE, SECRET

application = get_wsgi_application()

from allauth.idp.oidc.models import Client  # noqa: E402
from django.contrib.auth.models import User  # noqa: E402

call_command("migrate", verbosity=0)
for name, (address, _verified) in PEOPLE.items():
    User.objects.create_user(name, address or "", PASSWORD)
client = Client(id=CLIENT, name="Portalen", skip_consent=True)
client.set_secret(SECRET)
client.set_scopes(["openid", "email"])
client.set_redirect_uris([sys.argv[2]])
client.save()
make_server("127.0.0.1", int(sys.argv[1]), application).serve_forever()
