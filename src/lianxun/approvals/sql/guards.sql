-- A decision is what its votes say, whoever writes: maker is never checker, a vote never changes.
create function lx.guard_vote() returns trigger
language plpgsql set search_path = '' as $$
declare proposer uuid; standing text;
begin
    if tg_op = 'UPDATE' then
        if (new.matter_id, new.account_id, new.proposed_by_id, new.opinion, new.comment)
           is distinct from (old.matter_id, old.account_id, old.proposed_by_id, old.opinion, old.comment) then
            raise exception 'a vote never changes' using errcode = 'LX002';
        end if;
        return new;
    end if;
    select m.proposed_by_id, m.state into proposer, standing
    from public.approvals_matter m where m.id = new.matter_id;
    if proposer is distinct from new.proposed_by_id then
        raise exception 'a vote names the proposer of its matter' using errcode = 'LX002';
    end if;
    if standing <> 'pending' then
        raise exception 'a decided matter takes no votes' using errcode = 'LX002';
    end if;
    return new;
end $$;

create function lx.guard_matter() returns trigger
language plpgsql set search_path = '' as $$
declare wanted text := case new.state when 'approved' then 'agree' when 'rejected' then 'disagree'
                                      when 'returned' then 'return' end;
begin
    if (new.code, new.object_kind, new.object_id, new.facts, new.body_id, new.proposed_by_id, new.quorum)
       is distinct from
       (old.code, old.object_kind, old.object_id, old.facts, old.body_id, old.proposed_by_id, old.quorum) then
        raise exception 'what a body was asked never changes' using errcode = 'LX002';
    end if;
    if new.state = old.state then return new; end if;
    if new.state = 'withdrawn' then
        if lx.account() is distinct from old.proposed_by_id then
            raise exception 'only the proposer withdraws a matter' using errcode = 'LX002';
        end if;
        return new;
    end if;
    if not exists (select 1 from public.approvals_vote v
                   where v.matter_id = new.id and v.opinion = wanted
                   and v.account_id <> old.proposed_by_id) then
        raise exception 'a decision needs the vote that makes it' using errcode = 'LX002';
    end if;
    return new;
end $$;

create trigger guard_vote before insert or update on approvals_vote
    for each row execute function lx.guard_vote();
create trigger guard_matter before update on approvals_matter
    for each row execute function lx.guard_matter();
