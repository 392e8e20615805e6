-- Pairs of neighbouring characters, small letters, no blanks: what titles and names are indexed by
-- (settled.md 8). Costly on purpose: the planner must ask the index, never compute it row by row.
create function lx.bigrams(said text) returns text[]
language sql immutable strict parallel safe cost 1000 set search_path = '' as $$
    select coalesce(array_agg(distinct substr(low, n, 2)), '{}')
    from (select lower(said) as low) t, generate_series(1, length(said) - 1) n
    where substr(low, n, 2) !~ '\s'
$$;
