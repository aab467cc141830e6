"""Classic mistakes of webhook receivers, each made in one of the examples by changing a line or two of it."""

from __future__ import annotations

from pathlib import Path

EXAMPLES = Path(__file__).parents[2] / "examples" / "receivers"
FILES = {"fastapi": "fastapi_receiver.py", "flask": "flask_receiver.py", "express": "express/receiver.mjs"}

WRITTEN_ANEW = 'json.dumps(json.loads(body), separators=(",", ":"), ensure_ascii=False).encode()'
REMEMBER = "    remember(delivery)\n"
STORE = '    deliveries[delivery.get("event", ""), call_id, destination] = delivery\n'
STORE_ONCE = f"""\
    if (delivery.get("event", ""), call_id, destination) in deliveries:
        raise RuntimeError("UNIQUE constraint failed: deliveries.event, deliveries.call_id")
{STORE}"""
KNOWN = '{"call_started": 1, "call_ended": 2, "call_analyzed": 3}'

IN_PYTHON = {
    "written anew": [("if not is_genuine(body, ", f"if not is_genuine({WRITTEN_ANEW}, ")],
    "no await": [("def is_genuine", "async def is_genuine")],
    "reads data": [(REMEMBER, f'    delivery["data"]["call_id"]\n{REMEMBER}')],
    "only phone calls": [(REMEMBER, f'    delivery["call"]["from_number"]\n{REMEMBER}')],
    "no window": [("    if abs(time.time() * 1000 - int(sent_ms)) > FIVE_MINUTES_MS:\n        return False\n", "")],
    "known events only": [(REMEMBER, f'    {KNOWN}[delivery["event"]]\n{REMEMBER}')],
    "not idempotent": [(STORE, STORE_ONCE)],
}
IN_FASTAPI = {
    **IN_PYTHON,
    "100 kB": [
        (
            "    if not is_genuine",
            "    if len(body) > 102_400:\n        return Response(status_code=413)\n    if not is_genuine",
        )
    ],
    "hangs": [("        return Response(status_code=401)\n", "        await __import__('asyncio').sleep(600)\n")],
}
IN_FLASK = {
    **IN_PYTHON,
    "100 kB": [("app = Flask(__name__)\n", 'app = Flask(__name__)\napp.config["MAX_CONTENT_LENGTH"] = 102_400\n')],
    "hangs": [('        return "", 401\n', "        time.sleep(600)\n")],
}
JS_REMEMBER = "  remember(delivery);\n"
JS_STORE = "  deliveries.set(key, delivery);\n"
JS_VERIFY = """\
signature.match(/^v=(\\d+),d=([0-9a-f]{64})$/)?.[2] ===
    createHmac("sha256", apiKey).update(body + signature.slice(2).split(",")[0]).digest("hex")"""
IN_EXPRESS = {
    "written anew": [("Retell.verify(body, ", "Retell.verify(JSON.stringify(JSON.parse(body)), ")],
    "no await": [
        ("if (!(await Retell.verify(body, apiKey, signature)))", "if (!Retell.verify(body, apiKey, signature))")
    ],
    "reads data": [(JS_REMEMBER, f"  delivery.data.call_id;\n{JS_REMEMBER}")],
    "only phone calls": [(JS_REMEMBER, f'  delivery.call.from_number.startsWith("+");\n{JS_REMEMBER}')],
    "100 kB": [('limit: "10mb"', 'limit: "100kb"')],
    "no window": [
        ("import { Retell } from", 'import { createHmac } from "node:crypto";\nimport { Retell } from'),
        (
            "await Retell.verify(body, apiKey, signature)",
            JS_VERIFY,
        ),
    ],
    "known events only": [(JS_REMEMBER, f"  ({KNOWN})[delivery.event].toFixed();\n{JS_REMEMBER}")],
    "not idempotent": [
        (JS_STORE, f'  if (deliveries.has(key)) throw new Error("UNIQUE constraint failed");\n{JS_STORE}')
    ],
    "hangs": [("    return response.sendStatus(401);\n", "    return;\n")],
}
MISTAKES = {"fastapi": IN_FASTAPI, "flask": IN_FLASK, "express": IN_EXPRESS}


def source_of(framework: str, mistake: str | None = None) -> str:
    """The text of an example, with a mistake made in it if one is named."""
    text = (EXAMPLES / FILES[framework]).read_text(encoding="utf-8")
    for right, wrong in MISTAKES[framework][mistake] if mistake else ():
        assert text.count(right) == 1, f"{FILES[framework]} has {right!r} {text.count(right)} times, not once."
        text = text.replace(right, wrong)
    return text
