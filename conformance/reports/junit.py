"""The JUnit report: a test case for each requirement, with what every reader of that format understands.

Elements and attributes are those that the schemas in use share, in the order that the strictest asks for, but for the
properties of a test case: they stand first in it, where pytest writes its own, and readers that look for none pass over
them. Then comes one of `skipped`, `error` and `failure`, or `system-out`; what failed
and is known is `skipped`, with `system-out` after it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping, Sequence

from conformance.model import Outcome, Result, Run
from conformance.reports.json_report import TOOL, version
from conformance.reports.plain import finding_text, one_line
from conformance.reports.wording import by_area

_SECONDS = len("2026-01-01T00:00:00")


def text(run: Run, *, strict: bool = False) -> str:
    """The report as text.

    Args:
        strict: Warnings are failures, as they are for the exit code.
    """
    suites = [_suite(f"suites.{area}", results, run, strict=strict) for area, results in by_area(run).items()]
    if run.outdated:
        suites.append(_out_of_date(run))
    if not run.complete:
        suites.append(_unfinished(run))
    root = ET.Element("testsuites", {"name": "conformance", **_totals(suites), "time": f"{run.seconds:.3f}"})
    root.extend(suites)
    ET.indent(root)
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"


def _suite(name: str, results: Sequence[Result], run: Run, *, strict: bool) -> ET.Element:
    suite = _open_suite(name, run)
    suite.extend(_case(name, result, run, strict=strict) for result in results)
    suite.attrib.update(_counted(suite))
    return suite


def _open_suite(name: str, run: Run) -> ET.Element:
    """A suite without its cases. Times are those of the whole run, which sends a request for many requirements."""
    stamp = run.started_at[:_SECONDS]  # in UTC; the strictest schema allows no zone
    suite = ET.Element("testsuite", {"name": name, "timestamp": stamp, "hostname": "localhost", "time": "0.000"})
    told = {
        "tool": f"{TOOL} {version()}",
        "target": run.target,
        "edition": run.edition,
        "seed": str(run.seed),
        "requests": str(run.requests),
    }
    suite.append(_properties(told))
    return suite


def _case(classname: str, result: Result, run: Run, *, strict: bool) -> ET.Element:
    requirement = result.requirement
    case = _open_case(classname, f"{requirement.id} {one_line(requirement.title)}")
    told = {
        "requirement": requirement.id,
        "level": str(requirement.level),
        "evidence": str(requirement.evidence),
        "clause": requirement.clause,
        "edition": run.edition,
        "seed": str(run.seed),
        "cases": str(result.cases),
    }
    case.append(_properties(told))
    case.extend(_verdict(result, strict=strict))
    return case


def _verdict(result: Result, *, strict: bool) -> list[ET.Element]:
    texts = "\n\n".join(map(finding_text, result.findings))
    match result.outcome:
        case Outcome.FAILED | Outcome.WARNED if result.fails(strict=strict):
            return [_told("failure", _headline(result), texts, kind=str(result.outcome))]
        case Outcome.FAILED | Outcome.WARNED if strict or result.outcome is Outcome.FAILED:
            return [ET.Element("skipped", {"message": f"known: {_headline(result)}"}), _output(texts)]
        case Outcome.WARNED:
            return [_output(texts)]
        case Outcome.ERRORED:
            reason = one_line(result.reason or "it could not be judged")
            return [_told("error", reason, texts or reason, kind="errored")]
        case Outcome.SKIPPED:
            return [ET.Element("skipped", {"message": one_line(result.reason or "not exercised")})]
        case _:
            return []


def _headline(result: Result) -> str:
    """The gravest finding in a sentence, and how many others there are."""
    if not result.findings:
        return one_line(result.reason or result.requirement.title)
    first = max(result.findings, key=lambda each: each.outcome.rank)
    others = len(result.findings) - 1
    more = f" (and {others} more)" if others else ""
    return f"{first.operation}: {one_line(first.mismatch.message)}{more}"


def _unfinished(run: Run) -> ET.Element:
    """A run that was cut short is not green, even if nothing was found until then."""
    suite = _open_suite("run", run)
    case = _open_case("run", "the run is carried through")
    reason = one_line(run.stopped or "it was cut short")
    case.append(_told("error", reason, f"Not complete: {reason}.", kind="stopped"))
    suite.append(case)
    suite.attrib.update(_counted(suite))
    return suite


def _out_of_date(run: Run) -> ET.Element:
    """Accepted findings that are over or gone fail a run."""
    suite = _open_suite("known", run)
    case = _open_case("known", "the list of known findings is up to date")
    case.append(_told("failure", one_line(run.outdated[0]), "\n".join(map(one_line, run.outdated)), kind="outdated"))
    suite.append(case)
    suite.attrib.update(_counted(suite))
    return suite


def _open_case(classname: str, name: str) -> ET.Element:
    return ET.Element("testcase", {"classname": classname, "name": name, "time": "0.000"})


def _properties(values: Mapping[str, str]) -> ET.Element:
    found = ET.Element("properties")
    for name, value in values.items():
        ET.SubElement(found, "property", {"name": name, "value": one_line(value)})
    return found


def _told(tag: str, message: str, body: str, *, kind: str) -> ET.Element:
    element = ET.Element(tag, {"message": message, "type": kind})
    element.text = body
    return element


def _output(body: str) -> ET.Element:
    element = ET.Element("system-out")
    element.text = body
    return element


def _counted(suite: ET.Element) -> dict[str, str]:
    return {
        "tests": str(len(suite.findall("testcase"))),
        "failures": str(len(suite.findall("testcase/failure"))),
        "errors": str(len(suite.findall("testcase/error"))),
        "skipped": str(len(suite.findall("testcase/skipped"))),
    }


def _totals(suites: Sequence[ET.Element]) -> dict[str, str]:
    names = ("tests", "failures", "errors")
    return {name: str(sum(int(suite.attrib[name]) for suite in suites)) for name in names}
