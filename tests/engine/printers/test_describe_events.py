"""The events at the end of a description: in the order in which a container is started."""

from attrs import evolve

from engine.kinds import Event
from engine.printers.describe.event_table import table_lines
from tests.engine.kubelet_loop import loop, pod


def test_a_start_within_one_second_is_told_in_its_order() -> None:
    made = loop(pod(), after_seconds=10)
    events = [each for each in made.state.all(Event, "default") if each.involved_object.name == "p"]
    at_once = [evolve(each, last_timestamp=made.now) for each in events]
    same = [evolve(each, metadata=evolve(each.metadata, resource_version="7")) for each in at_once]
    reasons = [line.split("\t")[1] for line in list(table_lines(same, made.now))[3:]]
    assert reasons == ["Pulling", "Pulled", "Created", "Started"]
