"""Runs a suite runner, and finds what it shows."""

FAULTS = ["v1-get-call-still-answers", "get-call-says-text"]


def run_smoke(runner, **chosen):
    runner.profile.value = "smoke"
    for name, value in chosen.items():
        getattr(runner, name).value = value
    assert runner.start()
    assert runner.wait(60)


def shown(runner):
    """The HTML of the whole panel, without styles."""
    return "".join(html_of(runner.root.children[1:]))


def html_of(widgets):
    for widget in widgets:
        yield str(getattr(widget, "value", "")) + str(getattr(widget, "text", ""))
        yield from html_of(getattr(widget, "children", ()))


def part(runner, name):
    """The widget with this class."""
    return next(each for each in all_of(runner.root) if name in getattr(each, "_dom_classes", ()))


def all_of(widget):
    yield widget
    for each in getattr(widget, "children", ()):
        yield from all_of(each)


def finding_of(run, requirement):
    return next(each for each in run.results if each.requirement.id == requirement).findings[0]
