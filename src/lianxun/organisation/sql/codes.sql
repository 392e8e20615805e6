-- Which staff numbers are in use anywhere: an import must name the row before the unique index refuses
-- the whole file. Says taken or not, and only to keepers; runs as the owner, who may read people.
create function lx.codes_taken(codes text[]) returns text[]
language sql stable security definer set search_path = '' as $$
    select coalesce(array_agg(p.code), '{}') from public.organisation_person p
    where lx.has_duty('organisation') and p.code = any (codes)
$$;
revoke all on function lx.codes_taken(text[]) from public;
grant execute on function lx.codes_taken(text[]) to lx_app;
