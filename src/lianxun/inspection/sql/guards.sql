-- What the acts of the room check is checked here again, whoever writes (R-5.3-5: maker is never checker,
-- nothing closes without evidence). The functions run with the rights of the writer: rows of one engagement
-- carry the same labels, so whoever may change an engagement sees everything that speaks against it.
create function lx.refuse(sentence text) returns void
language plpgsql as $$ begin raise exception '%', sentence using errcode = 'LX002'; end $$;
grant execute on function lx.refuse(text) to lx_app;

create function lx.guard_engagement() returns trigger
language plpgsql set search_path = '' as $$
declare missing text;
begin
    if (new.definition_version, new.unit_id, new.round_id, new.kind)
       is distinct from (old.definition_version, old.unit_id, old.round_id, old.kind) then
        perform lx.refuse('the definition, unit, round and kind of an engagement never change');
    end if;
    if new.extended and not old.extended and new.state <> 'extended' then
        perform lx.refuse('an engagement is extended by a decision only');
    end if;
    if new.state = old.state then
        if old.state not in ('approved', 'consulting', 'prepared', 'draft')
           and (new.entry_on, new.on_site_end_on) is distinct from (old.entry_on, old.on_site_end_on) then
            perform lx.refuse('dates of an engagement on site move by an extension only');
        end if;
        return new;
    end if;
    if new.state = 'paused' then
        if new.paused_from <> old.state or not exists (
            select 1 from public.inspection_pause p where p.task_id = new.id and p.state = 'active') then
            perform lx.refuse('a pause needs the decision of the leading group');
        end if;
        return new;
    end if;
    if old.state = 'paused' then
        if new.state <> old.paused_from or exists (
            select 1 from public.inspection_pause p where p.task_id = new.id and p.state = 'active') then
            perform lx.refuse('an engagement goes on where it stopped, after a recorded decision');
        end if;
        return new;
    end if;
    select string_agg(g.code, ', ' order by g.code) into missing
    from public.inspection_gate g
    where g.task_id = new.id and g.stage = new.state and g.passed_at is null;
    if missing is not null then
        perform lx.refuse('gates are open: ' || missing);
    end if;
    if new.state = 'approved' and not exists (
        select 1 from public.inspection_round r where r.id = new.round_id and r.state = 'approved') then
        perform lx.refuse('an engagement is approved with its round');
    elsif new.state = 'prepared' and not (
        exists (select 1 from public.inspection_consultation c where c.task_id = new.id)
        and exists (select 1 from public.inspection_plan p
                    where p.task_id = new.id and p.approved_on is not null)
        and exists (select 1 from public.inspection_seat s where s.task_id = new.id
                    and s."group" = 'on_site' and s.role = 'head' and s.state = 'confirmed')) then
        perform lx.refuse('minutes, approved plan and confirmed head come before preparedness');
    elsif new.state = 'on_site' and lx.today() < new.entry_on then
        perform lx.refuse('nobody enters before the day of entry');
    elsif new.state = 'extended' and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'inspection.extension' and m.state = 'approved') then
        perform lx.refuse('an extension needs the decision of the leading group');
    elsif new.state = 'reporting' and exists (
        select 1 from public.inspection_paper p where p.task_id = new.id and p.state <> 'signed_head') then
        perform lx.refuse('every paper needs its three signatures');
    elsif new.state = 'decided' and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'inspection.report' and m.state = 'approved') then
        perform lx.refuse('the leading group has not heard the report');
    end if;
    return new;
end $$;

-- Nothing goes before the leading group with an open line of the political checklist (凡协调必先问政治).
create function lx.guard_round() returns trigger
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

-- The line stops and goes on by a decision of the body, not by one person's hand (SM-1, settled.md 16).
create function lx.guard_pause() returns trigger
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
create function lx.guard_plan() returns trigger
language plpgsql set search_path = '' as $$
begin
    if old.approved_on is not null
       and (new.aim, new.focus, new.secrecy, new.emergency, new.version, new.approved_on)
           is distinct from (old.aim, old.focus, old.secrecy, old.emergency, old.version, old.approved_on) then
        perform lx.refuse('an approved plan never changes');
    end if;
    if old.approved_on is null and new.approved_on is not null and not exists (
        select 1 from public.approvals_matter m where m.object_id = new.id
        and m.code = 'inspection.plan' and m.state = 'approved') then
        perform lx.refuse('a plan is approved by the committee');
    end if;
    return new;
end $$;

create function lx.guard_paper() returns trigger
language plpgsql set search_path = '' as $$
begin
    if old.state <> 'draft'
       and (new.title, new.axis, new.course, new.basis, new.responsible, new.number, new.task_id)
           is distinct from (old.title, old.axis, old.course, old.basis, old.responsible, old.number, old.task_id) then
        perform lx.refuse('a signed paper never changes');
    end if;
    if new.state <> old.state and new.state <> 'draft' and not exists (
        select 1 from public.inspection_signature s where s.paper_id = new.id and s.place = new.state) then
        perform lx.refuse('a paper moves with its signature');
    end if;
    return new;
end $$;

create function lx.guard_signature() returns trigger
language plpgsql set search_path = '' as $$
begin
    if tg_op = 'UPDATE' then
        if (new.paper_id, new.place, new.account_id, new.name, new.created_at)
           is distinct from (old.paper_id, old.place, old.account_id, old.name, old.created_at) then
            perform lx.refuse('a signature never changes');
        end if;
        return new;
    end if;
    if exists (select 1 from public.inspection_paper p
               where p.id = old.paper_id and p.state = 'signed_head') then
        perform lx.refuse('a paper with three signatures is closed');
    end if;
    return old;
end $$;

create function lx.guard_corroboration() returns trigger
language plpgsql set search_path = '' as $$
begin
    if tg_op = 'UPDATE' then
        if (new.paper_id, new.unit_id, new.question, new.asked_by_id)
           is distinct from (old.paper_id, old.unit_id, old.question, old.asked_by_id) then
            perform lx.refuse('what was asked never changes');
        end if;
        if old.state not in ('asked')
           and (new.state, new.statement, new.answered_by_id)
               is distinct from (old.state, old.statement, old.answered_by_id) then
            perform lx.refuse('an answer never changes');
        end if;
        return new;
    end if;
    if new.unit_id = new.owner_unit or exists (
        select 1 from public.inspection_paper p join public.inspection_seat s on s.task_id = p.task_id
        where p.id = new.paper_id and s.home_id = new.unit_id
        and s.state in ('proposed', 'objected', 'confirmed')) then
        perform lx.refuse('corroboration comes from outside of the team');
    end if;
    return new;
end $$;

create trigger guard_engagement before update on inspection_engagement
    for each row execute function lx.guard_engagement();
create trigger guard_round before update on inspection_round
    for each row execute function lx.guard_round();
create trigger guard_plan before update on inspection_plan
    for each row execute function lx.guard_plan();
create trigger guard_paper before update on inspection_paper
    for each row execute function lx.guard_paper();
create trigger guard_signature before update or delete on inspection_signature
    for each row execute function lx.guard_signature();
create trigger guard_corroboration before insert or update on inspection_corroboration
    for each row execute function lx.guard_corroboration();
create trigger guard_pause before update on inspection_pause
    for each row execute function lx.guard_pause();
