"""Logging in at a provider: OpenID Connect Core 1.0, the code flow with PKCE (RFC 7636, S256), state and nonce.

The only place where the portal asks anybody anything: the provider that the operator named. Answers are bounded, redirects
are not followed, proxies of the environment are not used. The ID token is believed when its signature, issuer, audience,
times and nonce are right; claims of the user-info endpoint are not asked for.
"""

import hashlib
import secrets
import ssl
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.httpx_client import OAuth2Client
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import ECKey, KeySet, RSAKey

from reports.portal.sign_on_config import Person, SignOnConfig, SignOnError, granted, safe_address

ALGORITHMS = ("RS256", "PS256", "ES256", "ES384")
LARGEST = 1024 * 1024  # bytes of one answer
PATIENCE = 10.0  # seconds
LEEWAY = 60  # seconds by which two clocks may differ
KEPT = timedelta(hours=1)  # how long what the provider says of itself is remembered
AGAIN = timedelta(minutes=1)  # a key that is not known is looked for this often at most


class Bounded(httpx2.BaseTransport):
    """A transport whose answers have an end."""

    def __init__(self, inner: httpx2.BaseTransport) -> None:
        self._inner = inner

    def handle_request(self, request: httpx2.Request) -> httpx2.Response:
        """See httpx2. Raises ReadError for an answer that is too large, or packed."""
        request.headers["accept-encoding"] = "identity"
        response = self._inner.handle_request(request)
        body = bytearray()
        try:
            if response.headers.get("content-encoding", "identity") != "identity":
                raise httpx2.ReadError("the answer is packed", request=request)
            assert isinstance(response.stream, httpx2.SyncByteStream)
            for part in response.stream:
                body += part
                if len(body) > LARGEST:
                    raise httpx2.ReadError("the answer is too large", request=request)
        finally:
            response.close()
        headers = {name: value for name, value in response.headers.items() if name != "transfer-encoding"}
        return httpx2.Response(response.status_code, headers=headers, content=bytes(body))

    def close(self) -> None:
        """Connections are kept for the next login; idle ones end by themselves."""


@dataclass(frozen=True, slots=True)
class Started:
    """A login that was begun: where the browser goes, and what it has to bring back."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class _Provider:
    authorization: str
    token: str
    keys_at: str
    keys: KeySet
    read: datetime


class SignOn:
    """One provider. May be used from any thread."""

    def __init__(self, config: SignOnConfig, transport: httpx2.BaseTransport | None = None) -> None:
        self.config = config
        self._secret = config.secret()
        authority = None if config.authority_file is None else str(config.base / config.authority_file)
        context = ssl.create_default_context(cafile=authority)
        self._transport = Bounded(transport or httpx2.HTTPTransport(verify=context))
        self._lock = threading.Lock()
        self._known: _Provider | None = None

    def begin(self, now: datetime) -> Started:
        """Begin a login. Raises SignOnError where the provider cannot be reached or makes no sense."""
        provider = self._provider(now)
        state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
        with self._client() as client:
            address, _ = client.create_authorization_url(
                provider.authorization, state=state, nonce=nonce, code_verifier=verifier
            )
        return Started(address, state, nonce, verifier)

    def finish(self, code: str, verifier: str, nonce: str, now: datetime) -> Person:
        """Turn the provider's code into a person. Raises SignOnError."""
        provider = self._provider(now)
        try:
            with self._client() as client:
                token = client.fetch_token(provider.token, code=code, code_verifier=verifier)
        except httpx2.HTTPError as error:
            raise SignOnError("sign_on_unreachable", f"{provider.token}: {error}") from error
        except (AuthlibBaseError, ValueError) as error:
            raise SignOnError("sign_on_failed", f"{provider.token}: {error}") from error
        sent = token.get("id_token") if isinstance(token, dict) else None
        if not isinstance(sent, str):
            raise SignOnError("sign_on_failed", f"{provider.token}: no ID token")
        return self._person(self._claims(sent, nonce, provider, now))

    def _client(self) -> Any:
        method = "none" if self._secret is None else f"client_secret_{self.config.secret_by}"
        return OAuth2Client(
            self.config.client_id,
            self._secret,
            token_endpoint_auth_method=method,
            scope=" ".join(dict.fromkeys(("openid", *self.config.scopes))),
            redirect_uri=self.config.back,
            code_challenge_method="S256",
            transport=self._transport,
            timeout=PATIENCE,
            trust_env=False,
            follow_redirects=False,
        )

    def _claims(self, sent: str, nonce: str, provider: _Provider, now: datetime) -> Mapping[str, Any]:
        wanted = jwt.JWTClaimsRegistry(
            now=int(now.timestamp()),
            leeway=LEEWAY,
            iss={"essential": True, "value": self.config.issuer},
            aud={"essential": True, "value": self.config.client_id},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
            nonce={"essential": True, "value": nonce},
        )
        try:
            try:
                claims = jwt.decode(sent, provider.keys, list(ALGORITHMS)).claims
            except InvalidKeyIdError:  # the provider has changed its keys
                if now - provider.read < AGAIN:
                    raise
                claims = jwt.decode(sent, self._provider(now, again=True).keys, list(ALGORITHMS)).claims
            wanted.validate(claims)
        except (JoseError, ValueError) as error:
            raise SignOnError("sign_on_failed", f"ID token: {error}") from error
        several = isinstance(claims["aud"], list) and len(claims["aud"]) > 1
        if claims.get("azp", None if several else self.config.client_id) != self.config.client_id:
            raise SignOnError("sign_on_failed", "ID token: made for somebody else")
        return claims

    def _person(self, claims: Mapping[str, Any]) -> Person:
        """The portal's name holds `@`, which no account of the command line has: nobody can take one of those over."""
        role, departments, systems = granted(self.config, claims)
        subject = str(claims["sub"])
        told = str(claims.get(self.config.name_claim) or subject).lower()
        readable = "".join(letter for letter in told if letter.isalnum() or letter in "._-")[:32] or "user"
        digest = hashlib.sha256(f"{self.config.issuer}\0{subject}".encode()).hexdigest()[:12]
        return Person(f"{readable}@{digest}", role, departments, systems)

    def _provider(self, now: datetime, *, again: bool = False) -> _Provider:
        with self._lock:
            known = self._known
            if known is None or again or not timedelta() <= now - known.read < KEPT:
                self._known = known = self._discover(now)
            return known

    def _discover(self, now: datetime) -> _Provider:
        """OpenID Connect Discovery 1.0, section 4."""
        address = self.config.issuer.rstrip("/") + "/.well-known/openid-configuration"
        try:
            with httpx2.Client(transport=self._transport, timeout=PATIENCE, trust_env=False) as client:
                said = _object(client.get(address))
                if said.get("issuer") != self.config.issuer:
                    raise SignOnError("sign_on_failed", f"{address}: speaks for another issuer")
                names = ("authorization_endpoint", "token_endpoint", "jwks_uri")
                authorization, token, keys_at = (safe_address(str(said.get(name, ""))) for name in names)
                return _Provider(authorization, token, keys_at, _keys(_object(client.get(keys_at))), now)
        except httpx2.HTTPError as error:
            raise SignOnError("sign_on_unreachable", f"{address}: {error}") from error
        except ValueError as error:
            raise SignOnError("sign_on_failed", f"{address}: {error}") from error


def _object(response: httpx2.Response) -> dict[str, Any]:
    response.raise_for_status()
    if response.status_code != 200:
        raise ValueError(f"answers {response.status_code}")
    value = response.json()
    if not isinstance(value, dict):
        raise ValueError("is not a JSON object")
    return value


def _keys(said: Mapping[str, Any]) -> KeySet:
    """The keys for signatures that we can use; others are passed over."""
    kinds: dict[object, type[RSAKey] | type[ECKey]] = {"RSA": RSAKey, "EC": ECKey}
    found: list[Any] = []
    listed = said.get("keys")
    for item in listed if isinstance(listed, list) else []:
        if not isinstance(item, dict) or item.get("use", "sig") != "sig" or item.get("kty") not in kinds:
            continue
        try:
            found.append(kinds[item["kty"]].import_key(item))
        except (JoseError, ValueError, KeyError, TypeError):
            continue
    if not found:
        raise ValueError("the provider shows no key that can be used")
    return KeySet(found)
