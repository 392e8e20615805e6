-- What the owner's functions ask for whoever enters: has the last appointment of a person ended?
create policy owner_reads on organisation_appointment for select to lx_owner using (true);

-- Whether a person's appointments have all ended by date: the day decides, no job. Who never had one is not meant.
create function lx.lapsed(wanted uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select coalesce(bool_and(a.valid_to is not null and a.valid_to < lx.today()), false)
    from public.organisation_appointment a where a.person_id = wanted
$$;
revoke all on function lx.lapsed(uuid) from public;
grant execute on function lx.lapsed(uuid) to lx_app;

-- Replaces the one of context.sql: from the day after his last appointment nobody enters.
create or replace function lx.enter(token text) returns void
language plpgsql security definer set search_path = '' as $$
declare
    part text[] := string_to_array(token, '|');
    who record;
    engagement_ids text;
    recused_ids text;
    payload text;
begin
    if array_length(part, 1) <> 5
       or lx.mac('app', array_to_string(part[1:4], '|')) is distinct from part[5]
       or part[3]::bigint < extract(epoch from pg_catalog.clock_timestamp()) then
        raise exception 'lx.enter: identity refused' using errcode = '28000';
    end if;
    select a.id, a.unit_id, u.path, a.clearance, a.region_lo, a.region_hi, a.duties, a.roles,
           a.compartments, a.service
    into who
    from public.access_account a join public.organisation_unit u on u.id = a.unit_id
    where a.id = part[1]::uuid and a.is_active and a.service = part[2]
      and (a.person_id is null or not lx.lapsed(a.person_id));
    if not found then
        raise exception 'lx.enter: identity refused' using errcode = '28000';
    end if;
    select coalesce(string_agg(distinct g.engagement::text, ','), '') into engagement_ids
    from public.access_grant g
    where g.kind = 'membership' and g.account_id = who.id and g.revoked_at is null
      and lx.today() >= g.valid_from and (g.valid_to is null or lx.today() <= g.valid_to);
    select coalesce(string_agg(distinct r.organisation_id::text, ','), '') into recused_ids
    from public.access_recusal r
    where r.account_id = who.id
      and lx.today() >= r.valid_from and (r.valid_to is null or lx.today() <= r.valid_to);
    payload := array_to_string(array[
        who.id::text, who.unit_id::text, who.path, who.clearance::text,
        coalesce(who.region_lo::text, ''), coalesce(who.region_hi::text, ''),
        array_to_string(who.duties, ','), array_to_string(who.roles, ','),
        array_to_string(who.compartments, ','), recused_ids, engagement_ids, who.service], '|');
    perform set_config('lx.ctx', payload || '|' || lx.mac('ctx', payload), true);
end $$;

-- Open accounts of people whose appointments ended; for services, which close them.
create function lx.lapsed_people() returns setof uuid
language sql stable security definer set search_path = '' as $$
    select a.person_id from public.access_account a
    where a.is_active and a.service = '' and a.person_id is not null and lx.lapsed(a.person_id)
      and lx.service() <> ''
$$;
revoke all on function lx.lapsed_people() from public;
grant execute on function lx.lapsed_people() to lx_app;
