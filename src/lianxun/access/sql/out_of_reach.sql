-- Which of the named objects the acting person does not see now: asked under his own row security, kind by kind.
-- A kind without a table of its own is nowhere and hides nothing.
create function lx.out_of_reach(kinds text[], ids uuid[]) returns setof uuid
language plpgsql stable set search_path = '' as $$
declare
    wanted text;
    place regclass;
begin
    for wanted in select distinct k from unnest(kinds) k loop
        place := lx.place_of(wanted);
        continue when place is null;
        return query execute format(
            'select o.id from unnest($1, $2) o(kind, id)
             where o.kind = $3 and not exists (select 1 from %s t where t.id = o.id)', place)
            using kinds, ids, wanted;
    end loop;
end
$$;
revoke all on function lx.out_of_reach(text[], uuid[]) from public;
grant execute on function lx.out_of_reach(text[], uuid[]) to lx_app;
