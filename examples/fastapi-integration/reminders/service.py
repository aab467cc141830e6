"""The service: people are called on request, and webhooks tell what came of it."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fastapi import FastAPI, HTTPException, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel

from reminders.signature import HEADER, is_genuine
from reminders.store import STEPS, Store
from reminders.vendor import CallRefusedError, Vendor


@dataclass(frozen=True, kw_only=True)
class Settings:
    """What the service is told by whoever runs it."""

    key: str
    agent_id: str
    from_number: str
    database: Path = Path("reminders.sqlite")
    base_url: str = "https://api.retellai.com"

    @classmethod
    def of_environment(cls) -> Settings:
        """What the environment says."""
        return cls(
            key=os.environ["RETELL_API_KEY"],
            agent_id=os.environ["REMINDERS_AGENT"],
            from_number=os.environ["REMINDERS_FROM_NUMBER"],
        )


class Appointment(BaseModel):
    """Whom to call, and about what."""

    to_number: str
    appointment: str


def outcome_of(call: dict[str, Any]) -> dict[str, Any]:
    """What people want to know of a call. Metadata may be missing, and so may the reason of a call that goes on."""
    metadata = call.get("metadata") or {}
    return {
        "appointment": metadata.get("appointment") if isinstance(metadata, dict) else None,
        "status": call["call_status"],
        "why": call.get("disconnection_reason"),
    }


def create_app(settings: Settings | None = None) -> FastAPI:
    """The service; `uvicorn --factory reminders.service:create_app` runs it."""
    chosen = settings or Settings.of_environment()
    app, store = FastAPI(), Store(chosen.database)

    @app.post("/reminders", status_code=201)
    def remind(wanted: Appointment) -> dict[str, str]:
        """Call somebody about an appointment."""
        vendor = Vendor(chosen.key, chosen.base_url)
        try:
            call_id = vendor.call(
                wanted.to_number,
                from_number=chosen.from_number,
                agent_id=chosen.agent_id,
                metadata={"appointment": wanted.appointment},
            )
        except CallRefusedError as error:
            raise HTTPException(502, str(error)) from error
        finally:
            vendor.close()
        return {"call_id": call_id}

    @app.get("/reminders/{call_id}")
    def outcome(call_id: str) -> dict[str, Any]:
        """What came of a call, as far as webhooks have told."""
        call = store.call(call_id)
        if call is None:
            raise HTTPException(404, "Nothing was heard of such a call.")
        return outcome_of(call)

    @app.post("/webhook")
    async def webhook(request: Request) -> Response:
        """Take what the vendor tells about calls."""
        body = await request.body()  # the bytes as they came: JSON that is written anew is signed differently
        if not is_genuine(body, request.headers.get(HEADER, ""), chosen.key):
            return Response(status_code=401)
        try:
            told = json.loads(body)
        except ValueError:
            return Response(status_code=400)
        if told.get("event") in STEPS:  # there are others, and there will be more
            await run_in_threadpool(store.keep, told["event"], told["call"])
        return Response(status_code=204)

    return app
