-- News of an agreement for its two sides; the notice carries no content. One unread at a time for each cause,
-- however much came: files keep coming, and a side may stop more than once.
create policy owner_tells on duties_notice to lx_owner
    using (object_kind = 'exchange.sharing' and code in ('shared', 'sharing_stopped', 'sharing_resumed'))
    with check (object_kind = 'exchange.sharing' and code in ('shared', 'sharing_stopped', 'sharing_resumed'));

-- Of the team, who may know the agreement today: members today, within R1 to R4. Whoever tells learns nothing of them.
create function lx.tell_of_agreement(agreement uuid, what text, at timestamptz) returns void
language sql volatile security definer set search_path = '' as $$
    with known as materialized (  -- a handful of people, before each is asked whether his time is over
        select a.id, a.person_id, s.id as sharing
        from public.exchange_sharing s
        join public.access_account a on a.is_active and a.service = '' and a.id <> lx.account()
        join public.organisation_unit u on u.id = a.unit_id
        where s.id = agreement and lx.signed_in()
          and (lx.has_duty('exchange') or s.engagement = any (lx.engagements()))
          and s.level <= a.clearance
          and (s.compartment is null or s.compartment = any (a.compartments))
          and not exists (select 1 from public.access_recusal r
                          where r.account_id = a.id and r.organisation_id = s.subject_org and lx.today() >= r.valid_from
                            and (r.valid_to is null or lx.today() <= r.valid_to))
          and (exists (select 1 from public.access_grant g
                       where g.kind = 'membership' and g.account_id = a.id and g.engagement = s.engagement
                         and g.revoked_at is null and lx.today() >= g.valid_from
                         and (g.valid_to is null or lx.today() <= g.valid_to))
                   and (s.subject_path is null
                        or not (starts_with(s.subject_path, u.path) or starts_with(u.path, s.subject_path)))
               or what <> 'shared' and (a.id = s.drafted_by_id
                   or a.unit_id = s.provider_id and a.roles && array['leader', 'liaison_officer']::varchar[]))
    )
    insert into public.duties_notice(id, revision, created_at, account, code, object_kind, object_id)
    select gen_random_uuid(), 1, at, k.id, what, 'exchange.sharing', k.sharing
    from known k where not lx.lapsed(k.person_id)
    on conflict (account, code, object_kind, object_id) where read_at is null do nothing
$$;
revoke all on function lx.tell_of_agreement(uuid, text, timestamptz) from public;
grant execute on function lx.tell_of_agreement(uuid, text, timestamptz) to lx_app;
