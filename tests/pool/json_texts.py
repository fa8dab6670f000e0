"""JSON: what parsers read differently is refused, what is merely unusual is not (RFC 8259)."""

import json

from relying_party.errors import Reason
from relying_party.protocol.json_object import MAX_DEPTH
from tests.pool.case import Case, accepted, refused
from tests.pool.forge import claims, members, spelled
from tests.tokens import NOW

TEXT = json.dumps(claims())
HEADER = '{"alg": "RS256", "kid": "rsa"}'


def _nested(depth: int) -> str:
    """Return good claims in which objects are *depth* deep, their own one counted."""
    return members(f'"x": {"[" * (depth - 1)}{"]" * (depth - 1)}')


_NOT_OBJECTS: dict[str, str | bytes] = {
    "an array": f"[{TEXT}]",
    "a string": '"claims"',
    "a number": "1",
    "true": "true",
    "null": "null",
    "nothing": "",
    "blanks": "   ",
    "an unfinished object": TEXT[:-1],
    "two objects": TEXT + TEXT,
    "an object and a letter": TEXT + "x",
    "an object and NUL": TEXT + "\0",
    "an object behind a byte order mark": "\ufeff" + TEXT,
    "an object in UTF-16": TEXT.encode("utf-16"),
    "an object in UTF-32": TEXT.encode("utf-32"),
    "octets that are no UTF-8": TEXT.encode().replace(b"user", b"us\xe9r"),
    "an overlong spelling of a letter": TEXT.encode().replace(b"user", b"us\xc1\xa5r"),
    "half a surrogate pair as octets": TEXT.encode().replace(b"user", b"us\xed\xa0\x80r"),
    "JWT claims in XML": "<claims/>",
    "a Python literal": repr(claims()),
    "a JWT in itself": spelled(),
}

_NOT_JSON = {
    "the same member twice": '"sub": "somebody else"',
    "the same member twice, once in escapes": '"\\u0073ub": "somebody else"',
    "a member of a member twice": '"address": {"country": "a", "country": "b"}',
    "a member of an array's member twice": '"x": [{"a": 1, "a": 1}]',
    "NaN": '"x": NaN',
    "Infinity": '"x": Infinity',
    "-Infinity": '"x": -Infinity',
    "a number that no float holds": '"x": 1e999',
    "a negative number that no float holds": '"x": -1e999',
    "a number of five thousand digits": f'"x": {"9" * 5000}',
    "a number with a leading zero": '"x": 01',
    "a number with a plus": '"x": +1',
    "a number without digits before its point": '"x": .5',
    "a number without digits behind its point": '"x": 1.',
    "a hexadecimal number": '"x": 0x10',
    "a number in Arabic digits": '"x": \u0661\u0667',
    "half a surrogate pair in escapes": '"x": "\\ud800"',
    "the other half in escapes": '"x": "\\udc00"',
    "both halves in the wrong order": '"x": "\\udc00\\ud800"',
    "half a surrogate pair in a name": '"\\ud800": 1',
    "an unknown escape": '"x": "\\x41"',
    "an unfinished escape": '"x": "\\u00"',
    "a line feed in a string": '"x": "a\nb"',
    "NUL in a string": '"x": "a\0b"',
    "a string in single quotes": "\"x\": 'a'",
    "a name without quotes": "x: 1",
    "True instead of true": '"x": True',
    "undefined": '"x": undefined',
    "a comment": '"x": 1 /* one */',
    "a comma too many": '"x": 1,',
    "a colon too many": '"x":: 1',
    "no value": '"x":',
    "no name": ": 1",
    "a no-break space between": '"x":\u00a01',
    "a form feed between": '"x":\f1',
    "five thousand arrays in one another": f'"x": {"[" * 5000}{"]" * 5000}',
    "a thousand objects in one another": f'"x": {"{" + chr(34) + "a" + chr(34) + ":"}' * 999,
}

# RFC 7515 §4 lets a parser take the last of two members, RFC 8259 §8.1 pass over the mark; the
# rest is about limits, or is left open
_BY_CHOICE = (
    "twice",
    "no float holds",
    "five thousand",
    "half",
    "halves",
    "a thousand",
    "deep",
    "byte order",
)


def _is_choice(what: str) -> bool:
    return any(part in what for part in _BY_CHOICE) and "octets" not in what


_UNUSUAL = {
    "blanks, tabs and line ends between": TEXT.replace(", ", " ,\r\n\t ") + " \n",
    "blanks before and behind": f"  {TEXT}  ",
    "no blanks": json.dumps(claims(), separators=(",", ":")),
    "its members in reverse": json.dumps(dict(reversed(claims().items()))),
    "a name in escapes": TEXT.replace('"iss"', '"\\u0069\\u0073\\u0073"'),
    "a value in escapes": TEXT.replace("user-1", "\\u0075ser\\u002d1"),
    "a slash in escapes": TEXT.replace("//", "\\/\\/"),
    "letters beyond ASCII": members('"name": "Zoë Ⅻ 漢字 \U0001f511"'),
    "letters beyond ASCII in escapes": members('"name": "\\u00eb \\ud83d\\udd11"'),
    "NUL in escapes, in a claim that nobody reads": members('"name": "a\\u0000b"'),
    "names that differ only in case": members('"ISS": "https://attacker.example", "Exp": 1'),
    "an empty name": members('"": 1'),
    "an empty object, an empty array and null": members('"a": {}, "b": [], "c": null'),
    "a number of four hundred digits that nobody reads": members(f'"x": {"9" * 400}'),
    "a number so small that it is zero": members('"x": 1e-999'),
    "a negative zero": members('"x": -0.0'),
    "two members of different objects with one name": members('"x": {"sub": 1}, "y": {"sub": 2}'),
    "brackets in strings": members(f'"x": "{"[{" * 50}"'),
    "names that Python treats specially": members('"__class__": 1, "__proto__": {"admin": true}'),
    "as many objects in one another as may be": _nested(MAX_DEPTH),
    "five hundred members": members(", ".join(f'"x{number}": {number}' for number in range(500))),
}

_HEADERS: dict[str, str | bytes] = {
    "an array": f"[{HEADER}]",
    "a string": '"RS256"',
    "nothing": "",
    "null": "null",
    "behind a byte order mark": "\ufeff" + HEADER,
    "in UTF-16": HEADER.encode("utf-16"),
    "no UTF-8": HEADER.encode().replace(b"rsa", b"rs\xe9"),
    "two objects": HEADER + HEADER,
    "an object with NaN": f'{HEADER[:-1]}, "x": NaN}}',
    "an object with a number that no float holds": f'{HEADER[:-1]}, "x": 1e999}}',
    "an object with half a surrogate pair": f'{HEADER[:-1]}, "x": "\\ud800"}}',
    "too deep": f'{HEADER[:-1]}, "x": {"[" * 100}{"]" * 100}}}',
    "an object with an unknown member twice": f'{HEADER[:-1]}, "x": 1, "x": 1}}',
    "in single quotes": HEADER.replace('"', "'"),
}


def _claims_spelled(text: str | bytes, name: str, *reasons: Reason) -> Case:
    token = spelled(text)
    if not reasons:
        return accepted(name, token)
    return refused(name, token, *reasons, by_choice=_is_choice(name))


CASES: list[Case] = [
    *(
        _claims_spelled(text, f"the payload is {what}", Reason.MALFORMED)
        for what, text in _NOT_OBJECTS.items()
    ),
    *(
        _claims_spelled(members(text), f"the payload has {what}", Reason.MALFORMED)
        for what, text in _NOT_JSON.items()
    ),
    _claims_spelled(_nested(MAX_DEPTH + 1), "the payload is one level too deep", Reason.MALFORMED),
    *(_claims_spelled(text, f"the payload has {what}") for what, text in _UNUSUAL.items()),
    *(
        refused(
            f"the header is {what}",
            spelled(header=text),
            Reason.MALFORMED,
            by_choice=_is_choice(what),
        )
        for what, text in _HEADERS.items()
    ),
    accepted(
        "the header has blanks and escapes", spelled(header=HEADER.replace("alg", "\\u0061lg"))
    ),
    accepted(
        "exp is spelled with an exponent", spelled(TEXT.replace(str(NOW + 300), "1.7500003e9"))
    ),
    refused(
        "claims behind another object",
        spelled('{"sub": "somebody else"}' + TEXT),
        Reason.MALFORMED,
    ),
]
