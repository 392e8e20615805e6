-- Whoever could ask lx.numbered would learn which numbers exist: from here on nobody signs in as who may. A number
-- is resolved by the second person's consent to a break-glass opening and by nothing before it.
grant create on schema lx to lx_search;
set local role lx_search;
revoke execute on function lx.numbered(text, text), lx.owner_of(text, uuid) from lx_app;
create function lx.resolve_number() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
    new.object_id := coalesce(lx.numbered(new.object_kind, new.object_label), new.object_id);
    return new;
end $$;
revoke all on function lx.resolve_number() from public;
grant execute on function lx.owner_of(text, uuid), lx.resolve_number() to lx_owner;
reset role;
revoke create on schema lx from lx_search;

-- After access_grant_stays, which lets nobody else change what a grant is about.
create trigger access_grant_takes_number before update on access_grant for each row
    when (new.kind = 'break_glass' and old.consented_at is null and new.consented_at is not null)
    execute function lx.resolve_number();

-- Whose object was opened: told to the second person who consented.
create function lx.owner_of_opened(opened uuid) returns uuid
language sql stable security definer set search_path = '' as $$
    select lx.owner_of(g.object_kind, g.object_id) from public.access_grant g
    where g.id = opened and g.kind = 'break_glass' and g.consented_at is not null
      and g.second_person_id = lx.account()
$$;
revoke all on function lx.owner_of_opened(uuid) from public;
grant execute on function lx.owner_of_opened(uuid) to lx_app;
