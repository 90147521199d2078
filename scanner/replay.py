"""Replay: read stored evidence again with the code of today. Without a network, and without a clock.

The same evidence and the same code give the same facts, outcomes, assets and components; other code may know better.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from inventory import configuration_evidence
from inventory.exchange import Exchange
from inventory.imports import cli_output, parts_evidence
from inventory.observation import Observation, Outcome
from inventory.question import Question
from inventory.store import Store
from scanner import selfcheck_answers
from scanner.asking import Ending, conclude
from scanner.capture import evidence as capture_evidence
from scanner.derive import derive
from scanner.discovery import sweep
from scanner.nmap_program import KIND as NMAP
from scanner.nmap_program import interpret as interpret_nmap
from scanner.probe import Interpret, all_probes

READ_FROM_FILES: Mapping[str, Interpret] = {
    configuration_evidence.KIND: configuration_evidence.interpret,
    parts_evidence.KIND: parts_evidence.interpret,
    cli_output.KIND: cli_output.interpret,
    selfcheck_answers.KIND: selfcheck_answers.interpret,
    capture_evidence.KIND: capture_evidence.interpret,
}

# How an attempt ended because of what was heard; all other endings are about the asking, and stay.
ABOUT_THE_ANSWER = ("", "other-protocol", "no-answer", "closed-without-answer")


def interpreter_for(kind: str, table: str) -> Interpret | None:
    """What reads an exchange of that kind for the sake of a question about a table, or None where it says nothing of it."""
    if kind == sweep.KIND:
        return sweep.interpret if table == "host" else None
    if kind == NMAP:
        return interpret_nmap if table == "service" else None
    if kind in READ_FROM_FILES:
        return READ_FROM_FILES[kind]
    probe = all_probes().get(kind)
    return probe.interpret if probe is not None and table in (probe.table, *probe.also) else None


def reinterpret(question: Question, seen: Observation, evidence: Sequence[Exchange]) -> Ending | None:
    """How the attempt ends when its evidence is read again; None where the evidence is not about the answer. Pure."""
    if seen.outcome in (Outcome.FORBIDDEN, Outcome.NEVER_ASKED):
        return None
    if seen.outcome == Outcome.CLOSED and not seen.reason.startswith("speaks:"):
        return None
    ended: Ending | None = None
    for exchange in evidence:
        interpret = interpreter_for(exchange.kind, question.table)
        if interpret is None:
            continue
        one = conclude(interpret, exchange)
        if ended is None or one.outcome == Outcome.ANSWERED:
            ended = one
    if ended is None or ended.outcome == Outcome.ANSWERED:
        return ended
    kept = seen.reason not in ABOUT_THE_ANSWER and not seen.reason.startswith("bug:")
    return None if kept else ended


def replay(store: Store, scan: str) -> Store:
    """Make facts, outcomes, assets and components of a scan anew from its evidence; gives the same store."""
    questions = {question.id: question for question in store.questions(scan)}
    observed = store.observations(scan)
    with store.batch():
        for question_id, seen in observed.items():
            question = questions.get(question_id)
            if question is None or not seen.evidence:
                continue
            ended = reinterpret(question, seen, [store.evidence(digest) for digest in seen.evidence])
            if ended is None:
                continue
            facts = {question.table: ended.facts.get(question.table, ())}
            again = replace(seen, outcome=ended.outcome, reason=ended.reason)
            store.add_observation(scan, again, facts)
    derive(store, scan)
    return store
