create schema if not exists lx;

-- The subject of every policy, computed once per transaction by lx.enter and signed, so that neither
-- an injected SET nor a forgotten call can pretend to be somebody (security.md 2.2, settled.md 2).
create table lx.secret (
    name text primary key,
    inner_pad bytea not null,  -- HMAC (RFC 2104): key xor 0x36…, key xor 0x5c…
    outer_pad bytea not null
);
revoke all on lx.secret from public;

create function lx.set_secret(secret_name text, key bytea) returns void
language plpgsql as $$
declare padded bytea := key || decode(repeat('00', 64 - length(key)), 'hex'); i int; a bytea := padded; b bytea := padded;
begin
    for i in 0..63 loop
        a := set_byte(a, i, get_byte(padded, i) # 54);
        b := set_byte(b, i, get_byte(padded, i) # 92);
    end loop;
    insert into lx.secret(name, inner_pad, outer_pad) values (secret_name, a, b)
    on conflict (name) do update set inner_pad = excluded.inner_pad, outer_pad = excluded.outer_pad;
end $$;
revoke all on function lx.set_secret(text, bytea) from public;

create function lx.mac(secret_name text, message text) returns text
language sql stable as $$
    select encode(sha256(outer_pad || sha256(inner_pad || convert_to(message, 'UTF8'))), 'hex')
    from lx.secret where name = secret_name
$$;
revoke all on function lx.mac(text, text) from public;

create table lx.clock (only_row boolean primary key default true check (only_row), offset_seconds bigint not null default 0);
insert into lx.clock default values;
revoke all on lx.clock from public;

-- Shanghai time plus an offset that only the owner may set, and only in a demo directory (settled.md 6).
create function lx.now() returns timestamptz
language sql stable security definer set search_path = '' as $$
    select pg_catalog.now() + make_interval(secs => offset_seconds) from lx.clock
$$;
create function lx.today() returns date
language sql stable security definer set search_path = '' as $$
    select (lx.now() at time zone 'Asia/Shanghai')::date
$$;

-- Fields of lx.ctx, separated by '|': 1 account 2 unit 3 unit path 4 clearance 5 region lo 6 region hi
-- 7 duties 8 roles 9 compartments 10 recused 11 engagements 12 service ; then the signature.
create function lx.enter(token text) returns void
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
    where a.id = part[1]::uuid and a.is_active and a.service = part[2];
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

-- One field of the verified context; NULL without identity, so every comparison fails closed. A context too
-- short to carry a signature is no identity, not an error.
create function lx.field(n int) returns text
language plpgsql stable parallel safe security definer set search_path = '' as $$
declare
    ctx text := nullif(current_setting('lx.ctx', true), '');
    cut int;
begin
    if ctx is null then return null; end if;
    cut := length(ctx) - 65;
    if cut < 1 then return null; end if;
    if substr(ctx, cut + 2) is distinct from lx.mac('ctx', substr(ctx, 1, cut)) then return null; end if;
    return split_part(ctx, '|', n);
end $$;

create function lx.signed_in() returns boolean language sql stable as $$ select lx.field(1) is not null $$;
create function lx.account() returns uuid language sql stable as $$ select lx.field(1)::uuid $$;
create function lx.unit() returns uuid language sql stable as $$ select lx.field(2)::uuid $$;
create function lx.unit_path() returns text language sql stable as $$ select lx.field(3) $$;
create function lx.unit_path_end() returns text language sql stable as $$ select lx.field(3) || '~' $$;
create function lx.clearance() returns smallint language sql stable as $$ select lx.field(4)::smallint $$;
create function lx.region_lo() returns int language sql stable as $$ select nullif(lx.field(5), '')::int $$;
create function lx.region_hi() returns int language sql stable as $$ select nullif(lx.field(6), '')::int $$;
create function lx.has_duty(library text) returns boolean language sql stable as $$
    select coalesce(library = any (string_to_array(lx.field(7), ',')), false) $$;
create function lx.duties() returns text[] language sql stable as $$
    select coalesce(string_to_array(lx.field(7), ','), '{}') $$;
create function lx.has_role(role text) returns boolean language sql stable as $$
    select coalesce(role = any (string_to_array(lx.field(8), ',')), false) $$;
create function lx.compartments() returns text[] language sql stable as $$
    select coalesce(string_to_array(lx.field(9), ','), '{}') $$;
create function lx.recused() returns uuid[] language sql stable as $$
    select case when lx.field(10) is null then null else string_to_array(lx.field(10), ',')::uuid[] end $$;
create function lx.engagements() returns uuid[] language sql stable as $$
    select string_to_array(lx.field(11), ',')::uuid[] $$;
create function lx.service() returns text language sql stable as $$ select lx.field(12) $$;

-- Objects shared with the person or the own unit, or opened by break-glass, and not expired (P4, P5). What takes
-- a second person is open from his consent on.
create function lx.shared(kind_of_object text) returns uuid[]
language sql stable security definer set search_path = '' as $$
    select coalesce(array_agg(g.object_id), '{}')
    from public.access_grant g
    where g.kind in ('share', 'participation', 'break_glass') and g.object_kind = kind_of_object
      and (g.account_id = lx.account() or g.unit_id = lx.unit())
      and g.revoked_at is null and lx.today() >= g.valid_from
      and (g.second_person_id is null or g.consented_at is not null)
      and (g.valid_to is null or lx.today() <= g.valid_to)
      and (g.until is null or lx.now() < g.until)
$$;

-- Objects that several units handle together: what a share is for reading, this is for writing (P4).
create function lx.participating(kind_of_object text) returns uuid[]
language sql stable security definer set search_path = '' as $$
    select coalesce(array_agg(g.object_id), '{}')
    from public.access_grant g
    where g.kind = 'participation' and g.object_kind = kind_of_object
      and (g.account_id = lx.account() or g.unit_id = lx.unit())
      and g.revoked_at is null and lx.today() >= g.valid_from and lx.today() <= g.valid_to
$$;

-- Named service identities and the fixed list of tables each may touch (P6).
create table lx.service_table (service text, table_name text, primary key (service, table_name));
revoke all on lx.service_table from public;
create function lx.service_may(wanted text) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select 1 from lx.service_table s
                   where s.service = nullif(lx.field(12), '') and s.table_name = wanted)
$$;

-- Transitions of state machines (settled.md 37).
create table lx.transition (
    table_name text, from_state text, to_state text, primary key (table_name, from_state, to_state));
create function lx.guard_state() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    if tg_op = 'UPDATE' and new.state = old.state then return new; end if;
    if not exists (select 1 from lx.transition t where t.table_name = tg_table_name
                   and t.from_state = case when tg_op = 'INSERT' then '' else old.state end
                   and t.to_state = new.state) then
        raise exception 'forbidden transition of % from % to %', tg_table_name,
            case when tg_op = 'INSERT' then '' else old.state end, new.state using errcode = 'LX001';
    end if;
    return new;
end $$;

-- What was written once stays as it was: columns that no act ever changes (fabric.keeping).
create function lx.keep_columns() returns trigger language plpgsql as $$
declare
    name text;
begin
    foreach name in array tg_argv loop
        if to_jsonb(old) -> name is distinct from to_jsonb(new) -> name then
            raise exception '%.% is written once', tg_table_name, name using errcode = 'check_violation';
        end if;
    end loop;
    return new;
end $$;

grant usage on schema lx to lx_app, lx_search, lx_vault, lx_seq, lx_audit, lx_backup;
