"""Every protected table and what protects it: a new one without a line here fails a house test.

A table of labelled rows (``fabric.models.Labelled`` + ``SecureRows``) needs one line in ``LABELLED``:
table, library, what grants name, whether rows are served on those they are about. Any other business
table needs its name in ``SPECIAL`` and its rule in ``special.py``.
"""

from __future__ import annotations

from tests.access.oracle import Shelf

OF_OBJECT = ""

LABELLED = tuple(
    Shelf(*line)
    for line in (
        ("appraisal_correction", "appraisal", "appraisal.correction", True),
        ("appraisal_line", "appraisal", "appraisal.line", True),
        ("appraisal_objection", "appraisal", "appraisal.objection", True),
        ("appraisal_outcome", "appraisal", "appraisal.outcome", True),
        ("appraisal_period", "appraisal", "appraisal.period"),
        ("appraisal_quarterreport", "appraisal", "appraisal.report"),
        ("appraisal_ranking", "appraisal", "appraisal.ranking"),
        ("appraisal_scheme", "appraisal", "appraisal.scheme"),
        ("appraisal_sheet", "appraisal", "appraisal.sheet", True),
        ("approvals_comment", OF_OBJECT, "approvals.comment"),
        ("approvals_matter", OF_OBJECT, "approvals.matter"),
        ("approvals_vote", "approvals", "approvals.vote"),
        ("coordination_agendaitem", "coordination", "coordination.item"),
        ("coordination_decision", "coordination", "coordination.decision"),
        ("coordination_invitation", "coordination", "coordination.invitation"),
        ("coordination_meeting", "coordination", "coordination.meeting"),
        ("coordination_opinion", "coordination", "coordination.opinion"),
        ("coordination_planline", "coordination", "coordination.plan_line"),
        ("coordination_yearplan", "coordination", "coordination.year_plan"),
        ("documents_disposalline", OF_OBJECT, "documents.line"),
        ("documents_disposallist", OF_OBJECT, "documents.disposal"),
        ("documents_legalhold", OF_OBJECT, "documents.hold"),
        ("documents_printedcopy", OF_OBJECT, "documents.copy"),
        ("documents_printorder", OF_OBJECT, "documents.print"),
        ("documents_storedfile", OF_OBJECT, "documents.file", True),
        ("duties_answering", "duties", "duties.answering"),
        ("duties_dispatch", OF_OBJECT, "duties.dispatch"),
        ("duties_dispatchline", OF_OBJECT, "duties.dispatch_line", True),
        ("duties_duty", OF_OBJECT, "duties.duty", True),
        ("duties_dutychange", OF_OBJECT, "duties.dutychange", True),
        ("duties_dutypause", OF_OBJECT, "duties.dutypause", True),
        ("duties_letter", OF_OBJECT, "duties.letter", True),
        ("exchange_delivery", "exchange", "exchange.delivery", True),
        ("exchange_firstreading", "exchange", "exchange.first_reading"),
        ("exchange_incoming", "exchange", "exchange.incoming", True),
        ("exchange_inforequest", "exchange", "exchange.request", True),
        ("exchange_question", "exchange", "exchange.question", True),
        ("exchange_refusalreceipt", "exchange", "exchange.receipt"),
        ("exchange_sharing", "exchange", "exchange.sharing", True),
        ("exchange_statement", "exchange", "exchange.statement", True),
        ("exchange_unitkey", "exchange", "exchange.key"),
        ("inspection_consultation", "inspection", "inspection.consultation"),
        ("inspection_corroboration", "exchange", "inspection.corroboration"),
        ("inspection_crosscheck", "inspection", "inspection.cross_check"),
        ("inspection_engagement", "inspection", "inspection.engagement"),
        ("inspection_focus", "inspection", "inspection.focus"),
        ("inspection_gate", "inspection", "inspection.gate"),
        ("inspection_jointentry", "duties", "inspection.joint_entry"),
        ("inspection_jointtask", "duties", "inspection.joint_task"),
        ("inspection_listline", "inspection", "inspection.listline"),
        ("inspection_lookbackask", "inspection", "inspection.look_back_ask"),
        ("inspection_lookbackfinding", "inspection", "inspection.lookbackfinding"),
        ("inspection_memberchange", "inspection", "inspection.member_change"),
        ("inspection_obstacle", "inspection", "inspection.obstacle"),
        ("inspection_paper", "inspection", "inspection.paper"),
        ("inspection_pause", "inspection", "inspection.pause"),
        ("inspection_phasetask", "duties", "inspection.phase_task"),
        ("inspection_plan", "inspection", "inspection.plan"),
        ("inspection_round", "inspection", "inspection.round"),
        ("inspection_roundcheck", "inspection", "inspection.roundcheck"),
        ("inspection_rounddates", "inspection", "inspection.round_dates"),
        ("inspection_seat", "inspection", "inspection.seat"),
        ("inspection_signature", "inspection", "inspection.signature"),
        ("leads_lead", "leads", "leads.lead"),
        ("leads_sealedrefusal", "leads", "leads.refusal"),
        ("leads_transferbatch", "leads", "leads.batch"),
        ("leads_transferline", "leads", "leads.line"),
        ("rectification_assessment", "rectification", "rectification.assessment", True),
        ("rectification_check", "rectification", "rectification.check"),
        ("rectification_closeout", "rectification", "rectification.closeout"),
        ("rectification_escalation", "rectification", "rectification.escalation", True),
        ("rectification_helper", "duties", "rectification.helper"),
        ("rectification_item", "rectification", "rectification.item", True),
        ("rectification_press", "rectification", "rectification.press", True),
        ("rectification_reopening", "rectification", "rectification.reopening"),
        ("rectification_reply", "rectification", "rectification.reply", True),
        ("rectification_report", "rectification", "rectification.report", True),
        ("rectification_review", "rectification", "rectification.review"),
        ("rectification_score", "rectification", "rectification.score"),
        ("rectification_sitefinding", "rectification", "rectification.sitefinding"),
        ("rectification_supervised", "rectification", "rectification.supervised", True),
        ("rectification_supervision", "rectification", "rectification.supervision", True),
        ("rectification_supervisor", "rectification", "rectification.supervisor"),
        ("rectification_support", "duties", "rectification.support"),
        ("rectification_supportchange", "duties", "rectification.support_change"),
        ("rectification_supportplan", "rectification", "rectification.support_plan", True),
        ("rectification_use", "rectification", "rectification.use"),
        ("regulations_citationcheck", "regulations", "regulations.check"),
        ("regulations_collection", "regulations", "regulations.collection"),
        ("regulations_institution", "regulations", "regulations.institution"),
        ("regulations_institutionreview", "regulations", "regulations.review"),
        ("regulations_intake", "regulations", "regulations.intake"),
        ("regulations_readingnote", "regulations", "regulations.note"),
        ("regulations_version", "regulations", "regulations.version"),
        ("regulations_work", "regulations", "regulations.work"),
    )
)
SHELVES = {shelf.table: shelf for shelf in LABELLED}

# Business rows without labels: each has a rule of its own in ``special.py``.
SPECIAL = (
    "access_grant",
    "access_recusal",
    "documents_givennumber",
    "documents_numberseries",
    "duties_calendarversion",
    "duties_dutytemplate",
    "duties_notice",
    "duties_workday",
    "organisation_appointment",
    "organisation_importbatch",
    "organisation_person",
    "organisation_poolentry",
    "organisation_post",
    "organisation_recusalfact",
    "organisation_trainingrecord",
    "organisation_unit",
    "organisation_unitperiod",
    "regulations_alias",
    "regulations_librarychange",
)

# Rows of the advice room: seen through their lead, or kept by a duty (test_through_leads.py); parts of
# a version, a collection or an import: seen with it (tests/regulations/test_access.py).
THROUGH = (
    "advice_advice",
    "advice_decision",
    "advice_indexentry",
    "advice_modelversion",
    "advice_release",
    "advice_similarhit",
    "advice_similarquestion",
    "advice_training",
    "regulations_article",
    "regulations_citedplace",
    "regulations_collectionitem",
    "regulations_intakefile",
    "regulations_repeal",
)

# Derived by triggers, without models: readable by the rule of what they count, writable by nobody
# (tests/duties/test_cube.py).
DERIVED = ("duties_mark", "duties_markedto", "duties_reach")

# Sign-in of people and of systems, queues, sessions: no business data (settled.md 7).
OPEN = (
    "access_account",
    "access_systemtoken",
    "documents_removal",
    "fabric_outbox",
    "fabric_submission",
)
OPEN_PREFIXES = (
    "django_",
    "auth_",
    "account_",
    "mfa_",
    "procrastinate_",
    "config_cache",
    "socialaccount",
)
