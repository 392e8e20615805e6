-- What was sent to a unit stands: neither the words of an instruction nor the decision about a line change after
-- that, and a closed dispatch gets no more lines. Reads with the rights of whoever writes: the dispatch of a line
-- that he does not see counts as closed.
create function lx.dispatch_stands() returns trigger language plpgsql as $$
declare
    fixed boolean;
begin
    if tg_op = 'INSERT' then
        if exists (select 1 from duties_dispatch where id = new.dispatch_id and state = 'closed') then
            raise exception 'the dispatch is closed' using errcode = 'check_violation';
        end if;
        return new;
    end if;
    select coalesce(bool_or(state = 'closed'), true) into fixed from duties_dispatch where id = new.dispatch_id;
    if (fixed or old.state in ('sent', 'taken', 'done'))
        and (old.state, old.unit, old.instruction, old.by_day, old.reason, old.decided_by)
            is distinct from (old.state, new.unit, new.instruction, new.by_day, new.reason, new.decided_by) then
        raise exception 'what was dispatched stands' using errcode = 'check_violation';
    elsif fixed and old.state in ('pending', 'planned', 'waived') and new.state <> old.state then
        raise exception 'the dispatch is closed' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger dispatch_stands before insert or update on duties_dispatchline
    for each row execute function lx.dispatch_stands();
