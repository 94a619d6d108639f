"""Describes the family of models that leads the week."""

from dataclasses import dataclass

from analysis.groups.records import Family
from analysis.records import Entity, WeekAnalysis
from crawler.kinds import Kind
from reports.document import Card, RichText, TextRun
from reports.front.facts import facts
from reports.text.escaping import cut, hub_url
from reports.text.language import Language

MIN_GAIN = 20
"""Minimum gain of likes of a leading family."""

MIN_MEMBERS = 2
MAX_ROOT_SHARE = 0.9
"""Maximum share of the root in the gain of a leading family; above it, the root is named alone."""

NAME_COLUMNS = 60


@dataclass(frozen=True, slots=True)
class LeadingFamily:
    """The family with the largest gain of likes."""

    family: Family
    root: Entity | None
    """The root as an entity; None if no list of the report shows it."""

    @property
    def name(self) -> TextRun:
        """The name of the root without its owner, linked to its address."""
        return TextRun(cut(self.family.root.rpartition("/")[2], NAME_COLUMNS), hub_url(Kind.MODEL, self.family.root))

    @property
    def gain(self) -> int:
        """The likes that its compared members gained."""
        return self.family.likes_gain or 0

    @property
    def quantized(self) -> int:
        """How many of the compared members are quantisations."""
        return sum(part.compared for part in self.family.parts if part.relation == "quantized")

    def card(self, say: Language) -> Card:
        """Return the card of the family: its largest contributors, and how many members are compared."""
        compared = say.say(
            "{compared} of {members} repositories compared",
            compared=say.count(self.family.compared),
            members=say.count(self.family.members),
        )
        known = facts(self.root, None, say) if self.root else ""
        return Card(
            name=TextRun(say.say("{family} family", family=self.name.text), self.name.url),
            figure=say.say("{gain} likes", gain=say.signed(self.gain)),
            facts=" · ".join(part for part in (known, compared) if part),
            sentences=self._largest(say),
            gain=self.gain,
        )

    def _largest(self, say: Language) -> tuple[RichText, ...]:
        runs: list[TextRun] = []
        for one in self.family.likes_largest:
            runs += [TextRun(say.say(", "))] if runs else []
            runs += [
                TextRun(cut(one.id, NAME_COLUMNS), hub_url(Kind.MODEL, one.id)),
                TextRun(f" {say.signed(one.gain)}"),
            ]
        return (say.rich("Largest gains: {names}.", names=tuple(runs)),) if runs else ()


def leading_family(results: WeekAnalysis) -> LeadingFamily | None:
    """Return the family that gained most likes; None if none is large enough."""
    for family in results.families.by_likes:
        gain = family.likes_gain or 0
        of_root = max((one.gain for one in family.likes_largest if one.id == family.root), default=0)
        if family.compared >= MIN_MEMBERS and gain >= MIN_GAIN and of_root <= MAX_ROOT_SHARE * gain:
            return LeadingFamily(family, _listed(results, family.root))
    return None


def _listed(results: WeekAnalysis, name: str) -> Entity | None:
    entities = (
        pick.change.entity
        for week in results.kinds
        if week.kind is Kind.MODEL
        for ranked in week.lists
        for pick in ranked.picks
    )
    return next((entity for entity in entities if entity.id == name), None)
