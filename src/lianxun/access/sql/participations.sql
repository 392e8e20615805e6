-- Runs with the rights of whoever asks a unit to take part: not about what he does not see, and never for his own
-- unit, which would turn reading into writing.
create function lx.guard_new_participation() returns trigger language plpgsql as $$
declare seen boolean; place regclass;
begin
    if current_user <> 'lx_app' or new.kind <> 'participation' then return new; end if;
    place := lx.place_of(new.object_kind);
    if place is not null then
        execute format('select true from %s where id = $1', place) into seen using new.object_id;
    end if;
    if seen is null then raise exception 'nobody lets take part in what he does not see'; end if;
    if new.unit_id = lx.unit() then raise exception 'nobody lets his own unit take part'; end if;
    return new;
end $$;
create trigger access_grant_participates before insert on access_grant
    for each row execute function lx.guard_new_participation();
