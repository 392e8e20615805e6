-- A unit joins or leaves the work on an engagement by the committee's decision, never by hand.
create function lx.guard_member_change() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state = 'approved' and old.state <> 'approved' and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'inspection.members' and m.state = 'approved') then
        perform lx.refuse('the committee decides which units take part');
    end if;
    return new;
end $$;
create trigger guard_member_change before update on inspection_memberchange
    for each row execute function lx.guard_member_change();
