"""What changed between two editions, field by field."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from conformance.contract.diff import Change, Difference, Kind, Party, diff
from conformance.contract.schemas import editions, load_schemas
from conformance.errors import ConformanceError, UnknownName
from conformance.notebook.differences.telling import NOTHING, counted
from conformance.notebook.parts import Panel

if TYPE_CHECKING:
    from conformance.notebook.differences.view import View

__all__ = ["EditionDiff"]

_ANY = ""


class EditionDiff(Panel):
    """A widget that shows what changed between two editions: for whom it breaks, what it was, what it is, and examples.

        diff = EditionDiff("v1", "v2")
        diff.show(operation="list-calls", breaking="sender")
        diff.open(diff.shown[0])

    Args:
        before: Id of an edition.
        after: Id of another one, or of the same; older or newer.

    Attributes:
        difference: Everything that changed between the two that are chosen.
        shown: The changes that are listed, in the order in which they are.

    Raises:
        UnknownName: There is no such edition.
    """

    title = "What changed between two editions"

    def __init__(self, before: str = "v1", after: str = "v2") -> None:
        self.difference = _between(before, after)
        self.shown: tuple[Change, ...] = self.difference.changes
        self._view: View | None = None
        super().__init__()

    def _build(self) -> None:
        from conformance.notebook.differences.view import View  # noqa: PLC0415 - only where widgets are installed

        self._view = View([each.id for each in editions()], self.difference, self._style)
        self.root.children = self._view.children
        for name in ("before", "after"):
            self._view.on_choice(name, self._told(self._switch))
        for name in ("operation", "area", "kind", "party", "words"):
            self._view.on_choice(name, self._told(self._filter))
        self._view.clear.on_click(self._told(self.show))
        self._view.swap.on_click(self._told(self._swap))
        self._filter()

    @property
    def before(self) -> Any:
        """The choice of the one edition; `.value` is its id."""
        return self._seen.before

    @property
    def after(self) -> Any:
        """The choice of the other edition."""
        return self._seen.after

    @property
    def markdown(self) -> str:
        """What is listed, as Markdown: what the button copies."""
        return self._seen.copy.text

    @property
    def _seen(self) -> View:
        self._need_widgets()
        assert self._view is not None  # noqa: S101 - it is there wherever widgets are
        return self._view

    def show(
        self,
        *,
        operation: str | None = None,
        area: str | None = None,
        kind: Kind | str | None = None,
        breaking: bool | Party | str | None = None,
        words: str = "",
    ) -> tuple[Change, ...]:
        """List only the changes that fit everything that is given; without arguments all of them.

        Args:
            operation: The name of an operation or event.
            area: `operation`, `request`, `response` or `webhook`.
            kind: What became of the place, as in `removed`.
            breaking: `sender` or `reader`, True for what breaks anybody, False for what breaks nobody.
            words: Words that must stand in the change, in any order.

        Returns:
            What is listed then.

        Raises:
            UnknownName: No change has that operation, area or kind, or there is no such party.
        """
        party = {None: _ANY, True: "any", False: "none"}.get(breaking, breaking)  # type: ignore[arg-type]
        wanted = {"operation": operation, "area": area, "kind": kind, "party": party}
        view = self._seen
        for name, value in wanted.items():
            known = [each for _, each in getattr(view, name).options]
            if (value or _ANY) not in known:
                raise UnknownName(name, str(value), [each for each in known if each], otherwise="See the choices.")
        with view.quiet():
            for name, value in wanted.items():
                getattr(view, name).value = str(value or _ANY)
            view.words.value = words
        self._filter()
        return self.shown

    def open(self, change: Change) -> None:
        """Open a change, so that before, after and examples are seen.

        Raises:
            UnknownName: It is not among those that are listed.
        """
        if not any(each is change or each == change for each in self.shown):
            places = [each.place for each in self.shown]
            raise UnknownName("change that is listed", change.place, places, otherwise="Call show() first.")
        self._seen.open(self.difference.changes.index(change))

    def _told(self, action: Callable[[], object]) -> Callable[..., None]:
        """A callback that shows what went wrong: nobody sees what it raises."""

        def call(*_event: object) -> None:
            if self._view is None or self._view.is_quiet:
                return
            try:
                action()
            except ConformanceError as error:
                self._view.failed(str(error))
            except Exception as error:  # noqa: BLE001 - shown; nothing else would show it
                self._view.failed(f"This went wrong: {type(error).__name__}: {error}")

        return call

    def _switch(self) -> None:
        view = self._seen
        self.difference = _between(view.before.value, view.after.value)
        with view.list_of_changes.hold_sync():  # one message: the page shows no list that is half the old one
            view.hold(self.difference)
            self._filter()

    def _swap(self) -> None:
        view = self._seen
        with view.quiet():
            view.before.value, view.after.value = view.after.value, view.before.value
        self._switch()

    def _filter(self) -> None:
        view = self._seen
        party: bool | Party | None = {"": None, "any": True, "none": False}.get(view.party.value)
        if view.party.value in set(Party):
            party = Party(view.party.value)
        found = self.difference.among(
            operation=view.operation.value or None,
            area=view.area.value or None,
            kind=view.kind.value or None,
            breaking=party,
            words=view.words.value,
        )
        self.shown = found.changes
        view.list(found)

    def _static(self) -> str:
        from conformance.notebook.display.differences import difference_html  # noqa: PLC0415 - it imports this package

        return difference_html(self.difference)

    def __repr__(self) -> str:
        names = self.difference.before, self.difference.after
        if not self.difference:
            return NOTHING.format(before=names[0], after=names[1])
        return f"What changed between {names[0]} and {names[1]}: {counted(self.difference.changes)}."


def _between(before: str, after: str) -> Difference:
    for edition in (before, after):
        load_schemas(edition)  # an edition that nobody knows is told by its own name
    return diff(before, after)
