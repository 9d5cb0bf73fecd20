"""A job's draft by rule, completed by what a language model proposes and the text bears out."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from jobmatch.config import Scorer, settings
from jobmatch.drafts.job import LONGEST_DESCRIPTION, job_draft
from jobmatch.telemetry import Metric, emit, logger

if TYPE_CHECKING:
    from jobmatch.drafts.schemas import JobDraft
    from jobmatch.extraction.texts import DocumentText

SPARE_SECONDS = 2
"""For what is done before and after the call: boto3 is imported, proposals are checked."""


def draft_job(document: DocumentText, seconds_left: float) -> JobDraft:
    """What an advertisement says of a job, as POST /jobs takes it.

    With a model as scorer, the model is asked too. Whatever it answers, and if it answers nothing,
    there is a draft that has all that the rules have read.

    Args:
        document: the advertisement.
        seconds_left: until there must be an answer.
    """
    draft = job_draft(document)
    if settings().match_scorer is Scorer.RUBRIC:
        return draft
    # Imported here, because only a model needs them.
    from jobmatch.aws import ModelSilentError, converse  # noqa: PLC0415
    from jobmatch.model_scorer.fences import tokens_of  # noqa: PLC0415
    from jobmatch.proposals.advertisement_prompt import proposals_in, request_about  # noqa: PLC0415
    from jobmatch.proposals.completing import completed  # noqa: PLC0415

    longest_call = settings().model_attempts * (1 + settings().model_answer_seconds)
    try:
        if seconds_left < longest_call + SPARE_SECONDS:
            raise ModelSilentError("out-of-time")  # noqa: TRY301 - as if it had been asked
        text = document.text[:LONGEST_DESCRIPTION]
        answer = converse(request_about(text, settings().model_id))
        emit({Metric.MODEL_TOKENS: sum(tokens_of(answer))})
        return completed(draft, document, list(proposals_in(answer)))
    except ModelSilentError as error:
        reason = error.args[0]
        logger.warning("The model proposed nothing for an advertisement.", reason=reason)
        notice = f"The language model gave no answer ({reason}); this was read by rule alone."
        return replace(draft, notice=notice)
