from django.db import migrations

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
    if new.kind = 'break_glass' and new.consented_at is distinct from old.consented_at
       and (old.consented_at is not null or me is distinct from old.second_person_id) then
        raise exception 'only the second person consents to a break-glass opening, once';
    end if;
    if me = old.account_id and old.kind <> 'membership'
       and (coalesce(new.valid_to > old.valid_to, new.valid_to is distinct from old.valid_to)
            or coalesce(new.until > old.until, new.until is distinct from old.until)) then
        raise exception 'nobody prolongs what was given to himself';
    end if;
    return new;
end $$;
create trigger access_grant_stays before update on access_grant
    for each row execute function lx.guard_grant();
"""


class Migration(migrations.Migration):
    """What a grant opens, and for whom, never changes: policies alone let its giver rewrite it into one
    for himself, and let a keeper of permissions consent to his own break-glass opening."""

    dependencies = [("access", "0004_system_tokens")]
    operations = [
        migrations.RunSQL(
            _GUARD,
            "drop trigger access_grant_stays on access_grant; drop function lx.guard_grant()",
        )
    ]
