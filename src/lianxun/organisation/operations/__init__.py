"""The front door for writing: units, people, appointments, pool, facts, training, spreadsheets."""

from lianxun.organisation.operations.people import (
    add_person,
    appoint,
    change_person,
    declare_fact,
    end_appointment,
    put_in_pool,
    record_training,
    withdraw_fact,
)
from lianxun.organisation.operations.transfer import (
    ImportMode,
    export,
    import_people,
    import_pool,
    import_units,
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
    "close_unit",
    "create_unit",
    "declare_fact",
    "end_appointment",
    "export",
    "import_people",
    "import_pool",
    "import_units",
    "move_unit",
    "put_in_pool",
    "record_training",
    "rename_unit",
    "template",
    "withdraw_fact",
]
