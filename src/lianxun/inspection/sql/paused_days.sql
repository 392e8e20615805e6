-- When an engagement goes from one stage to another its days stay as they are: only the leading group's
-- extension sets another end, and a resumption gives back the days that were lost on site.
create function lx.guard_engagement_days() returns trigger
language plpgsql set search_path = '' as $$
declare given integer := new.on_site_end_on - old.on_site_end_on;
begin
    if new.state = old.state then return new; end if;  -- lx.guard_engagement
    if new.entry_on <> old.entry_on then
        perform lx.refuse('the day of entry does not move with the stage');
    end if;
    if given = 0 or (new.state = 'extended' and old.state = 'on_site') then return new; end if;
    if old.state = 'paused' and new.state in ('on_site', 'extended') and given = (
        select (p.resumed_at at time zone 'Asia/Shanghai')::date
             - (p.decided_at at time zone 'Asia/Shanghai')::date
        from public.inspection_pause p
        where p.task_id = new.id and p.state = 'resumed'
          and (p.decided_at at time zone 'Asia/Shanghai')::date <= old.on_site_end_on
        order by p.resumed_at desc limit 1) then
        return new;
    end if;
    perform lx.refuse('a resumption gives back the days lost on site, no others');
end $$;
create trigger guard_engagement_days before update on public.inspection_engagement
    for each row execute function lx.guard_engagement_days();
