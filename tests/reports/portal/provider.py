"""A tiny OpenID Connect provider without a socket: it answers httpx2, and knows one person at a time."""

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import httpx2
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.reports.portal.desk import NOW

ISSUER = "https://id.test/city"
SECRET = "s3cret-of-the-client"


@dataclass
class Provider:
    """`claims` go into the ID token over what belongs there; `forge` changes the token as a whole."""

    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, {"kid": "one", "use": "sig"}))
    signs_with: RSAKey | None = None
    header: dict[str, str] = field(default_factory=dict)
    forge: str = ""
    issuer: str = ISSUER
    asked: list[str] = field(default_factory=list)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    down: bool = False
    huge: bool = False

    def transport(self) -> httpx2.MockTransport:
        return httpx2.MockTransport(self._answer)

    def person_logs_in(self, address: str) -> str:
        """What a person at the provider's page does: the address that the browser is sent back to."""
        parts = urlsplit(address)
        assert f"{parts.scheme}://{parts.netloc}{parts.path}" == f"{ISSUER}/authorize"
        query = {key: value[0] for key, value in parse_qs(parts.query).items()}
        assert query["response_type"] == "code"
        assert query["code_challenge_method"] == "S256"
        assert "openid" in query["scope"].split()
        code = f"code-{len(self.codes)}"
        self.codes[code] = query
        return "/login/oidc/back?" + urlencode({"code": code, "state": query["state"], "iss": ISSUER})

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.path)
        if self.down:
            raise httpx2.ConnectError("refused", request=request)
        if self.huge:
            return httpx2.Response(200, content=b" " * 3_000_000)
        if request.url.path == "/city/.well-known/openid-configuration":
            ends = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "keys"}
            return httpx2.Response(
                200, json={"issuer": self.issuer, **{name: f"{ISSUER}/{end}" for name, end in ends.items()}}
            )
        if request.url.path == "/city/keys":
            return httpx2.Response(
                200, json={"keys": [{"kty": "OKP", "crv": "unknown"}, self.key.as_dict(private=False)]}
            )
        assert request.url.path == "/city/token"
        return self._token(request)

    def _token(self, request: httpx2.Request) -> httpx2.Response:
        form = {key: value[0] for key, value in parse_qs(request.content.decode()).items()}
        asked = self.codes.pop(form["code"], None)
        name, _, secret = (
            base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode().partition(":")
        )
        challenge = (
            base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest()).decode().rstrip("=")
        )
        if (
            asked is None
            or (name, secret) != ("chengjian", SECRET)
            or challenge != asked["code_challenge"]
            or form["redirect_uri"] != asked["redirect_uri"]
        ):
            return httpx2.Response(400, json={"error": "invalid_grant"})
        now = int(NOW.timestamp())
        claims = {
            "iss": ISSUER,
            "aud": "chengjian",
            "sub": "u-17",
            "iat": now,
            "exp": now + 300,
            "nonce": asked["nonce"],
        }
        claims = {key: value for key, value in {**claims, **self.claims}.items() if value is not None}
        token = jwt.encode({"alg": "RS256", "kid": "one", **self.header}, claims, self.signs_with or self.key)
        if self.forge == "none":
            parts = [json.dumps({"alg": "none"}).encode(), json.dumps(claims).encode(), b""]
            token = ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)
        return httpx2.Response(200, json={"access_token": "a", "token_type": "Bearer", "id_token": token})
