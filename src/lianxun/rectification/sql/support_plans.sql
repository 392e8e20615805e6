-- A plan of help comes into force by the committee's decision, and its lines with it.
create function lx.guard_support_plan() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state = 'approved' and old.state <> 'approved' and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'rectification.support_plan' and m.state = 'approved') then
        perform lx.refuse('the committee approves the plan of help');
    end if;
    return new;
end $$;
create trigger guard_support_plan before update on rectification_supportplan
    for each row execute function lx.guard_support_plan();

create function lx.guard_support() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state = 'open' and old.state = 'agreed' and not exists (
        select 1 from public.rectification_supportplan p where p.id = new.plan_id
        and p.state = 'approved') then
        perform lx.refuse('help binds with the approved plan');
    end if;
    return new;
end $$;
create trigger guard_support before update on rectification_support
    for each row execute function lx.guard_support();
