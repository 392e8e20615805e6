-- Parts of a joint supervision are read by its group, as the supervision itself is (P4); the limits of each part
-- (level, recusal, wall, compartment) stay.
create policy acc_group on rectification_supervised for select to lx_app
    using (supervision_id = any ((select lx.shared('rectification.supervision'))::uuid[]));
create policy acc_group on rectification_supervisor for select to lx_app
    using (supervision_id = any ((select lx.shared('rectification.supervision'))::uuid[]));
create policy acc_group on rectification_reply for select to lx_app
    using (supervision_id = any ((select lx.shared('rectification.supervision'))::uuid[]));
create policy acc_group on rectification_sitefinding for select to lx_app
    using (supervision_id = any ((select lx.shared('rectification.supervision'))::uuid[]));
create policy acc_group on rectification_escalation for select to lx_app
    using (supervision_id = any ((select lx.shared('rectification.supervision'))::uuid[]));

-- What the steps of a joint supervision rest on. Runs with the rights of whoever acts: what he does not see does
-- not count for him. Triggers of this name are of the content of rows (the access trials lift them).
create function lx.guard_supervision() returns trigger language plpgsql as $$
begin
    if current_user <> 'lx_app' or new.state = old.state then return new; end if;
    if new.state = 'notice' and (
        select count(distinct g.unit_id) from rectification_supervisor g
        where g.supervision_id = new.id and g.left_on is null and g.valid_to >= lx.today()
          and g.unit_id = any (new.units)) < 2 then
        raise exception 'no letter before people of two units are in the group' using errcode = '23514';
    end if;
    if new.state = 'lifted' and exists (
        select 1 from rectification_supervised s where s.supervision_id = new.id and (
            (select count(distinct f.unit_id) from rectification_sitefinding f
             where f.supervised_id = s.id and f.turn = new.turn and f.verdict = 'confirmed') < 2
            or exists (select 1 from rectification_sitefinding f
                       where f.supervised_id = s.id and f.turn = new.turn and f.verdict <> 'confirmed'))) then
        raise exception 'lifted when two units found each item sound' using errcode = '23514';
    end if;
    if new.state = 'lifted' and exists (
        select 1 from rectification_sitefinding f
        where f.supervision_id = new.id and f.turn = new.turn and f.account_id = new.concluded_by_id) then
        raise exception 'who found does not conclude' using errcode = '23514';
    end if;
    if new.state = 'escalated' and not exists (
        select 1 from rectification_escalation e where e.supervision_id = new.id and e.turn = new.turn) then
        raise exception 'escalated by a rung of the ladder' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger guard_supervision before update on rectification_supervision
    for each row execute function lx.guard_supervision();

-- Rungs are climbed one after the other; found is what is being looked at, by somebody of the group.
create function lx.guard_rung() returns trigger language plpgsql as $$
begin
    if current_user <> 'lx_app' then return new; end if;
    if new.position <> 1 + (select count(*) from rectification_escalation e
                            where e.supervision_id = new.supervision_id) then
        raise exception 'no rung of the ladder is left out' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger guard_rung before insert on rectification_escalation
    for each row execute function lx.guard_rung();

create function lx.guard_site_finding() returns trigger language plpgsql as $$
begin
    if current_user <> 'lx_app' then return new; end if;
    if not exists (
        select 1 from rectification_supervision s
        join rectification_supervisor g on g.supervision_id = s.id
        where s.id = new.supervision_id and s.state = 'on_site_check' and s.turn = new.turn
          and g.account_id = new.account_id and g.unit_id = new.unit_id
          and g.left_on is null and lx.today() between g.valid_from and g.valid_to) then
        raise exception 'found by who is in the group, while it looks' using errcode = '23514';
    end if;
    return new;
end $$;
create trigger guard_site_finding before insert on rectification_sitefinding
    for each row execute function lx.guard_site_finding();
