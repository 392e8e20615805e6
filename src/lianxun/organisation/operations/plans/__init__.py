"""What the rows of each kind of spreadsheet would do."""

from collections.abc import Callable, Mapping

from lianxun.organisation.operations.plans.appointments import plan_appointments
from lianxun.organisation.operations.plans.base import Plan
from lianxun.organisation.operations.plans.facts import plan_facts, plan_training
from lianxun.organisation.operations.plans.people import plan_people
from lianxun.organisation.operations.plans.pool import plan_pool
from lianxun.organisation.operations.plans.posts import plan_posts
from lianxun.organisation.operations.plans.units import plan_units

PLANNERS: Mapping[str, Callable[..., Plan]] = {
    "units": plan_units,
    "posts": plan_posts,
    "people": plan_people,
    "appointments": plan_appointments,
    "pool": plan_pool,
    "facts": plan_facts,
    "training": plan_training,
}

__all__ = ["PLANNERS", "Plan"]
