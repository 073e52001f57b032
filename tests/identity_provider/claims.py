from allauth.idp.oidc.adapter import DefaultOIDCAdapter

from tests.identity_provider import PEOPLE


class Provider(DefaultOIDCAdapter):
    def get_claims(self, purpose, user, client, scopes, email=None, **kwargs):
        claims = super().get_claims(purpose, user, client, scopes, email, **kwargs)
        claims["email"], claims["email_verified"] = PEOPLE[user.username]
        return claims
