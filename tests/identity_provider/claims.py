from allauth.idp.oidc.adapter import DefaultOIDCAdapter

from tests.identity_provider import PEOPLE


class Provider(DefaultOIDCAdapter):
    def get_claims(self, purpose, user, client, scopes, email=None, **kwargs):
        claims = super().get_claims(purpose, user, client, scopes, email, **kwargs)
        address, verified = PEOPLE[user.username]
        about = {"email": address, "email_verified": verified} if address else {}
        return {"sub": claims["sub"], **about}
