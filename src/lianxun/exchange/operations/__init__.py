"""The front door for writing: requests, their ladder of refusal, deliveries, questions, keys."""

from lianxun.exchange.negative import NegativeList
from lianxun.exchange.operations.answering import (
    accept_request,
    check_request,
    object_request,
    refuse_request,
    settle_objection,
    withdraw_request,
)
from lianxun.exchange.operations.asking import (
    answer_question,
    approve_question,
    ask_question,
    refuse_question,
    withdraw_question,
)
from lianxun.exchange.operations.correcting import ask_correction, correct_delivery
from lianxun.exchange.operations.delivering import (
    check_file,
    deliver,
    judge_delivery,
)
from lianxun.exchange.operations.drafting import (
    PackLine,
    PackResult,
    change_draft,
    draft_pack,
    draft_request,
    issue_receipt,
    recall_request,
    submit_request,
)
from lianxun.exchange.operations.ending import end_use
from lianxun.exchange.operations.handing_out import (
    hand_out,
    hand_out_marked,
    hand_out_package,
    show_subject,
)
from lianxun.exchange.operations.incoming import hand_in
from lianxun.exchange.operations.incoming import stop as stop_incoming
from lianxun.exchange.operations.keeping_keys import confirm_key, register_key, revoke_key
from lianxun.exchange.operations.ladder import appeal_refusal, contest_refusal, settle_refusal
from lianxun.exchange.operations.providing import Provided, provide, receipted
from lianxun.exchange.operations.sharing import (
    countersign_sharing,
    decline_sharing,
    draft_sharing,
    resume_sharing,
    sign_sharing,
    suspend_sharing,
    withdraw_sharing,
)

__all__ = [
    "NegativeList",
    "PackLine",
    "PackResult",
    "Provided",
    "accept_request",
    "answer_question",
    "appeal_refusal",
    "approve_question",
    "ask_correction",
    "ask_question",
    "change_draft",
    "check_file",
    "check_request",
    "confirm_key",
    "contest_refusal",
    "correct_delivery",
    "countersign_sharing",
    "decline_sharing",
    "deliver",
    "draft_pack",
    "draft_request",
    "draft_sharing",
    "end_use",
    "hand_in",
    "hand_out",
    "hand_out_marked",
    "hand_out_package",
    "issue_receipt",
    "judge_delivery",
    "object_request",
    "provide",
    "recall_request",
    "receipted",
    "refuse_question",
    "refuse_request",
    "register_key",
    "resume_sharing",
    "revoke_key",
    "settle_objection",
    "settle_refusal",
    "show_subject",
    "sign_sharing",
    "stop_incoming",
    "submit_request",
    "suspend_sharing",
    "withdraw_question",
    "withdraw_request",
    "withdraw_sharing",
]
