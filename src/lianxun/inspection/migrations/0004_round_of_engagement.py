from django.db import migrations

_WAS = (
    "create policy acc_member on inspection_round for select to lx_app using (exists ("
    "select 1 from inspection_engagement e where e.round_id = inspection_round.id "
    "and e.engagement = any ((select lx.engagements())::uuid[])))"
)
# The inner select runs under the reader's own row security: what he may not see opens nothing.
_IS = (
    "create policy acc_member on inspection_round for select to lx_app using (exists ("
    "select 1 from inspection_engagement e where e.round_id = inspection_round.id))"
)
_DROP = "drop policy acc_member on inspection_round"


class Migration(migrations.Migration):
    """Whoever may read an engagement reads the name and focus of its round: without it an engagement
    that was shared with somebody vanished from his list."""

    dependencies = [("inspection", "0003_speed")]
    operations = [migrations.RunSQL([_DROP, _IS], [_DROP, _WAS])]
