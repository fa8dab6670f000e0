"""The shape of the text: segments, alphabet, canonical spelling, size (RFC 7515 §2, §7.1)."""

from collections.abc import Callable

from relying_party.errors import Reason
from relying_party.protocol import base64url
from relying_party.protocol.jws import MAX_TOKEN_OCTETS
from tests.pool.case import Case, Setting, accepted, refused
from tests.pool.forge import claims, good, headed, signature_of, spelled
from tests.pool.keys import EC, RSA
from tests.tokens import encode_json

MALFORMED = Reason.MALFORMED

TOKEN = good()
HEADER, PAYLOAD, SIGNATURE = TOKEN.split(".")


def _segments() -> list[Case]:
    shapes = {
        "nothing at all": "",
        "one dot": ".",
        "two dots": "..",
        "three dots": "...",
        "one segment": HEADER,
        "two segments": f"{HEADER}.{PAYLOAD}",
        "two segments and an empty fourth": f"{TOKEN}.",
        "four segments": f"{TOKEN}.{SIGNATURE}",
        "six segments": f"{TOKEN}.{TOKEN}",
        "no header": f".{PAYLOAD}.{SIGNATURE}",
        "no payload": f"{HEADER}..{SIGNATURE}",
        "a dot before it": f".{TOKEN}",
        "ten thousand dots": "." * 10_000,
        "its segments in reverse": f"{SIGNATURE}.{PAYLOAD}.{HEADER}",
        "commas instead of dots": TOKEN.replace(".", ","),
        "the JSON serialization": (
            f'{{"protected": "{HEADER}", "payload": "{PAYLOAD}", "signature": "{SIGNATURE}"}}'
        ),
    }
    five = {
        "five segments": f"{TOKEN}.{HEADER}.{PAYLOAD}",
        "five segments, four of them empty": f"{HEADER}....",
        "an encrypted token": f"{encode_json({'alg': 'RSA-OAEP', 'enc': 'A256GCM'})}.a.b.c.d",
    }
    return [refused(f"the token is {what}", token, MALFORMED) for what, token in shapes.items()] + [
        refused(f"the token is {what}", token, Reason.ENCRYPTED) for what, token in five.items()
    ]


def _spaced() -> list[Case]:
    marks = {
        "a space": " ",
        "a line feed": "\n",
        "a carriage return": "\r\n",
        "a tab": "\t",
        "NUL": "\0",
        "a no-break space": "\u00a0",
        "a byte order mark": "\ufeff",
        "a zero-width space": "\u200b",
        "an emoji": "\U0001f511",
        "half a surrogate pair": "\ud800",
    }
    places: dict[str, Callable[[str], str]] = {
        "before the token": lambda mark: mark + TOKEN,
        "behind the token": lambda mark: TOKEN + mark,
        "in its signature": lambda mark: f"{HEADER}.{PAYLOAD}.{SIGNATURE[:9]}{mark}{SIGNATURE[9:]}",
        "in its header": lambda mark: f"{HEADER[:4]}{mark}{HEADER[4:]}.{PAYLOAD}.{SIGNATURE}",
    }
    return [
        refused(f"{what} {where}", place(mark), MALFORMED, by_choice=mark == "\ud800")
        for what, mark in marks.items()
        for where, place in places.items()
    ]


def _spelled() -> list[Case]:
    texts = {
        "the word Bearer before it": f"Bearer {TOKEN}",
        "quotes around it": f'"{TOKEN}"',
        "every dot in percent-encoding": TOKEN.replace(".", "%2E"),
        "padding behind the signature": f"{TOKEN}==",
        "one padding character behind the signature": f"{TOKEN}=",
        "padding behind the header": f"{HEADER}==.{PAYLOAD}.{SIGNATURE}",
        "padding in percent-encoding": f"{TOKEN}%3D%3D",
        "the signature in the standard alphabet": _in_the_standard_alphabet(),
        "the signature in hexadecimal": f"{HEADER}.{PAYLOAD}.{signature_of(TOKEN).hex()}!",
        "bits set behind the signature's last octet": _with_stray_bits(TOKEN),
        "bits set behind an ES256 signature's last octet": _with_stray_bits(good(EC)),
        "bits set behind the header's last octet": _with_stray_bits_in_the_header(),
        "a length that no octets have": f"{HEADER}.{PAYLOAD}.{SIGNATURE[:-1]}",
        "a letter beyond ASCII that looks like one of its own": TOKEN.replace("e", "\u0435"),
        "full-width letters": TOKEN.replace("A", "\uff21").replace("e", "\uff45"),
    }
    return [
        refused(
            f"the token has {what}",
            token,
            MALFORMED,
            setting=_BOTH,
            by_choice=what.startswith("bits"),
        )
        for what, token in texts.items()
    ] + [
        refused(f"the {segment} was signed in another spelling: {what}", token, MALFORMED)
        for segment, what, token in (
            ("payload", "padded", RSA.sign_segments(HEADER, _padded(PAYLOAD))),
            ("header", "padded", RSA.sign_segments(_padded(HEADER), PAYLOAD)),
            ("payload", "with a line feed", RSA.sign_segments(HEADER, PAYLOAD + "\n")),
            ("payload", "not base64url at all", RSA.sign_segments(HEADER, '{"sub":1}')),
            ("header", "not base64url at all", RSA.sign_segments('{"alg":"RS256"}', PAYLOAD)),
            ("payload", "base64url twice", RSA.sign_segments(HEADER, _twice(PAYLOAD))),
        )
    ]


_BOTH = Setting(algorithms=("RS256", "ES256"))


def _in_the_standard_alphabet() -> str:
    """Return a token whose good signature would fit, had it the other alphabet's letters."""
    for number in range(100):
        token = good(jti=str(number))
        head, _, signature = token.rpartition(".")
        if "-" in signature or "_" in signature:
            return f"{head}.{signature.replace('-', '+').replace('_', '/')}"
    raise AssertionError("a hundred signatures of letters and digits alone")


def _with_stray_bits(token: str) -> str:
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    return token[:-1] + alphabet[alphabet.index(token[-1]) + 1]


def _with_stray_bits_in_the_header() -> str:
    header = base64url.encode(b'{"alg": "RS256", "kid": "rsa" }')
    assert len(header) % 4, "only a segment with bits to spare can have them set"
    return RSA.sign_segments(_with_stray_bits(header), PAYLOAD)


def _padded(segment: str) -> str:
    return segment + "=" * (-len(segment) % 4 or 4)


def _twice(segment: str) -> str:
    return base64url.encode(segment.encode())


def of_length(length: int) -> str:
    """Return a good token of exactly *length* characters."""
    for filler in ("", "x", "xx"):
        token = headed(filler=filler)
        payload_room = length - len(token)
        for size in range(payload_room * 3 // 4 - 40, payload_room * 3 // 4 + 4):
            token = RSA.sign(claims(filler="x" * size), filler=filler)
            if len(token) == length:
                return token
    raise AssertionError(f"no token of {length} characters was found")


def _sized() -> list[Case]:
    return [
        accepted(
            f"the token is {MAX_TOKEN_OCTETS} characters long",
            of_length(MAX_TOKEN_OCTETS),
        ),
        refused(
            f"the token is {MAX_TOKEN_OCTETS + 1} characters long",
            of_length(MAX_TOKEN_OCTETS + 1),
            Reason.TOO_LARGE,
            by_choice=True,
        ),
        refused(
            "the token is a mebibyte long",
            spelled('{"x": "' + "x" * 2**20 + '"}'),
            Reason.TOO_LARGE,
        ),
        refused("the token is a mebibyte of dots", "." * 2**20, Reason.TOO_LARGE),
        refused("five segments are a mebibyte long", f"{'a' * 2**20}.b.c.d.e", Reason.TOO_LARGE),
    ]


CASES = [
    accepted("the token is as every issuer makes it", TOKEN),
    *_segments(),
    *_spaced(),
    *_spelled(),
    *_sized(),
]
