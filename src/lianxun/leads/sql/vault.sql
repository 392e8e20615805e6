-- The vault of reporters' identities (settled.md 22; adr/0031). Ciphertexts and who may have them opened; data keys lie
-- outside of the database. Everything here belongs to lx_vault, which nobody signs in as; lx_app executes
-- functions and reads no table. Only put, open_decided, reseal and shred touch vault.item.
create schema vault;
create table vault.item (
    id uuid primary key,
    lead uuid not null,
    kind text not null check (kind in ('identity', 'original')),
    label text not null default '' check (length(label) <= 120),
    sealed bytea not null,
    generation int not null default 1,
    sealed_at timestamptz not null default now(),
    resealed_at timestamptz
);
create unique index item_identity_once on vault.item (lead) where kind = 'identity';
create index item_of_lead on vault.item (lead);
-- What was erased, so that a restored copy of the key store or of this schema does not bring it back.
create table vault.shredded (lead uuid primary key, at timestamptz not null default now(), by_account uuid not null);
create table vault.opening (
    id uuid primary key,
    item uuid not null references vault.item (id) on delete cascade,
    asked_by uuid not null,
    purpose text not null check (length(purpose) >= 10),
    asked_at timestamptz not null default now(),
    decided_by uuid check (decided_by <> asked_by),
    decided_at timestamptz,
    granted boolean,
    until timestamptz,
    opened_at timestamptz
);
create table vault.custodian (
    account uuid primary key, public_key bytea not null, sealed_private bytea not null, salt bytea not null,
    since timestamptz not null default now()
);
-- Three holders of escrow pieces, each of another unit; any two of them can bring a data key back.
create table vault.escrow (
    account uuid primary key, place int not null unique check (place between 1 and 3), unit uuid not null unique,
    public_key bytea not null, sealed_private bytea not null, salt bytea not null,
    since timestamptz not null default now()
);
create table vault.recovery (
    id uuid primary key,
    item uuid not null references vault.item (id) on delete cascade,
    asked_by uuid not null,
    purpose text not null check (length(purpose) >= 10),
    asked_at timestamptz not null default now(),
    done_at timestamptz
);
create table vault.release (
    recovery uuid not null references vault.recovery (id) on delete cascade,
    account uuid not null, at timestamptz not null default now(), primary key (recovery, account)
);

create function vault.must(role text) returns uuid
language plpgsql stable security definer set search_path = '' as $$
begin
    if lx.account() is null or not lx.has_role(role) then
        raise exception 'vault: not for you' using errcode = '28000';
    end if;
    return lx.account();
end $$;

create function vault.put(item_id uuid, of_lead uuid, what text, item_label text, ciphertext bytea) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if lx.account() is null then raise exception 'vault: no identity' using errcode = '28000'; end if;
    if exists (select 1 from vault.shredded s where s.lead = of_lead) then
        raise exception 'vault: shredded' using errcode = 'LX003';
    end if;
    insert into vault.item(id, lead, kind, label, sealed) values (item_id, of_lead, what, item_label, ciphertext);
end $$;

-- The ciphertext goes to the custodian who granted the opening, within the hour.
create function vault.open_decided(opening_id uuid)
returns table (item uuid, lead uuid, kind text, label text, sealed bytea)
language plpgsql security definer set search_path = '' as $$
begin
    update vault.opening o set opened_at = now()
    where o.id = opening_id and o.granted and now() < o.until and o.decided_by = vault.must('custodian');
    if not found then raise exception 'vault: not granted' using errcode = '28000'; end if;
    return query select i.id, i.lead, i.kind, i.label, i.sealed from vault.item i
        join vault.opening o on o.item = i.id where o.id = opening_id;
end $$;

-- Another wrapping of the same data key: the ciphertext stays, and is handed to nobody.
create function vault.reseal(item_id uuid) returns int
language plpgsql security definer set search_path = '' as $$
declare now_at int;
begin
    perform vault.must('custodian');
    update vault.item set generation = generation + 1, resealed_at = now() where id = item_id
    returning generation into now_at;
    if not found then raise exception 'vault: nothing sealed' using errcode = 'LX002'; end if;
    update vault.recovery set done_at = now() where item = item_id and done_at is null;
    return now_at;
end $$;

create function vault.shred(of_lead uuid) returns uuid[]
language plpgsql security definer set search_path = '' as $$
declare who uuid := lx.account(); gone uuid[];
begin
    if who is null or not (lx.has_role('custodian')
            or lx.has_duty('leads') and (lx.has_role('leader') or lx.has_role('coordinator'))) then
        raise exception 'vault: not for you' using errcode = '28000';
    end if;
    with erased as (delete from vault.item where lead = of_lead returning id)
    select coalesce(array_agg(id), '{}') into gone from erased;
    if gone <> '{}' then
        insert into vault.shredded(lead, by_account) values (of_lead, who) on conflict do nothing;
    end if;
    return gone;
end $$;

-- What lies sealed about one lead: ids and kinds, for those who work with leads.
create function vault.items(of_lead uuid) returns table (id uuid, kind text, label text, sealed_at timestamptz)
language sql stable security definer set search_path = '' as $$
    select i.id, i.kind, i.label, i.sealed_at from vault.item i
    where i.lead = of_lead and (lx.has_duty('leads') or lx.engagements() <> '{}') order by i.kind, i.sealed_at, i.id
$$;
create function vault.all_items() returns table (id uuid, lead uuid, generation int)
language sql stable security definer set search_path = '' as $$
    select i.id, i.lead, i.generation from vault.item i where lx.has_role('custodian') order by i.sealed_at, i.id
$$;
create function vault.is_shredded(of_lead uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select 1 from vault.shredded s where s.lead = of_lead and lx.signed_in())
$$;
-- The row went with the transaction; has it really, before its key is erased?
create function vault.is_gone(item_id uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select lx.signed_in() and not exists (select 1 from vault.item i where i.id = item_id)
$$;

create function vault.ask(opening_id uuid, item_id uuid, why text) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if lx.account() is null then raise exception 'vault: no identity' using errcode = '28000'; end if;
    insert into vault.opening(id, item, asked_by, purpose) values (opening_id, item_id, lx.account(), why);
end $$;
-- Only a custodian decides, never about an opening he asked for; an hour at most.
create function vault.decide(opening_id uuid, yes boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare who uuid := vault.must('custodian');
begin
    update vault.opening set decided_by = who, decided_at = now(), granted = yes,
        until = case when yes then now() + interval '1 hour' end
    where id = opening_id and decided_at is null and asked_by <> who;
    if not found then raise exception 'vault: nothing to decide' using errcode = 'LX002'; end if;
end $$;
create function vault.waiting()
returns table (id uuid, lead uuid, kind text, asked_by uuid, purpose text, asked_at timestamptz, until timestamptz)
language sql stable security definer set search_path = '' as $$
    select o.id, i.lead, i.kind, o.asked_by, o.purpose, o.asked_at, o.until
    from vault.opening o join vault.item i on i.id = o.item
    where lx.has_role('custodian')
      and (o.decided_at is null or (o.granted and o.until > now() and o.decided_by = lx.account()))
    order by o.asked_at, o.id
$$;

create function vault.set_custodian(public_part bytea, sealed_part bytea, with_salt bytea, replace_key boolean) returns void
language plpgsql security definer set search_path = '' as $$
declare who uuid := vault.must('custodian');
begin
    if not replace_key and exists (select 1 from vault.custodian c where c.account = who
                                   and c.public_key <> public_part) then
        raise exception 'vault: has a key' using errcode = 'LX004';
    end if;
    insert into vault.custodian(account, public_key, sealed_private, salt)
    values (who, public_part, sealed_part, with_salt)
    on conflict (account) do update set public_key = excluded.public_key, since = now(),
        sealed_private = excluded.sealed_private, salt = excluded.salt;
end $$;
create function vault.set_escrow(public_part bytea, sealed_part bytea, with_salt bytea) returns int
language plpgsql security definer set search_path = '' as $$
declare who uuid := vault.must('escrow'); mine int;
begin
    select e.place into mine from vault.escrow e where e.account = who;
    if mine is not null then raise exception 'vault: has a key' using errcode = 'LX004'; end if;
    if exists (select 1 from vault.escrow e where e.unit = lx.unit()) then
        raise exception 'vault: another unit' using errcode = 'LX005';
    end if;
    select min(n) into mine from generate_series(1, 3) n where n not in (select e.place from vault.escrow e);
    if mine is null then raise exception 'vault: three already' using errcode = 'LX006'; end if;
    insert into vault.escrow(account, place, unit, public_key, sealed_private, salt)
    values (who, mine, lx.unit(), public_part, sealed_part, with_salt);
    return mine;
end $$;
create function vault.public_keys() returns table (account uuid, place int, public_key bytea)
language sql stable security definer set search_path = '' as $$
    select c.account, null::int, c.public_key from vault.custodian c where lx.signed_in()
    union all select e.account, e.place, e.public_key from vault.escrow e where lx.signed_in()
$$;
create function vault.my_key() returns table (place int, public_key bytea, sealed_private bytea, salt bytea)
language sql stable security definer set search_path = '' as $$
    select null::int, c.public_key, c.sealed_private, c.salt from vault.custodian c where c.account = lx.account()
    union all
    select e.place, e.public_key, e.sealed_private, e.salt from vault.escrow e where e.account = lx.account()
$$;

create function vault.ask_recovery(recovery_id uuid, item_id uuid, why text) returns void
language plpgsql security definer set search_path = '' as $$
begin
    insert into vault.recovery(id, item, asked_by, purpose)
    values (recovery_id, item_id, vault.must('custodian'), why);
end $$;
create function vault.release(recovery_id uuid) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not exists (select 1 from vault.recovery r where r.id = recovery_id and r.done_at is null) then
        raise exception 'vault: nothing to release' using errcode = 'LX002';
    end if;
    insert into vault.release(recovery, account) values (recovery_id, vault.must('escrow')) on conflict do nothing;
end $$;
create function vault.recoveries()
returns table (id uuid, item uuid, lead uuid, asked_by uuid, purpose text, asked_at timestamptz, released int, mine boolean)
language sql stable security definer set search_path = '' as $$
    select r.id, r.item, i.lead, r.asked_by, r.purpose, r.asked_at,
           (select count(*)::int from vault.release x where x.recovery = r.id),
           exists (select 1 from vault.release x where x.recovery = r.id and x.account = lx.account())
    from vault.recovery r join vault.item i on i.id = r.item
    where r.done_at is null and (lx.has_role('escrow') or r.asked_by = lx.account())
    order by r.asked_at, r.id
$$;

-- lx_app may execute these, and reads no table here.
revoke all on all tables in schema vault from public, lx_app;
revoke all on all functions in schema vault from public;
grant usage on schema vault to lx_app, lx_backup;
grant select on all tables in schema vault to lx_backup;
grant execute on function
    vault.put(uuid, uuid, text, text, bytea),
    vault.open_decided(uuid),
    vault.reseal(uuid),
    vault.shred(uuid),
    vault.items(uuid),
    vault.all_items(),
    vault.is_shredded(uuid),
    vault.is_gone(uuid),
    vault.ask(uuid, uuid, text),
    vault.decide(uuid, boolean),
    vault.waiting(),
    vault.set_custodian(bytea, bytea, bytea, boolean),
    vault.set_escrow(bytea, bytea, bytea),
    vault.public_keys(),
    vault.my_key(),
    vault.ask_recovery(uuid, uuid, text),
    vault.release(uuid),
    vault.recoveries()
    to lx_app;

-- Last of all: lx_owner does not inherit lx_vault, so the rows are closed to it as well.
grant usage, create on schema vault to lx_vault;
do $$
declare each record;
begin
    for each in select c.oid::regclass as name from pg_class c
                where c.relnamespace = 'vault'::regnamespace and c.relkind = 'r' loop
        execute format('alter table %s owner to lx_vault', each.name);
    end loop;
    for each in select p.oid::regprocedure as name from pg_proc p
                where p.pronamespace = 'vault'::regnamespace loop
        execute format('alter function %s owner to lx_vault', each.name);
    end loop;
end $$;
alter schema vault owner to lx_vault;
