-- A hold on a single file stands also where its matter may be destroyed.
create function lx.guard_held_file() returns trigger
language plpgsql set search_path = '' as $$
begin
    if exists (select 1 from public.documents_legalhold h
               where h.object_id in (old.id, old.object_id) and h.state = 'held') then
        raise exception 'held back' using errcode = 'LX002';
    end if;
    return old;
end $$;
create trigger guard_held_file before delete on documents_storedfile
    for each row execute function lx.guard_held_file();
