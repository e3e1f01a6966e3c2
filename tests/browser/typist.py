"""Hands that fill in a task's form in a real browser: type, tick, choose a file, press the button.

Only what a person can reach is touched: labels are clicked, folded sections are opened first, and after a
change that draws the form anew the next control is looked for in the new one. Nothing is sent behind the
page's back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from playwright.sync_api import FilePayload, Locator, Page

from workflow_app.engine.forms import FormDefinition
from workflow_app.web.form_page import FormPage

FORM = "#task-form"
PROOF: FilePayload = {"name": "证明材料.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.4 proof"}


def fill(page: Page, form: FormDefinition, answer: Mapping[str, Any]) -> None:
    """Fill in the form on the page: first what changes the form, then words and choices, files last.

    A file the form holds already (from the form it follows) is left as it is.
    """
    for one in form.fields():
        if one.rows and not one.fixed and not one.source:
            _add_rows(page, one.name, len(answer.get(one.name, ())))
    watched = FormPage(form=form, url="", data={}).watched
    files = {one.name for one in _flat(form) if one.type in {"file", "files"}}
    controls = list(_controls(answer))
    for name, value in controls:
        if name in watched and not _stands(page, name, value):
            _redrawn(page, lambda name=name, value=value: _set(page, name, value))  # type: ignore[misc]
    for name, value in controls:
        if name not in watched and _plain(name) not in files:
            _set(page, name, value)
    for name, _value in controls:
        if _plain(name) in files and not page.locator(f'{FORM} input[type=hidden][name="{name}"]').count():
            chooser = _shown(page.locator(f'{FORM} input[type=file][name="{name}"]'))
            _redrawn(page, lambda chooser=chooser: chooser.set_input_files(PROOF))  # type: ignore[misc]


def press(page: Page, action: str) -> None:
    """Hand the form in by one of its buttons; where it asks again, say yes."""
    page.click(f'.action-bar button[name=action][value="{action}"]')
    page.wait_for_load_state()


def _add_rows(page: Page, name: str, wanted: int) -> None:
    """Ask for rows until a table has as many as are wanted."""
    for index in range(wanted):
        if not page.locator(f'{FORM} [name^="{name}-{index}-"]').count():
            _shown(page.locator(f'{FORM} button[name=add_row][value="{name}"]')).click()
            page.wait_for_selector(f'{FORM} [name^="{name}-{index}-"]', state="attached")
            page.wait_for_selector("body[data-ready]")


def _flat(form: FormDefinition) -> Iterator[Any]:
    for one in form.fields():
        yield one
        yield from one.rows


def _plain(name: str) -> str:
    """Return the field or column a control belongs to: ``checklist-0-remark`` is ``remark``."""
    return [part for part in name.split("-") if not part.isdigit()][-1]


def _controls(answer: Mapping[str, Any], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Name every control of an answer as HTML names it."""
    for name, value in answer.items():
        if name in {"action", "item"}:
            continue
        if isinstance(value, Mapping):
            yield from _controls(value, f"{prefix}{name}-")
        elif isinstance(value, list) and value and isinstance(value[0], Mapping):
            for index, row in enumerate(value):
                yield from _controls(row, f"{prefix}{name}-{index}-")
        else:
            yield f"{prefix}{name}", value


def _set(page: Page, name: str, value: Any) -> None:
    """Give one control its value, whatever kind of control the page draws for it."""
    if isinstance(value, list):
        for one in value:
            _tick(page, name, str(one))
        return
    words = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    control = page.locator(f'{FORM} [name="{name}"]').first
    kind = control.evaluate("(one) => one.tagName === 'INPUT' ? one.type : one.tagName.toLowerCase()")
    if kind in {"radio", "checkbox"}:
        if kind == "radio" or value is True:
            _tick(page, name, words)
    elif kind == "select":
        _shown(control).select_option(words)
    else:
        _shown(control).fill(words)


def _stands(page: Page, name: str, value: Any) -> bool:
    """Tell whether a choice is made already: making it again would draw nothing anew."""
    words = {True: "true", False: "false"}[value] if isinstance(value, bool) else str(value)
    chosen = page.locator(f'{FORM} [name="{name}"]').evaluate_all(
        "(all) => all.filter((one) => one.matches('select') || one.checked).map((one) => one.value)"
    )
    return words in chosen


def _tick(page: Page, name: str, value: str) -> None:
    box = _shown(page.locator(f'{FORM} input[name="{name}"][value="{value}"]'))
    if box.is_checked():
        return
    own = page.locator(f'{FORM} label[for="{name}-{value}"]')
    (own if own.count() else box).click()
    assert box.is_checked(), f"{name}={value}"


def _shown(control: Locator) -> Locator:
    """Open the folded section a control stands in."""
    fold = control.locator("xpath=ancestor::details[not(@open)]/summary")
    if fold.count():
        fold.first.click()
    return control


def _redrawn(page: Page, change: Callable[[], None]) -> None:
    """Make a change that draws the form anew, and wait for the new one."""
    page.locator(FORM).evaluate("(form) => { form.dataset.old = ''; }")
    change()
    page.wait_for_selector(f"{FORM}:not([data-old])")
