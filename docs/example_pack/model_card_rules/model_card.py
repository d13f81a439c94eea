"""Whether a model card is kept with the code."""

from __future__ import annotations

import re

from portfolio_scan.api import (
    Heuristic,
    Judgement,
    Origin,
    Outcome,
    Place,
    Polarity,
    RepositoryContext,
    Weight,
)


class ModelCard(Heuristic):
    """Looks for a file of one of the names in the catalogue's table `model_cards`."""

    id = "documentation.model-card"
    version = 1
    question = "Does a model card say what the model is for?"
    polarity = Polarity.STRENGTH
    weight = Weight.LOW
    interview = "Which use of this model would you advise against, and why?"
    would_change = "A model card beside the code: intended use, data, figures, limits."

    def judge(self, context: RepositoryContext) -> Judgement:
        """Present with the first own file of such a name."""
        names = "|".join(context.catalogue.table("model_cards"))
        pattern = re.compile(rf"(?i)(?:^|/)(?:{names})\.(?:md|rst|txt)$")
        cards = [
            entry.path
            for entry in context.entries
            if entry.origin is Origin.OWN and pattern.search(entry.path)
        ]
        if not cards:
            message = "A model card was not found among the files read."
            return Judgement(findings=(self.finding(Outcome.ABSENT, message, confidence=0.8),))
        evidence = [context.evidence(Place(path=path), "a model card") for path in cards[:3]]
        message = "A model card is kept with the code."
        finding = self.finding(Outcome.PRESENT, message, confidence=0.9, evidence=evidence)
        return Judgement(findings=(finding,))
