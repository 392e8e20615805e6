-- Whether some help of a plan still runs, whoever may see its lines: one bit for who has the plan already.
grant select (plan_id, state) on rectification_support to lx_search;
create policy running on rectification_support for select to lx_search using (true);
create function lx.help_runs(wanted uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select 1 from public.rectification_support s
                   where s.plan_id = wanted and s.state not in ('closed', 'withdrawn'))
$$;
grant create on schema lx to lx_search;
alter function lx.help_runs(uuid) owner to lx_search;
revoke create on schema lx from lx_search;
revoke all on function lx.help_runs(uuid) from public;
grant execute on function lx.help_runs(uuid) to lx_app;

create or replace function lx.guard_support_plan() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state = 'approved' and old.state <> 'approved' and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'rectification.support_plan' and m.state = 'approved') then
        perform lx.refuse('the committee approves the plan of help');
    end if;
    if new.state in ('ended', 'dropped') and new.state <> old.state and lx.help_runs(new.id) then
        perform lx.refuse('a plan is over when none of its help runs');
    end if;
    return new;
end $$;

-- A line comes into a draft, and no other plan.
create function lx.guard_new_support() returns trigger
language plpgsql set search_path = '' as $$
begin
    if not exists (select 1 from public.rectification_supportplan p where p.id = new.plan_id
                   and p.state = 'draft') then
        perform lx.refuse('help is added to a draft');
    end if;
    return new;
end $$;
create trigger guard_new_support before insert on rectification_support
    for each row execute function lx.guard_new_support();
