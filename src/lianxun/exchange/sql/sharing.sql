-- What the function below asks for whoever enters: which agreements are in force.
create policy owner_reads on exchange_sharing for select to lx_owner using (true);

-- Standing agreements in force today for the engagements that the acting person is a member of today. The day
-- decides at both ends, and so does the membership: nothing has to be closed by a job.
create function lx.agreed() returns uuid[]
language sql stable security definer set search_path = '' as $$
    select coalesce(array_agg(s.id), '{}')
    from public.exchange_sharing s
    where s.state = 'in_force' and s.engagement = any ((select lx.engagements())::uuid[])
      and lx.today() >= s.valid_from and lx.today() <= s.valid_to
$$;
revoke all on function lx.agreed() from public;
grant execute on function lx.agreed() to lx_app;

-- ACC-P8: what was delivered under an agreement is read by its team while it is in force (reading alone, and within
-- the limits R1–R4).
create policy acc_standing on exchange_delivery for select to lx_app
    using (standing_id = any ((select lx.agreed())::uuid[]));
