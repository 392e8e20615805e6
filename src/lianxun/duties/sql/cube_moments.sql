-- The cube counts by the moment: a clock in hours turns red at its minute, as its own page says. All the
-- other changes of light happen at midnight in Shanghai. See cube.sql for what marks are.
create function lx.midnight(day date) returns timestamptz
language sql immutable strict parallel safe as $$
    select day::timestamp at time zone 'Asia/Shanghai'
$$;

drop function lx.duty_marks(duties_duty);
alter table duties_mark rename column day to at;
alter table duties_mark alter column at type timestamptz using lx.midnight(at);
alter index duties_mark_day rename to duties_mark_at;

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

create or replace function lx.count_duties() returns trigger
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
create or replace function lx.settle_duty_marks(upto date) returns bigint
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
