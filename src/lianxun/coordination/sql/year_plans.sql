-- A year's plan comes into force by the committee's decision and, where it says so, the leading group's.
create function lx.guard_year_plan() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state = 'agreed' and old.state <> 'agreed' and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'coordination.year_plan' and m.state = 'approved') then
        perform lx.refuse('the committee agrees on the plan of the year');
    end if;
    if new.state = 'approved' and old.state <> 'approved' and new.to_group and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'coordination.year_plan_group' and m.state = 'approved') then
        perform lx.refuse('the leading group approves this plan');
    end if;
    return new;
end $$;
create trigger guard_year_plan before update on coordination_yearplan
    for each row execute function lx.guard_year_plan();
