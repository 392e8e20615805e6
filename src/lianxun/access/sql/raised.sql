-- A share ends with the level it was given for: from 敏感 on it takes a second person's consent, 核心 is never shared.
-- Whoever raises the level, by whatever way: the database ends what may not go on.
create policy owner_ends on access_grant for update to lx_owner
    using (kind = 'share') with check (kind = 'share' and revoked_at is not null);

create function lx.end_shares() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    update public.access_grant set revoked_at = lx.now(), revision = revision + 1
    where kind = 'share' and object_kind = tg_argv[0] and object_id = new.id and revoked_at is null
      and (new.level >= 3 or second_person_id is null);
    return null;
end $$;
revoke all on function lx.end_shares() from public;

-- Every table that a share can name.
create function lx.watch_levels() returns void
language plpgsql security definer set search_path = '' as $$
declare known record;
begin
    for known in select kind, place from lx.kind_table loop
        execute format(
            'create or replace trigger end_shares after update of level on %s for each row'
            ' when (new.level > old.level and new.level >= 2) execute function lx.end_shares(%L)',
            known.place, known.kind);
    end loop;
end $$;
revoke all on function lx.watch_levels() from public;

-- Shares that ended in this very transaction, for the act that raised the level: it tells both sides.
create function lx.shares_ended(of_kind text, wanted uuid[])
returns table (share uuid, giver uuid, taker uuid, taking_unit uuid)
language sql stable security definer set search_path = '' as $$
    select g.id, g.granted_by_id, g.account_id, g.unit_id from public.access_grant g
    where g.kind = 'share' and g.object_kind = of_kind and g.object_id = any (wanted)
      and g.revoked_at = lx.now() and lx.signed_in()
    order by g.id
$$;
revoke all on function lx.shares_ended(text, uuid[]) from public;
grant execute on function lx.shares_ended(text, uuid[]) to lx_app;
