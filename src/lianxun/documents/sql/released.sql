-- 敏感 and above are printed only when another person let them out. Asked when a print is made, not of prints made
-- before: what was internal then and is sensitive now keeps its register under the new level.
create function lx.guard_print() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state in ('printed', 'settled') and new.level >= 2
            and (new.released_by_id is null or new.released_at is null)
            and (tg_op = 'INSERT' or old.state not in ('printed', 'settled')) then
        raise exception 'print_sensitive_only_when_released' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger guard_print before insert or update on documents_printorder
    for each row execute function lx.guard_print();
