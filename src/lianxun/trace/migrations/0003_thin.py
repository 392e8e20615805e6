from django.db import migrations


class Migration(migrations.Migration):
    """Searching by act and period; superseded checkpoints that nobody cosigned do not stay for ever."""

    dependencies = [("trace", "0002_log")]
    operations = [
        migrations.RunSQL(
            [
                "create index entry_idx_act on trace.entry_idx (act, seq)",
                "create index checkpoint_at on trace.checkpoint (tree, at)",
                # Hashes do not compress: do not try.
                "alter table trace.tile alter column data set storage external",
                "create policy owner_thins on trace.checkpoint for delete to lx_owner using (true)",
                """create function trace.thin_checkpoints() returns bigint
                language sql security definer set search_path = '' as $$
                    with last as (
                        select tree, max(size) as size from trace.checkpoint
                        group by tree, date_trunc('hour', at)),
                    gone as (
                        delete from trace.checkpoint c
                        where c.at < clock_timestamp() - interval '1 day'
                          and not exists (select 1 from last l where l.tree = c.tree and l.size = c.size)
                          and not exists (select 1 from trace.cosignature s
                                          where s.tree = c.tree and s.size = c.size)
                        returning 1)
                    select count(*) from gone
                $$""",
                "revoke all on function trace.thin_checkpoints() from public",
                "grant execute on function trace.thin_checkpoints() to lx_seq",
            ],
            [
                "drop function trace.thin_checkpoints()",
                "drop policy owner_thins on trace.checkpoint",
                "alter table trace.tile alter column data set storage extended",
                "drop index trace.checkpoint_at",
                "drop index trace.entry_idx_act",
            ],
        )
    ]
