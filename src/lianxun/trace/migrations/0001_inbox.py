from django.db import migrations


class Migration(migrations.Migration):
    """The inbox: written in the business transaction, emptied by the sequencer."""

    dependencies: list[tuple[str, str]] = []
    operations = [
        migrations.RunSQL(
            [
                "create schema if not exists trace",
                """create table trace.inbox (
                    id bigint generated always as identity primary key,
                    writer uuid not null, wseq bigint not null, prev bytea not null,
                    body bytea not null, leaf bytea not null, at timestamptz not null default clock_timestamp())""",
                "grant usage on schema trace to lx_app, lx_seq, lx_audit, lx_backup",
                "grant insert on trace.inbox to lx_app",
                "grant select, delete on trace.inbox to lx_seq",
                "grant select on trace.inbox to lx_audit, lx_backup",
            ],
            reverse_sql="drop schema trace cascade",
        )
    ]
