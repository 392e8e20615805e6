-- How people stand to an object that the caller sees: recused from whom it is about, member of its engagement, held a
-- share of it. One bit each, never why. ``lx.sees`` runs with the caller's rights: what he does not see has no answer.
create function lx.sees(kind_of_object text, wanted uuid) returns boolean language plpgsql stable as $$
declare place regclass := lx.place_of(kind_of_object); seen boolean;
begin
    if place is null then return false; end if;
    execute format('select exists (select 1 from %s where id = $1)', place) into seen using wanted;
    return seen;
end $$;

create function lx.stands_to(people uuid[], kind_of_object text, wanted uuid, subject uuid, task uuid)
returns table (account uuid, recused boolean, member boolean, shared boolean)
language sql stable security definer set search_path = '' as $$
    select a.id,
        exists (select 1 from public.access_recusal r
                where r.account_id = a.id and r.organisation_id = subject
                  and lx.today() >= r.valid_from and (r.valid_to is null or lx.today() <= r.valid_to)),
        exists (select 1 from public.access_grant g
                where g.kind = 'membership' and g.account_id = a.id and g.engagement = task and g.revoked_at is null
                  and lx.today() >= g.valid_from and (g.valid_to is null or lx.today() <= g.valid_to)),
        exists (select 1 from public.access_grant g
                where g.kind in ('share', 'participation') and g.object_kind = kind_of_object
                  and g.object_id = wanted and (g.account_id = a.id or g.unit_id = a.unit_id)
                  and g.revoked_at is null and (g.second_person_id is null or g.consented_at is not null)
                  and lx.today() >= g.valid_from and (g.valid_to is null or lx.today() <= g.valid_to))
    from public.access_account a where a.id = any (people) and lx.signed_in()
$$;
revoke all on function lx.stands_to(uuid[], text, uuid, uuid, uuid) from public;
grant execute on function lx.stands_to(uuid[], text, uuid, uuid, uuid) to lx_app;
