"""The front door for writing: units, posts, people, appointments, pool, facts, training, spreadsheets."""

from lianxun.organisation.operations.appointments import appoint, end_appointment
from lianxun.organisation.operations.people import (
    add_person,
    change_person,
    declare_fact,
    withdraw_fact,
)
from lianxun.organisation.operations.pool import leave_pool, put_in_pool, record_training
from lianxun.organisation.operations.posts import change_post, close_post, create_post
from lianxun.organisation.operations.transfer import (
    ImportMode,
    export,
    import_sheet,
    template,
)
from lianxun.organisation.operations.units import (
    close_unit,
    create_unit,
    move_unit,
    rename_unit,
)

__all__ = [
    "ImportMode",
    "add_person",
    "appoint",
    "change_person",
    "change_post",
    "close_post",
    "close_unit",
    "create_post",
    "create_unit",
    "declare_fact",
    "end_appointment",
    "export",
    "import_sheet",
    "leave_pool",
    "move_unit",
    "put_in_pool",
    "record_training",
    "rename_unit",
    "template",
    "withdraw_fact",
]
