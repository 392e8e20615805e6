-- Who of a body may not decide a matter, as he is recused from the organisation it is about. Why, nobody learns here.
create function lx.recused_voters(wanted uuid) returns setof uuid
language sql stable security definer set search_path = '' as $$
    select distinct r.account_id
    from public.approvals_matter m
    join public.access_recusal r on r.organisation_id = m.subject_org
    join public.access_account a on a.id = r.account_id
    join public.organisation_unit u on u.id = a.unit_id
    join public.organisation_unit b on b.id = m.body_id
    where m.id = wanted and m.state = 'pending'
      and starts_with(u.path, b.path)
      and lx.today() >= r.valid_from and (r.valid_to is null or lx.today() <= r.valid_to)
      and lx.signed_in()
$$;
revoke all on function lx.recused_voters(uuid) from public;
grant execute on function lx.recused_voters(uuid) to lx_app;
create policy owner_reads on approvals_matter for select to lx_owner using (true);
