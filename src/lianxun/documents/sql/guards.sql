-- Two people, no hold, not before its day: whoever writes, the database asks again (settled.md 28).
create function lx.guard_disposal_line() returns trigger
language plpgsql set search_path = '' as $$
declare sheet public.documents_disposallist;
begin
    if (new.disposal_id, new.keeper, new.object_id, new.number, new.expired_on)
       is distinct from (old.disposal_id, old.keeper, old.object_id, old.number, old.expired_on) then
        raise exception 'what stands on a list never changes' using errcode = 'LX002';
    end if;
    if old.state = 'destroyed' and (old.state is distinct from new.state
            or (old.digest <> repeat('0', 64)
                and (old.digest, old.files) is distinct from (new.digest, new.files))) then
        raise exception 'the record of a destruction never changes' using errcode = 'LX002';
    end if;
    if new.state <> 'destroyed' or old.state = 'destroyed' then return new; end if;
    select l.* into sheet from public.documents_disposallist l where l.id = new.disposal_id;
    if sheet.state is distinct from 'reviewed' or sheet.checked_by_id is null
            or sheet.checked_by_id = sheet.reviewed_by_id or sheet.checked_by_id is distinct from lx.account() then
        raise exception 'destroyed only by a second person, after review' using errcode = 'LX002';
    end if;
    if new.expired_on > lx.today() then
        raise exception 'its time is not over' using errcode = 'LX002';
    end if;
    if exists (select 1 from public.documents_legalhold h
               where h.object_id = new.object_id and h.state = 'held') then
        raise exception 'held back' using errcode = 'LX002';
    end if;
    return new;
end $$;
create trigger guard_disposal_line before update on documents_disposalline
    for each row execute function lx.guard_disposal_line();

-- Is there a line that lets this object go? Asked by the guards of every table that is emptied.
create function lx.may_be_destroyed(by_keeper text, wanted uuid) returns boolean
language sql stable set search_path = '' as $$
    select exists (
        select 1 from public.documents_disposalline d
        join public.documents_disposallist l on l.id = d.disposal_id
        where d.keeper = by_keeper and d.object_id = wanted and d.state = 'destroyed'
          and l.checked_by_id <> l.reviewed_by_id)
$$;

create function lx.guard_stored_file() returns trigger
language plpgsql set search_path = '' as $$
begin
    if lx.may_be_destroyed('documents.file', old.id) or lx.may_be_destroyed(old.object_kind, old.object_id) then
        return old;
    end if;
    raise exception 'a stored file goes only by a checked list' using errcode = 'LX002';
end $$;
create trigger guard_stored_file before delete on documents_storedfile
    for each row execute function lx.guard_stored_file();

create function lx.guard_disposal_list() returns trigger
language plpgsql set search_path = '' as $$
begin
    if old.state = 'destroyed' and (to_jsonb(old) - '{revision,level,region,owner_unit,owner_path,engagement,subject_org,subject_path,addressee_unit,addressee_path,compartment}'::text[])
            is distinct from (to_jsonb(new) - '{revision,level,region,owner_unit,owner_path,engagement,subject_org,subject_path,addressee_unit,addressee_path,compartment}'::text[]) then
        raise exception 'the record of a destruction never changes' using errcode = 'LX002';
    end if;
    return new;
end $$;
create trigger guard_disposal_list before update on documents_disposallist
    for each row execute function lx.guard_disposal_list();

-- Do any rows, whoever may see them, still point at these bytes? For the service that removes them.
grant select (sha256) on documents_storedfile to lx_search;
create policy in_use on documents_storedfile for select to lx_search using (true);
grant create on schema lx to lx_search;
set local role lx_search;
create function lx.bytes_in_use(wanted text) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select 1 from public.documents_storedfile f where f.sha256 = wanted) or lx.service() = ''
$$;
revoke all on function lx.bytes_in_use(text) from public;
grant execute on function lx.bytes_in_use(text) to lx_app;
reset role;
revoke create on schema lx from lx_search;
