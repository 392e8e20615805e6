-- What a grant opens, and for whom, never changes: policies alone would let its giver rewrite it into one for
-- himself, and let a keeper of permissions consent to his own break-glass opening.
create function lx.guard_grant() returns trigger language plpgsql as $$
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
create trigger access_grant_stays before update on access_grant
    for each row execute function lx.guard_grant();

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

-- Whether something opened in an emergency still waits for its review: a bit, nothing of the matter. A closed
-- account opens again when everything it opened was reviewed.
create function lx.has_unreviewed(wanted uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select 1 from public.access_grant g
                   where g.kind = 'break_glass' and g.account_id = wanted
                     and g.consented_at is not null and g.reviewed_at is null)
           and lx.signed_in()
$$;
revoke all on function lx.has_unreviewed(uuid) from public;
grant execute on function lx.has_unreviewed(uuid) to lx_app;

-- Who did not have reviewed in time what he opened in an emergency; for services.
create function lx.unreviewed(before timestamptz) returns table (account uuid)
language sql stable security definer set search_path = '' as $$
    select distinct g.account_id from public.access_grant g
    where g.kind = 'break_glass' and g.consented_at < before and g.reviewed_at is null
      and lx.service() <> ''
$$;
revoke all on function lx.unreviewed(timestamptz) from public;
grant execute on function lx.unreviewed(timestamptz) to lx_app;
