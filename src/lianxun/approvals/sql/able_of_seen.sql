-- Replaces the one of able.sql, which answered anybody who knew a matter's id: who does not see the matter learns
-- nothing of whom it concerns.
create or replace function lx.recused_voters(wanted uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select distinct r.account_id
    from public.approvals_matter m
    join public.access_recusal r on r.organisation_id = m.subject_org
    join public.access_account a on a.id = r.account_id
    join public.organisation_unit u on u.id = a.unit_id
    join public.organisation_unit b on b.id = m.body_id
    where m.id = wanted and m.state = 'pending'
      and lx.may_read('public.approvals_matter'::regclass, wanted)
      and starts_with(u.path, b.path)
      and lx.today() >= r.valid_from and (r.valid_to is null or lx.today() <= r.valid_to)
$$;
