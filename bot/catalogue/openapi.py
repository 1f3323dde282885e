"""The OpenAPI document of the Open Referral endpoints, built from the objects so that it can't drift."""

from collections.abc import Mapping
from typing import Any

import msgspec

from bot.catalogue import openreferral as hsds
from bot.catalogue.feed import MOST_PER_PAGE, PER_PAGE, Page
from bot.catalogue.publish import DAYS

PROFILE = "https://docs.openreferraluk.org/"
VERSION = "3.0"


class ApiInfo(msgspec.Struct, frozen=True, kw_only=True):
    """What the root of the API says about itself."""

    version: str
    profile: str
    openapi_url: str


class ErrorBody(msgspec.Struct, frozen=True, kw_only=True):
    """What went wrong."""

    code: str
    message: str


class ErrorReply(msgspec.Struct, frozen=True, kw_only=True):
    """The one shape of errors."""

    error: ErrorBody


_TEXT = {"type": "string", "maxLength": 200}
_CLOCK = {"type": "string", "pattern": r"^([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9])?$"}
_AGE = {"type": "number", "minimum": 0, "maximum": 999}
_Query = Mapping[str, tuple[Mapping[str, Any], str]]
_PAGING: _Query = {
    "page": ({"type": "integer", "minimum": 1, "maximum": 1000000, "default": 1}, "Page number, from 1."),
    "per_page": (
        {"type": "integer", "minimum": 1, "maximum": MOST_PER_PAGE, "default": PER_PAGE},
        "Results in a page.",
    ),
}
_SERVICE_FILTERS: _Query = {
    "search": (_TEXT, "Every word must occur in the name, description, audience, organisation or terms."),
    **_PAGING,
    "full": ({"type": "boolean", "default": False}, "Whole services instead of their one-to-one fields."),
    "taxonomy_term_id": (_TEXT, "Services with this term."),
    "taxonomy_id": (_TEXT, "Services with any term of this taxonomy."),
    "minimum_age": (_AGE, "Services whose minimum age is at least this."),
    "maximum_age": (_AGE, "Services whose maximum age is at most this."),
    "start_time": (_CLOCK, "Services that open at this time or later."),
    "end_time": (_CLOCK, "Services that close at this time or earlier."),
    "day": ({"type": "string", "enum": list(DAYS)}, "Services with hours on this day."),
}
_LOCATION_FILTERS: _Query = {
    **_SERVICE_FILTERS,
    "postcode": (
        {"type": "string", "maxLength": 8},
        "Services that serve the nation of this postcode; the first half is enough and better.",
    ),
    "proximity": (_TEXT, "Has no effect: every location here is virtual."),
}


def document() -> dict[str, Any]:
    """The OpenAPI 3.1 document."""
    pages = {
        "ServicePage": Page[hsds.Service],
        "TaxonomyPage": Page[hsds.Taxonomy],
        "TaxonomyTermPage": Page[hsds.TaxonomyTerm],
        "ServiceAtLocationPage": Page[hsds.ServiceAtLocation],
    }
    kinds = (ApiInfo, ErrorReply, *pages.values())
    made, components = msgspec.json.schema_components(kinds, ref_template="#/components/schemas/{name}")
    refs = dict(zip(("ApiInfo", "Error", *pages), made, strict=True))
    single = {name: {"$ref": f"#/components/schemas/{name}"} for name in ("Service", "Taxonomy", "TaxonomyTerm")}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Fingerpost service catalogue",
            "version": VERSION,
            "description": "Help with abuse at home in the United Kingdom, as Open Referral UK has it.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/oruk"}],
        "paths": {
            "/": _get("getApiInfo", "About this API", refs["ApiInfo"], refs, {}),
            "/services": _get("listServices", "Services, in pages", refs["ServicePage"], refs, _SERVICE_FILTERS),
            "/services/{id}": _get("getService", "One service with everything", single["Service"], refs, {}, one=True),
            "/taxonomies": _get("listTaxonomies", "Vocabularies", refs["TaxonomyPage"], refs, _PAGING),
            "/taxonomies/{id}": _get("getTaxonomy", "One vocabulary", single["Taxonomy"], refs, {}, one=True),
            "/taxonomy_terms": _get("listTaxonomyTerms", "Terms", refs["TaxonomyTermPage"], refs, _PAGING),
            "/taxonomy_terms/{id}": _get("getTaxonomyTerm", "One term", single["TaxonomyTerm"], refs, {}, one=True),
            "/service_at_locations": _get(
                "listServiceAtLocations",
                "Services at their virtual locations, in pages",
                refs["ServiceAtLocationPage"],
                refs,
                _LOCATION_FILTERS,
            ),
            "/service_at_locations/{id}": _get(
                "getServiceAtLocation",
                "The service at a virtual location",
                single["Service"],
                refs,
                {},
                one=True,
            ),
            "/export/services.json": _get("exportJson", "Every service in one file", {"type": "object"}, refs, {}),
            "/export/services.csv": _get("exportCsv", "The same for spreadsheets", None, refs, {}),
            "/openapi.json": _get("getOpenApi", "This document", {"type": "object"}, refs, {}),
        },
        "components": {"schemas": components},
    }


def _get(
    operation: str,
    summary: str,
    schema: Mapping[str, Any] | None,
    refs: Mapping[str, Any],
    query: _Query,
    *,
    one: bool = False,
) -> dict[str, Any]:
    parameters: list[dict[str, Any]] = [
        {"name": name, "in": "query", "required": False, "description": text, "schema": shape}
        for name, (shape, text) in query.items()
    ]
    if one:
        parameters.append({"name": "id", "in": "path", "required": True, "schema": {"type": "string"}})
    content = {"application/json": {"schema": schema}} if schema else {"text/csv": {"schema": {"type": "string"}}}
    error = {"application/json": {"schema": refs["Error"]}}
    answers: dict[str, Any] = {
        "200": {"description": "Found", "content": content},
        "304": {"description": "Not changed since the ETag sent"},
    }
    if query:
        answers["400"] = {"description": "A parameter can't be read", "content": error}
    if one:
        answers["404"] = {"description": "Nothing of that id", "content": error}
    return {"get": {"operationId": operation, "summary": summary, "parameters": parameters, "responses": answers}}
