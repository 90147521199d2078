"""Writing as it comes: batches at most 100 ms apart, so that a kill loses no more than that."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from inventory.exchange import Exchange
from inventory.fact import Fact
from inventory.observation import Observation
from inventory.question import Question
from inventory.store import Store

INTERVAL = 0.1  # seconds


@dataclass(frozen=True, slots=True)
class Answer:
    """A question with how its attempt ended; facts by table; the reduced evidence."""

    question: Question
    observation: Observation
    facts: Mapping[str, Sequence[Fact]] = field(default_factory=dict)
    evidence: tuple[Exchange, ...] = ()


class Writer:
    """Gathers questions and answers of one scan and commits them together."""

    def __init__(self, store: Store, scan: str) -> None:
        self.store = store
        self.scan = scan
        self.questions: list[Question] = []
        self.answers: list[Answer] = []
        self.written = 0

    def ask(self, questions: Sequence[Question]) -> None:
        """Note questions."""
        self.questions.extend(questions)

    def answer(self, answer: Answer) -> None:
        """Note how an attempt ended; its question is noted too."""
        self.questions.append(answer.question)
        self.answers.append(answer)

    def flush(self) -> None:
        """Commit what was gathered."""
        if not self.questions and not self.answers:
            return
        questions, answers = self.questions, self.answers
        self.questions, self.answers = [], []
        with self.store.batch():
            self.store.add_questions(self.scan, questions)
            for answer in answers:
                for exchange in answer.evidence:
                    self.store.put_evidence(exchange)
                self.store.add_observation(self.scan, answer.observation, answer.facts)
        self.written += len(answers)

    async def run(self) -> None:
        """Flush until cancelled."""
        while True:
            await asyncio.sleep(INTERVAL)
            self.flush()
