-- What an agreement opens nobody judges: that way stands open to the requests made by this very agreement.
create function lx.keep_agreement() returns trigger language plpgsql as $$
begin
    if not exists (select from public.exchange_inforequest r
                   where r.id = new.request_id and r.standing_id = new.standing_id) then
        raise exception 'delivery comes under the agreement of its own request' using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger keep_agreement before insert on exchange_delivery
    for each row when (new.standing_id is not null) execute function lx.keep_agreement();
