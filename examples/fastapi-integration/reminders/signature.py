"""Whether a webhook comes from the vendor."""

from __future__ import annotations

import hashlib
import hmac
import re
import time

HEADER = "x-retell-signature"
FIVE_MINUTES_MS = 5 * 60 * 1000

_FORM = re.compile(r"v=([0-9]{1,19}),d=([0-9a-f]{64})")


def is_genuine(body: bytes, header: str, key: str) -> bool:
    """Whether these very bytes were signed with the key, not more than five minutes ago."""
    form = _FORM.fullmatch(header)
    if form is None:
        return False
    sent_ms, digest = form.groups()
    if abs(time.time() * 1000 - int(sent_ms)) > FIVE_MINUTES_MS:
        return False
    expected = hmac.new(key.encode(), body + sent_ms.encode(), hashlib.sha256).hexdigest()
    return hmac.compare_digest(expected, digest)
