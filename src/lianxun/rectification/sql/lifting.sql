-- Whether a joint supervision may be lifted by somebody: every item on its list was found sound by two units in
-- this turn, none otherwise, and he found nothing himself. It counts also what he may not see: one bit about a
-- supervision he already has. The least number of units is that of data/supervision.yaml.
grant select (id, supervision_id) on rectification_supervised to lx_search;
grant select (supervision_id, supervised_id, turn, unit_id, account_id, verdict) on rectification_sitefinding to lx_search;
create policy lifting on rectification_supervised for select to lx_search using (true);
create policy lifting on rectification_sitefinding for select to lx_search using (true);
create function lx.may_lift(wanted uuid, of_turn integer, by_account uuid) returns boolean
language sql stable security definer set search_path = '' as $$
    select exists (select 1 from public.rectification_supervised s where s.supervision_id = wanted)
       and not exists (
        select 1 from public.rectification_supervised s
        left join public.rectification_sitefinding f on f.supervised_id = s.id and f.turn = of_turn
        where s.supervision_id = wanted
        group by s.id
        having count(distinct f.unit_id) filter (where f.verdict = 'confirmed') < 2
            or bool_or(f.verdict <> 'confirmed'))
       and not exists (
        select 1 from public.rectification_sitefinding f
        where f.supervision_id = wanted and f.turn = of_turn and f.account_id = by_account)
$$;
grant create on schema lx to lx_search;
alter function lx.may_lift(uuid, integer, uuid) owner to lx_search;
revoke create on schema lx from lx_search;
revoke all on function lx.may_lift(uuid, integer, uuid) from public;
grant execute on function lx.may_lift(uuid, integer, uuid) to lx_app;

-- The letter and the rungs still count what the acting person sees: seeing less, he can do less.
create or replace function lx.guard_supervision() returns trigger language plpgsql as $$
begin
    if current_user <> 'lx_app' or new.state = old.state then return new; end if;
    if new.state = 'notice' and (
        select count(distinct g.unit_id) from rectification_supervisor g
        where g.supervision_id = new.id and g.left_on is null and g.valid_to >= lx.today()
          and g.unit_id = any (new.units)) < 2 then
        raise exception 'no letter before people of two units are in the group' using errcode = '23514';
    end if;
    if new.state = 'lifted' and not lx.may_lift(new.id, new.turn, new.concluded_by_id) then
        raise exception 'lifted when two units found each item sound, by another than who found it'
            using errcode = '23514';
    end if;
    if new.state = 'escalated' and not exists (
        select 1 from rectification_escalation e where e.supervision_id = new.id and e.turn = new.turn) then
        raise exception 'escalated by a rung of the ladder' using errcode = '23514';
    end if;
    return new;
end $$;
