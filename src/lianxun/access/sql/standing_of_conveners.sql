-- Replaces the one of standing.sql, which answered any session that named an organisation: how others stand to a
-- matter is asked by who convenes its inquiry, and by nobody who is recused from it himself.
create or replace function lx.stands_to(people uuid[], kind_of_object text, wanted uuid, subject uuid, task uuid)
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
    from public.access_account a
    where a.id = any (people) and lx.signed_in()
      and lx.has_duty('coordination') and (lx.has_role('leader') or lx.has_role('coordinator'))
      and not exists (select 1 from public.access_recusal own
                      where own.account_id = lx.account() and own.organisation_id = subject
                        and lx.today() >= own.valid_from
                        and (own.valid_to is null or lx.today() <= own.valid_to))
$$;
