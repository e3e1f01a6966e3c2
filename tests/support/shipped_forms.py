"""The forms as they ship, read the way the product reads them."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

from workflow_app.engine.forms import FormDefinition, load_forms


@cache
def shipped_forms() -> dict[str, FormDefinition]:
    """Return every shipped form by key."""
    folder = files("bpmn") / "forms"
    return load_forms(
        {
            f"forms/{entry.name}": entry.read_bytes()
            for entry in folder.iterdir()
            if entry.name.endswith(".yaml")
        }
    )
