from django.db import migrations

_SQL = [
    "alter table trace.inbox add column obj text not null default '', add column obj_id uuid",
    # The writer of a record, its order and its chain stay out of sight; the whole row does, too.
    "grant select (at, body, obj, obj_id) on trace.inbox to lx_app",
    "create policy may_know on trace.inbox for select to lx_app using (trace.may_see(obj, obj_id))",
]


class Migration(migrations.Migration):
    """What was done to an object is known at once to whoever may know the object, not only when the
    sequencer took the record into the log. The two columns repeat what the body says, so that the inbox
    is asked by object; the log is made from the body alone."""

    dependencies = [("trace", "0004_may_see")]
    operations = [
        migrations.RunSQL(
            _SQL,
            [
                "drop policy may_know on trace.inbox",
                "revoke select (at, body, obj, obj_id) on trace.inbox from lx_app",
                "alter table trace.inbox drop column obj, drop column obj_id",
            ],
        )
    ]
