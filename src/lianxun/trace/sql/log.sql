-- The inbox and the sequenced log. The inbox is written in the business transaction and emptied by lx_seq;
-- the log is written by lx_seq alone and read by lx_audit. lx_app sees the entries about objects it sees
-- (policies below). Bodies are the exact bytes that were hashed, never jsonb.
create schema if not exists trace;

-- obj and obj_id repeat what the body says, so that the inbox is asked by object: what was done is known
-- at once to whoever may know the object, not only when the sequencer took the record into the log. The
-- log is made from the body alone.
create table trace.inbox (
    id bigint generated always as identity primary key,
    writer uuid not null, wseq bigint not null, prev bytea not null,
    body bytea not null, leaf bytea not null, at timestamptz not null default clock_timestamp(),
    obj text not null default '', obj_id uuid
);

create table trace.entry (
    seq bigint not null primary key,
    inbox_id bigint not null,
    writer uuid not null, wseq bigint not null, prev bytea not null,
    body bytea not null, leaf bytea not null, at timestamptz not null
) partition by range (seq);

-- What is searched for; taken from the body by the sequencer, checked against it by the audit.
create table trace.entry_idx (
    seq bigint primary key,
    act text not null, result text not null, rule text not null, level smallint not null,
    actor uuid, unit uuid, obj text not null, obj_id uuid, eng uuid
);
create index entry_idx_obj on trace.entry_idx (obj_id, seq) where obj_id is not null;
create index entry_idx_actor on trace.entry_idx (actor, seq) where actor is not null;
create index entry_idx_act on trace.entry_idx (act, seq);
create index entry_at on trace.entry using brin (at);

create table trace.tile (
    tree text not null, level smallint not null, n bigint not null, data bytea not null,
    primary key (tree, level, n), check (octet_length(data) between 32 and 8192));
alter table trace.tile alter column data set storage external;  -- hashes do not compress: do not try

create table trace.checkpoint (
    tree text not null, size bigint not null, root bytea not null, note text not null,
    at timestamptz not null default clock_timestamp(), primary key (tree, size));
create index checkpoint_at on trace.checkpoint (tree, at);

create table trace.cosignature (
    tree text not null, size bigint not null, witness text not null, line text not null,
    at timestamptz not null default clock_timestamp(), primary key (tree, size, witness));

-- Who the log is: one row a tree. Keys stay in the sequencer's key file.
create table trace.log (
    tree text primary key check (tree in ('sha256', 'sm3')), origin text not null unique,
    vkey text not null, since timestamptz not null default clock_timestamp());

create table trace.writer_head (
    writer uuid primary key, wseq bigint not null, leaf bytea not null, seq bigint not null,
    at timestamptz not null);

-- Rows of the inbox whose bytes do not fit their own leaf: somebody changed them there.
create table trace.quarantine (
    inbox_id bigint primary key, writer uuid not null, wseq bigint not null, prev bytea not null,
    body bytea not null, leaf bytea not null, at timestamptz not null, reason text not null,
    found_at timestamptz not null default clock_timestamp());

create table trace.witness_state (
    tree text not null, witness text not null, size bigint not null default 0,
    cosigned_at timestamptz, error text not null default '', error_at timestamptz,
    primary key (tree, witness));

create table trace.progress (
    only_row boolean primary key default true check (only_row),
    size bigint not null default 0, checkpoint_at timestamptz not null default clock_timestamp(),
    quorum_size bigint not null default 0, quorum_at timestamptz not null default clock_timestamp());
insert into trace.progress default values;

create table trace.setting (
    only_row boolean primary key default true check (only_row),
    warn integer not null default 60, restrict integer not null default 900,
    stop integer not null default 14400, policy text not null default '',
    check (10 <= warn and warn <= restrict and restrict <= stop and stop <= 604800));
insert into trace.setting default values;

alter table trace.inbox set (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 5000);
alter table trace.inbox set (autovacuum_vacuum_insert_threshold = -1);

-- Partitions of 2^22 entries: the oldest can be archived and dropped whole; tiles stay for ever.
create function trace.ensure_partition(first_seq bigint) returns void
language plpgsql security definer set search_path = '' as $$
declare
    number bigint := first_seq / 4194304;
    name text := 'entry_' || lpad(number::text, 6, '0');
begin
    if to_regclass('trace.' || name) is not null then return; end if;
    execute format('create table trace.%I partition of trace.entry for values from (%s) to (%s)',
                   name, number * 4194304, (number + 1) * 4194304);
    execute format('revoke all on trace.%I from lx_app', name);
    execute format('alter table trace.%I enable row level security', name);
    execute format('alter table trace.%I force row level security', name);
end $$;
select trace.ensure_partition(0);

-- May this person know of this row? The row itself is asked, under the person's own row security; lx.place_of
-- (access/sql/kinds.sql) says which table a kind of object lies in. A table whose id is no UUID, or which the
-- reader may not select at all, has no trail; no error.
create function trace.may_see(obj text, id uuid) returns boolean
language plpgsql stable security invoker set search_path = '' as $$
declare wanted regclass; seen boolean;
begin
    if id is null or obj !~ '^[a-z]+[.][a-z_]+$' then return false; end if;
    wanted := lx.place_of(obj);
    if wanted is null or not exists (
        select 1 from pg_catalog.pg_class c
        join pg_catalog.pg_attribute a on a.attrelid = c.oid and a.attname = 'id'
        where c.oid = wanted and c.relrowsecurity and c.relforcerowsecurity
          and a.atttypid = 'uuid'::regtype and not a.attisdropped
          and pg_catalog.has_column_privilege(c.oid, a.attnum, 'select')) then
        return false;
    end if;
    execute format('select exists (select 1 from %s where id = $1)', wanted) into seen using id;
    return seen;
end $$;
create function trace.is_auditor() returns boolean language plpgsql stable as $$
begin return lx.has_role('audit_admin'); end $$;
create function trace.me() returns uuid language plpgsql stable as $$
begin return lx.account(); end $$;

create function trace.state() returns table (
    now timestamptz, size bigint, checkpoint_at timestamptz, quorum_size bigint, quorum_at timestamptz,
    inbox_since timestamptz, policy text, warn integer, restrict integer, stop integer)
language sql stable security definer set search_path = '' as $$
    select clock_timestamp(), p.size, p.checkpoint_at, p.quorum_size, p.quorum_at,
           (select i.at from trace.inbox i order by i.id limit 1), s.policy, s.warn, s.restrict, s.stop
    from trace.progress p, trace.setting s
$$;

create function trace.change_clocks(warn_s integer, restrict_s integer, stop_s integer) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not lx.has_role('security_admin') then
        raise exception 'only the security administrator changes the clocks' using errcode = '42501';
    end if;
    update trace.setting set warn = warn_s, restrict = restrict_s, stop = stop_s;
end $$;

create function trace.change_policy(new_policy text) returns void
language plpgsql security definer set search_path = '' as $$
begin
    if not lx.has_role('security_admin') then
        raise exception 'only the security administrator changes the policy' using errcode = '42501';
    end if;
    update trace.setting set policy = new_policy;
end $$;

-- Superseded checkpoints that nobody cosigned do not stay for ever: one an hour is kept.
create function trace.thin_checkpoints() returns bigint
language sql security definer set search_path = '' as $$
    with last as (
        select tree, max(size) as size from trace.checkpoint
        group by tree, date_trunc('hour', at)),
    gone as (
        delete from trace.checkpoint c
        where c.at < clock_timestamp() - interval '1 day'
          and not exists (select 1 from last l where l.tree = c.tree and l.size = c.size)
          and not exists (select 1 from trace.cosignature s
                          where s.tree = c.tree and s.size = c.size)
        returning 1)
    select count(*) from gone
$$;

revoke all on all functions in schema trace from public;
grant execute on function trace.ensure_partition(bigint), trace.thin_checkpoints() to lx_seq;
grant execute on function trace.state() to lx_app, lx_seq, lx_audit;
grant execute on function trace.may_see(text, uuid), trace.is_auditor(), trace.me(),
    trace.change_clocks(integer, integer, integer), trace.change_policy(text) to lx_app;

-- Rights, the least that does. The writer of a record, its order and its chain stay out of sight in the inbox.
grant usage on schema trace to lx_app, lx_seq, lx_audit, lx_backup;
grant insert on trace.inbox to lx_app, lx_seq;
grant select (at, body, obj, obj_id) on trace.inbox to lx_app;
grant select, delete on trace.inbox to lx_seq;
grant select on trace.entry, trace.entry_idx, trace.tile, trace.checkpoint, trace.cosignature,
    trace.log, trace.witness_state to lx_app;
grant select, insert on trace.entry, trace.entry_idx, trace.checkpoint, trace.quarantine to lx_seq;
grant select, insert, update on trace.tile, trace.cosignature, trace.log, trace.writer_head,
    trace.witness_state to lx_seq;
grant select, update on trace.progress to lx_seq;
grant select on trace.setting to lx_seq;
grant select on all tables in schema trace to lx_audit, lx_backup;

do $$
declare name text;
begin
    foreach name in array array['inbox', 'entry', 'entry_idx', 'entry_000000', 'tile', 'checkpoint',
        'cosignature', 'log', 'writer_head', 'quarantine', 'witness_state', 'progress', 'setting'] loop
        execute format('alter table trace.%I enable row level security', name);
        execute format('alter table trace.%I force row level security', name);
        execute format('create policy sequences on trace.%I for all to lx_seq using (true) with check (true)', name);
        execute format('create policy reads on trace.%I for select to lx_audit, lx_backup, lx_owner using (true)', name);
    end loop;
end $$;
create policy anybody_adds on trace.inbox for insert to lx_app with check (true);
create policy may_know on trace.inbox for select to lx_app using (trace.may_see(obj, obj_id));
create policy owner_thins on trace.checkpoint for delete to lx_owner using (true);
create policy owner_changes on trace.setting for update to lx_owner using (true) with check (true);
create policy may_know on trace.entry_idx for select to lx_app using (
    (select trace.is_auditor()) or actor = (select trace.me()) or trace.may_see(obj, obj_id));
create policy may_know on trace.entry for select to lx_app using (
    exists (select 1 from trace.entry_idx i where i.seq = entry.seq));
create policy signed_in on trace.tile for select to lx_app using ((select trace.me()) is not null);
create policy signed_in on trace.checkpoint for select to lx_app using ((select trace.me()) is not null);
create policy signed_in on trace.cosignature for select to lx_app using ((select trace.me()) is not null);
create policy signed_in on trace.log for select to lx_app using ((select trace.me()) is not null);
create policy signed_in on trace.witness_state for select to lx_app using ((select trace.me()) is not null);
