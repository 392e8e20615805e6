-- The board cube (settled.md 9): how many duties of each light a board shows, counted ahead.
--
-- A light changes with the day, without anybody writing. So a duty is counted as marks on days: "from
-- 3 March one more is green, from 10 March one fewer and one more is yellow". What a board shows on a
-- day is the sum of the marks up to it. Marks are only ever added, in the transaction that changes the
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
    unit uuid not null, code text not null, light text not null, day date not null, n int not null);
create index duties_mark_day on duties_mark (day);
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

-- The marks of one duty; kernel.clock.light says the same for one day (held together by a test).
create function lx.duty_marks(d duties_duty)
returns table (light text, day date, n int)
language sql immutable parallel safe set search_path = '' as $$
    select m.light, m.day, m.n from (values
        ('green', case when d.starts_on < d.warn_from then d.starts_on end, 1, 'running'),
        ('green', case when d.starts_on < d.warn_from then d.warn_from end, -1, 'running'),
        ('yellow', case when d.starts_on <= d.due_on then greatest(d.starts_on, d.warn_from) end, 1, 'running'),
        ('yellow', case when d.starts_on <= d.due_on then d.due_on + 1 end, -1, 'running'),
        ('red', greatest(d.starts_on, d.due_on + 1), 1, 'running'),
        ('paused', d.starts_on, 1, 'paused'),
        ('done', d.done_on, 1, 'done'),
        ('done', d.done_on + 91, -1, 'done'),
        ('done_late', d.done_on, 1, 'done_late'),
        ('done_late', d.done_on + 91, -1, 'done_late')) m(light, day, n, what)
    where m.day is not null and d.compartment is null and m.what = case
        when d.state = 'fulfilled' then case when d.done_on <= d.due_on then 'done' else 'done_late' end
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
               d.template_code, m.light, m.day, m.n
        from added d, lx.duty_marks(d) m;
    end if;
    if tg_op in ('DELETE', 'UPDATE') then
        insert into duties_mark
        select lx.duty_reach_of(d), d.region, d.engagement, d.object_kind, d.responsible_unit,
               d.template_code, m.light, m.day, -m.n
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
    with gone as (delete from duties_mark where day <= upto returning *)
    insert into duties_mark
    select reach, region, engagement, object_kind, unit, code, light, upto, sum(n)
    from gone group by reach, region, engagement, object_kind, unit, code, light having sum(n) <> 0;
    get diagnostics kept = row_count;
    update duties_markedto set day = upto;
    return kept;
end $$;
