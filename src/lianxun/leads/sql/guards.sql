-- Nobody destroys a lead alone.
create function lx.guard_lead_destroyed() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state = 'destroyed' and old.state <> 'destroyed'
            and not lx.may_be_destroyed('leads.lead', new.id) then
        raise exception 'a lead is destroyed only by a checked list' using errcode = 'LX002';
    end if;
    return new;
end $$;
create trigger guard_lead_destroyed before update of state on leads_lead
    for each row execute function lx.guard_lead_destroyed();
