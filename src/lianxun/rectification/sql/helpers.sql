-- Who is sent to help is of the helping unit, in post, has nothing to do with the inspected unit and is not recused
-- from it today. Runs with the owner's rights: nobody has to see people or recusals of others for it.
create function lx.guard_helper() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if new.left_on is not null then return new; end if;
    if not exists (
        select 1 from public.organisation_person p where p.id = new.person_id and p.active
        and starts_with(p.unit_path, new.addressee_path)
        and not starts_with(p.unit_path, new.subject_path)
        and not starts_with(new.subject_path, p.unit_path)) then
        raise exception 'a helper is in post at the helping unit and not of the inspected one' using errcode = '23514';
    end if;
    if exists (
        select 1 from public.access_account a join public.access_recusal r on r.account_id = a.id
        where a.person_id = new.person_id and r.organisation_id = new.subject_org
        and lx.today() >= r.valid_from and (r.valid_to is null or lx.today() <= r.valid_to)) then
        raise exception 'a helper is not recused from the inspected unit' using errcode = '23514';
    end if;
    return new;
end $$;
revoke all on function lx.guard_helper() from public;
create trigger guard_helper before insert or update on rectification_helper
    for each row execute function lx.guard_helper();

-- People are named for help by people that was agreed to, about the same unit.
create function lx.guard_helper_line() returns trigger
language plpgsql set search_path = '' as $$
begin
    if not exists (
        select 1 from public.rectification_support s where s.id = new.support_id and s.kind = 'people'
        and s.state in ('agreed', 'open') and s.addressee_path = new.addressee_path
        and s.subject_org = new.subject_org and s.subject_path = new.subject_path) then
        perform lx.refuse('people are named for help by people that was agreed to');
    end if;
    return new;
end $$;
create trigger guard_helper_line before insert on rectification_helper
    for each row execute function lx.guard_helper_line();
