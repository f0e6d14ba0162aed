"""What was studied around the network: model or data, the table's faults, more rows, techniques, parts alike."""

from sklearn_mlknow.study.report import studies
from sklearn_mlknow.study.report.context import Context
from sklearn_mlknow.study.report.gains import gains, keeps_up
from sklearn_mlknow.study.report.gains import model_or_data as sentence
from sklearn_mlknow.study.report.section import Section


def model_or_data(context: Context) -> Section:
    """Draw everything that was tried on one scale."""
    return studies.model_or_data(gains(context), sentence(context), notes(context))


def notes(context: Context) -> list[str]:
    """Say on what the evidence rests."""
    found = context.studies
    told = ["Other kinds of model are judged on the test rows, against the network."]
    if found is None:
        return [*told, "More rows and techniques were not studied; leave --studies 0 out for that."]
    model = f"{found.model[0].lower()}{found.model[1:]}"
    if found.size is not None or found.techniques is not None:
        told.append(
            f"More rows and techniques were tried on the {model}, which many fits need; mlknow study tries them on a "
            "network, techniques of its own among them."
        )
    if found.techniques is not None and not found.are_all_tried:
        told.append(
            "In the time given, techniques could be tried on a part of the rows only, so they are shown further down "
            "but do not count here; give the studies more time."
        )
    if not keeps_up(context):
        told.append(
            f"The {model} {'are' if model.endswith('s') else 'is'} clearly behind the network, so what techniques and "
            "more rows do for it is shown further down but does not count here."
        )
    if found.size is not None and not found.are_all_sized:
        told.append(
            "What more rows bring was measured on a part of them only and does not count here; give the studies more "
            "time."
        )
    return [*told, *found.notes]


def check(context: Context) -> Section | None:
    """Write what may be wrong with the table."""
    found = context.studies
    return None if found is None or found.check is None else studies.check(found.check)


def size(context: Context) -> Section | None:
    """Draw what more rows bring."""
    found = context.studies
    return None if found is None or found.size is None else studies.size(found.size)


def techniques(context: Context) -> Section | None:
    """Draw what each technique on the side of the data brings."""
    found = context.studies
    if found is None or found.techniques is None:
        return None
    return studies.techniques(found.techniques, found.model.lower())
