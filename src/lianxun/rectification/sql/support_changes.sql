-- Day, standard and inspection point of a line change with a change that its unit agreed to, and not otherwise.
create function lx.guard_support_change() returns trigger
language plpgsql set search_path = '' as $$
begin
    if (new.due_on, new.standard, new.inspect_on) is distinct from (old.due_on, old.standard, old.inspect_on)
       and not (old.state = 'open' and exists (
        select 1 from public.rectification_supportchange c where c.support_id = new.id and c.state = 'done'
        and (c.old_due_on, c.old_standard, c.old_inspect_on) = (old.due_on, old.standard, old.inspect_on)
        and (c.due_on, c.standard, c.inspect_on) = (new.due_on, new.standard, new.inspect_on)
        and not exists (select 1 from public.rectification_supportchange l
                        where l.support_id = c.support_id and l.number > c.number))) then
        perform lx.refuse('help is changed as its unit agreed anew');
    end if;
    return new;
end $$;
create trigger guard_support_change before update on rectification_support
    for each row execute function lx.guard_support_change();

-- A change is asked of running help, from what stands there now.
create function lx.guard_new_support_change() returns trigger
language plpgsql set search_path = '' as $$
begin
    if not exists (select 1 from public.rectification_support s where s.id = new.support_id
                   and s.state = 'open' and (s.due_on, s.standard, s.inspect_on)
                       = (new.old_due_on, new.old_standard, new.old_inspect_on)) then
        perform lx.refuse('running help is changed, from what stands there');
    end if;
    return new;
end $$;
create trigger guard_new_support_change before insert on rectification_supportchange
    for each row execute function lx.guard_new_support_change();
