from django.db import migrations

_SHARED = """
create or replace function lx.shared(kind_of_object text) returns uuid[]
language sql stable security definer set search_path = '' as $$
    select coalesce(array_agg(g.object_id), '{}')
    from public.access_grant g
    where g.kind in ('share', 'participation', 'break_glass') and g.object_kind = kind_of_object
      and (g.account_id = lx.account() or g.unit_id = lx.unit())
      and g.revoked_at is null and lx.today() >= g.valid_from
      and (g.second_person_id is null or g.consented_at is not null)
      and (g.valid_to is null or lx.today() <= g.valid_to)
      and (g.until is null or lx.now() < g.until)
$$;
"""
_GUARD = """
create or replace function lx.guard_grant() returns trigger language plpgsql as $$
declare me uuid := lx.account();
begin
    if current_user <> 'lx_app' then return new; end if;
    if (old.kind, old.account_id, old.unit_id, old.engagement, old.object_kind, old.object_id,
        old.granted_by_id, old.second_person_id, old.owner_path)
       is distinct from
       (new.kind, new.account_id, new.unit_id, new.engagement, new.object_kind, new.object_id,
        new.granted_by_id, new.second_person_id, new.owner_path) then
        raise exception 'a grant is not turned into another: revoke it and give a new one';
    end if;
    if old.revoked_at is not null and new.revoked_at is distinct from old.revoked_at then
        raise exception 'what is revoked stays revoked';
    end if;
    if new.consented_at is distinct from old.consented_at
       and (old.consented_at is not null or me is distinct from old.second_person_id) then
        raise exception 'only the second person consents, once';
    end if;
    if me = old.account_id and old.kind <> 'membership'
       and (coalesce(new.valid_to > old.valid_to, new.valid_to is distinct from old.valid_to)
            or coalesce(new.until > old.until, new.until is distinct from old.until)) then
        raise exception 'nobody prolongs what was given to himself';
    end if;
    return new;
end $$;

-- Runs with the rights of whoever shares: what he does not see he cannot share.
create function lx.guard_new_share() returns trigger language plpgsql as $$
declare how_high smallint; place regclass;
begin
    if current_user <> 'lx_app' or new.kind <> 'share' then return new; end if;
    place := lx.place_of(new.object_kind);
    if place is not null then
        execute format('select level from %s where id = $1', place) into how_high using new.object_id;
    end if;
    if how_high is null then raise exception 'nobody shares what he does not see'; end if;
    if how_high >= 3 then raise exception 'level 3 is asked about, never shared'; end if;
    if new.consented_at is not null then raise exception 'a share is consented to by another'; end if;
    if how_high >= 2 and (new.second_person_id is null or new.second_person_id = lx.account()) then
        raise exception 'sharing at level 2 takes a second person';
    end if;
    return new;
end $$;
create trigger access_grant_shares before insert on access_grant
    for each row execute function lx.guard_new_share();
"""
_RECUSALS = [
    "drop policy acc_update on access_recusal",
    "create policy acc_update on access_recusal for update to lx_app using"
    " ((select lx.has_duty('access')) and account_id <> (select lx.account()))",
]
# Whether something opened in an emergency still waits for its review: a bit, nothing of the matter.
_UNREVIEWED = """
create function lx.has_unreviewed(wanted uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select 1 from public.access_grant g
                   where g.kind = 'break_glass' and g.account_id = wanted
                     and g.consented_at is not null and g.reviewed_at is null)
           and lx.signed_in()
$$;
revoke all on function lx.has_unreviewed(uuid) from public;
grant execute on function lx.has_unreviewed(uuid) to lx_app;
"""


class Migration(migrations.Migration):
    """A share of what is 敏感 opens when a second person consented; nobody ends his own recusal; a closed
    account opens again when everything it opened in an emergency was reviewed."""

    dependencies = [("access", "0009_short_context")]
    operations = [
        migrations.RunSQL(
            [_SHARED, _GUARD, *_RECUSALS, _UNREVIEWED],
            migrations.RunSQL.noop,
        )
    ]
