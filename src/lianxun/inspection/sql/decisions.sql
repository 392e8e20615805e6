-- Nothing goes before the leading group with an open line of the political checklist (凡协调必先问政治);
-- the line stops and goes on by a decision of the body, not by one person's hand (SM-1, settled.md 16).
create or replace function lx.guard_round() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state = old.state then return new; end if;
    if new.state = 'proposed' and exists (
        select 1 from public.inspection_roundcheck c
        where c.round_id = new.id and c.phase = 'deploy' and c.passed_at is null) then
        perform lx.refuse('a round is submitted when the political checklist of its deployment is answered');
    end if;
    if new.state = 'approved' and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'inspection.round' and m.state = 'approved') then
        perform lx.refuse('a round is approved by the leading group');
    end if;
    if new.state = 'closed' and (
        exists (select 1 from public.inspection_engagement e
                where e.round_id = new.id and e.state <> 'archived')
        or exists (select 1 from public.inspection_roundcheck c
                   where c.round_id = new.id and c.passed_at is null)) then
        perform lx.refuse('a round closes when its engagements are archived and its checklist is answered');
    end if;
    return new;
end $$;

create or replace function lx.guard_pause() returns trigger
language plpgsql set search_path = '' as $$
begin
    if new.state = old.state then return new; end if;
    if new.state = 'active' and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'inspection.pause' and m.state = 'approved') then
        perform lx.refuse('the leading group decides on a pause');
    end if;
    if new.state = 'resumed' and not exists (
        select 1 from public.approvals_matter m where m.id = new.resume_matter and m.object_id = new.id
        and m.code = 'inspection.resume' and m.state = 'approved') then
        perform lx.refuse('an engagement is resumed by a recorded decision of the leading group');
    end if;
    return new;
end $$;
create trigger guard_pause before update on inspection_pause
    for each row execute function lx.guard_pause();
