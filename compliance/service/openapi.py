"""The description of the service in OpenAPI: bodies by their models, problems, keys."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from compliance.service import requests
from compliance.service.problems import MEDIA_TYPE, TITLES, ProblemDetails

_REF = "#/components/schemas/{model}"
_BODIES: tuple[type[BaseModel], ...] = (
    requests.ScreenRequest, requests.HeadroomRequest, requests.ReservationRequest, requests.ActRequest,
    requests.CommitRequest, requests.WorldRequest, requests.AmendRequest, requests.ReturnRequest,
    requests.KnownGoodRequest, ProblemDetails,
)  # fmt: skip


def describe_body(model: type[BaseModel]) -> dict[str, Any]:
    """What OpenAPI says of a call with such a body."""
    schema = {"$ref": _REF.format(model=model.__name__)}
    examples = model.model_config.get("json_schema_extra", {})
    told = examples.get("examples", []) if isinstance(examples, dict) else []
    content: dict[str, Any] = {"schema": schema}
    if told:
        content["examples"] = {str(number): {"value": one} for number, one in enumerate(told, 1)}  # type: ignore[arg-type]
    return {"requestBody": {"required": True, "content": {"application/json": content}}}


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """What OpenAPI says of refusals."""
    schema = {"$ref": _REF.format(model=ProblemDetails.__name__)}
    return {
        status: {"description": TITLES[status], "content": {MEDIA_TYPE: {"schema": schema}}}
        for status in (*statuses, 421, 500)
    }


def describe(app: FastAPI) -> dict[str, Any]:
    """The whole description."""
    if app.openapi_schema is None:
        told = get_openapi(
            title="compliance",
            version=app.version,
            description="Screens orders for AI chips against export-control rules. It is not legal advice.",
            routes=app.routes,
        )
        _, schemas = models_json_schema([(model, "validation") for model in _BODIES], ref_template=_REF)
        parts = told.setdefault("components", {})
        parts["schemas"] = {**parts.get("schemas", {}), **schemas["$defs"]}
        parts["securitySchemes"] = {"key": {"type": "http", "scheme": "bearer"}}
        told["security"] = [{"key": []}, {}]
        for path in told["paths"].values():
            for call in path.values():
                call["responses"].pop("422", None) if "requestBody" not in call and not _has_422(call) else None
        app.openapi_schema = told
    return app.openapi_schema


def _has_422(call: dict[str, Any]) -> bool:
    return MEDIA_TYPE in call["responses"].get("422", {}).get("content", {})
