-- The vault of reporters' identities (settled.md 22). lx_app may only execute put, ask, decide, open and
-- shred; it reads no table here. Ciphertexts lie here, data keys outside of the database.
create schema if not exists vault;
create table vault.identity (lead uuid primary key, sealed bytea not null, at timestamptz not null default now());
create table vault.opening (
    id uuid primary key,
    lead uuid not null references vault.identity (lead) on delete cascade,
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
    account uuid primary key, public_key bytea not null, sealed_private bytea not null, salt bytea not null
);

create function vault.put(lead_id uuid, ciphertext bytea) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if lx.account() is null then raise exception 'vault: no identity' using errcode = '28000'; end if;
    insert into vault.identity(lead, sealed) values (lead_id, ciphertext);
end $$;

create function vault.ask(opening_id uuid, lead_id uuid, why text) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if lx.account() is null then raise exception 'vault: no identity' using errcode = '28000'; end if;
    insert into vault.opening(id, lead, asked_by, purpose) values (opening_id, lead_id, lx.account(), why);
end $$;

-- Only a custodian decides, never about an opening he asked for; an hour at most.
create function vault.decide(opening_id uuid, yes boolean) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not lx.has_role('custodian') then raise exception 'vault: not a custodian' using errcode = '28000'; end if;
    update vault.opening set decided_by = lx.account(), decided_at = now(), granted = yes,
        until = case when yes then now() + interval '1 hour' end
    where id = opening_id and decided_at is null;
    if not found then raise exception 'vault: nothing to decide' using errcode = 'LX002'; end if;
end $$;

create function vault.waiting() returns table (id uuid, lead uuid, asked_by uuid, purpose text, asked_at timestamptz)
language sql stable security definer set search_path = '' as $$
    select o.id, o.lead, o.asked_by, o.purpose, o.asked_at from vault.opening o
    where o.decided_at is null and lx.has_role('custodian')
$$;

-- The ciphertext goes to whoever asked or to the custodian who granted, within the hour.
create function vault.open_decided(opening_id uuid) returns table (lead uuid, sealed bytea)
language plpgsql security definer set search_path = '' as $$
begin
    update vault.opening o set opened_at = now()
    where o.id = opening_id and o.granted and now() < o.until
      and lx.account() in (o.asked_by, o.decided_by);
    if not found then raise exception 'vault: not granted' using errcode = '28000'; end if;
    return query select i.lead, i.sealed from vault.identity i
        join vault.opening o on o.lead = i.lead where o.id = opening_id;
end $$;

create function vault.shred(lead_id uuid) returns boolean
language plpgsql security definer set search_path = '' as $$
begin
    if not lx.has_role('custodian') then raise exception 'vault: not a custodian' using errcode = '28000'; end if;
    delete from vault.identity where lead = lead_id;
    return found;
end $$;

create function vault.set_custodian(public_part bytea, sealed_part bytea, with_salt bytea) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not lx.has_role('custodian') then raise exception 'vault: not a custodian' using errcode = '28000'; end if;
    insert into vault.custodian(account, public_key, sealed_private, salt)
    values (lx.account(), public_part, sealed_part, with_salt)
    on conflict (account) do update set public_key = excluded.public_key,
        sealed_private = excluded.sealed_private, salt = excluded.salt;
end $$;
create function vault.public_keys() returns table (account uuid, public_key bytea)
language sql stable security definer set search_path = '' as $$
    select c.account, c.public_key from vault.custodian c where lx.signed_in()
$$;
create function vault.my_key() returns table (sealed_private bytea, salt bytea)
language sql stable security definer set search_path = '' as $$
    select c.sealed_private, c.salt from vault.custodian c where c.account = lx.account()
$$;
