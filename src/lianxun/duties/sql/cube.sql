-- The board cube (settled.md 9): how many duties of each light a board shows, counted ahead.
--
-- A light changes with time, without anybody writing. So a duty is counted as marks: "from 3 March one
-- more is green, from 10 March one fewer and one more is yellow". What a board shows at a moment is the
-- sum of the marks up to it. A clock in hours turns red at its minute, as its own page says; all the
-- other changes of light happen at midnight in Shanghai. Marks are only ever added, in the transaction that changes the
-- duty: no two acts wait for each other, and whoever reads sees either both or neither.
--
-- Need-to-know is decided once for each set of labels (duties_reach, under the same rule as the duties
-- themselves) instead of once for each row. Rows in a compartment are never counted ahead; what is
-- shared with the reader alone is counted live (duties.queries.cube).
create table duties_reach (
    id uuid primary key,
    level smallint not null, region int not null, owner_unit uuid not null, owner_path text not null,
    engagement uuid, subject_org uuid, subject_path text, addressee_unit uuid, addressee_path text,
    compartment text check (compartment is null), object_kind text not null);
create table duties_mark (
    reach uuid not null, region int not null, engagement uuid, object_kind text not null,
    unit uuid not null, code text not null, light text not null, at timestamptz not null, n int not null);
create index duties_mark_at on duties_mark (at);
-- Up to which day the marks were added up to one each; a board of an earlier day counts live.
create table duties_markedto (
    only_row boolean primary key default true check (only_row), day date not null default '-infinity');
insert into duties_markedto default values;

create function lx.duty_reach(
    level smallint, region int, owner_path text, engagement uuid, subject_org uuid, subject_path text,
    addressee_path text, object_kind text) returns uuid
language sql immutable parallel safe set search_path = '' as $$
    select md5(row(level, region, owner_path, engagement, subject_org, subject_path, addressee_path,
                   object_kind)::text)::uuid
$$;

create function lx.midnight(day date) returns timestamptz
language sql immutable strict parallel safe as $$
    select day::timestamp at time zone 'Asia/Shanghai'
$$;

-- The marks of one duty; kernel.clock.light says the same for one moment (held together by a test).
create function lx.duty_marks(d duties_duty)
returns table (light text, at timestamptz, n int)
language sql immutable parallel safe set search_path = '' as $$
    select m.light, m.at, m.n
    from (select lx.midnight(d.starts_on) as opens, lx.midnight(d.warn_from) as warns,
                 coalesce(d.due_at + interval '1 microsecond', lx.midnight(d.due_on + 1)) as late) t,
    lateral (values
        ('green', case when t.opens < t.warns then t.opens end, 1, 'running'),
        ('green', case when t.opens < t.warns then t.warns end, -1, 'running'),
        ('yellow', case when t.opens < t.late then greatest(t.opens, t.warns) end, 1, 'running'),
        ('yellow', case when t.opens < t.late then t.late end, -1, 'running'),
        ('red', greatest(t.opens, t.late), 1, 'running'),
        ('paused', t.opens, 1, 'paused'),
        ('done', lx.midnight(d.done_on), 1, 'done'),
        ('done', lx.midnight(d.done_on + 91), -1, 'done'),
        ('done_late', lx.midnight(d.done_on), 1, 'done_late'),
        ('done_late', lx.midnight(d.done_on + 91), -1, 'done_late')) m(light, at, n, what)
    where m.at is not null and d.compartment is null and m.what = case
        when d.state = 'fulfilled' then
            case when coalesce(d.done_at <= d.due_at, d.done_on <= d.due_on) then 'done' else 'done_late' end
        when d.state = 'open' then case when d.paused_on is null then 'running' else 'paused' end end
$$;

create function lx.duty_reach_of(d duties_duty) returns uuid
language sql immutable parallel safe set search_path = '' as $$
    select lx.duty_reach(d.level, d.region, d.owner_path, d.engagement, d.subject_org, d.subject_path,
                         d.addressee_path, d.object_kind)
$$;

create function lx.count_duties() returns trigger
language plpgsql security definer set search_path = 'public', 'pg_temp' as $$
begin
    if tg_op in ('INSERT', 'UPDATE') then
        insert into duties_reach
        select distinct on (1) lx.duty_reach_of(d), d.level, d.region, d.owner_unit, d.owner_path, d.engagement,
               d.subject_org, d.subject_path, d.addressee_unit, d.addressee_path, null::text, d.object_kind
        from added d where d.compartment is null order by 1
        on conflict (id) do nothing;
        insert into duties_mark
        select lx.duty_reach_of(d), d.region, d.engagement, d.object_kind, d.responsible_unit,
               d.template_code, m.light, m.at, m.n
        from added d, lx.duty_marks(d) m;
    end if;
    if tg_op in ('DELETE', 'UPDATE') then
        insert into duties_mark
        select lx.duty_reach_of(d), d.region, d.engagement, d.object_kind, d.responsible_unit,
               d.template_code, m.light, m.at, -m.n
        from removed d, lx.duty_marks(d) m;
    end if;
    if tg_op = 'TRUNCATE' then
        delete from duties_mark;
        delete from duties_reach;
    end if;
    return null;
end $$;

-- Adds up the marks of days gone by; run once a day by the service of the duties.
create function lx.settle_duty_marks(upto date) returns bigint
language plpgsql security definer set search_path = 'public', 'pg_temp' as $$
declare kept bigint;
begin
    if lx.service() is distinct from 'duties' then
        raise exception 'only the service of the duties settles the marks' using errcode = '42501';
    end if;
    if upto <= (select day from duties_markedto) or upto >= lx.today() then return 0; end if;
    with gone as (delete from duties_mark where at < lx.midnight(upto + 1) returning *)
    insert into duties_mark
    select reach, region, engagement, object_kind, unit, code, light, lx.midnight(upto), sum(n)
    from gone group by reach, region, engagement, object_kind, unit, code, light having sum(n) <> 0;
    get diagnostics kept = row_count;
    update duties_markedto set day = upto;
    return kept;
end $$;

revoke all on function lx.count_duties(), lx.settle_duty_marks(date) from public;
grant execute on function lx.settle_duty_marks(date) to lx_app;

create trigger count_insert after insert on duties_duty
    referencing new table as added for each statement execute function lx.count_duties();
create trigger count_update after update on duties_duty
    referencing old table as removed new table as added for each statement execute function lx.count_duties();
create trigger count_delete after delete on duties_duty
    referencing old table as removed for each statement execute function lx.count_duties();
create trigger count_truncate after truncate on duties_duty
    for each statement execute function lx.count_duties();
-- Also when rows are written past the other triggers (restore, replication).
alter table duties_duty enable always trigger count_insert;
alter table duties_duty enable always trigger count_update;
alter table duties_duty enable always trigger count_delete;
alter table duties_duty enable always trigger count_truncate;
create index duty_compartment on duties_duty (compartment) where compartment is not null;

-- The owner's functions write, everybody else reads at most; whose labels a reader may know is said in the
-- migration, by the same rule as that of the duties.
do $$
declare name text;
begin
    foreach name in array array['duties_reach', 'duties_mark', 'duties_markedto'] loop
        execute format('alter table %I enable row level security', name);
        execute format('alter table %I force row level security', name);
        execute format('create policy counts on %I for all to lx_owner using (true) with check (true)', name);
        execute format('create policy backup on %I for select to lx_backup using (true)', name);
        execute format('revoke insert, update, delete on %I from lx_app', name);
    end loop;
end $$;
-- offset 0 keeps the planner from reading the whole table of labels for the few that a board counts.
create policy acc_read on duties_mark for select to lx_app
    using (exists (select 1 from duties_reach r where r.id = reach offset 0));
create policy acc_read on duties_markedto for select to lx_app using ((select lx.signed_in()));
