-- Whether a whole engagement is paused, also for who may not see the pause: a clock opened by a member
-- unit in the meantime must not run. The answer is one bit about an id the caller already has.
grant select (engagement, whole, to_on) on duties_dutypause to lx_search;
create policy standstill on duties_dutypause for select to lx_search using (true);
create function lx.stands_still(task uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select 1 from public.duties_dutypause p
                   where p.engagement = task and p.whole and p.to_on is null)
$$;
grant create on schema lx to lx_search;
alter function lx.stands_still(uuid) owner to lx_search;
revoke create on schema lx from lx_search;
revoke all on function lx.stands_still(uuid) from public;
grant execute on function lx.stands_still(uuid) to lx_app;
