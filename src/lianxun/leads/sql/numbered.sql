-- Emergency access asks by number: id and owner of an object nobody has to see (settled.md 5), for everything
-- that people know by a number. The search role reads id, number and owner of those tables and nothing else.
grant select (id, number, owner_unit) on leads_lead to lx_search;
grant select (id, number, owner_unit) on leads_transferbatch to lx_search;
grant select (id, number, owner_unit) on exchange_inforequest to lx_search;
grant select (id, number, owner_unit) on exchange_question to lx_search;
grant select (id, number, owner_unit) on rectification_item to lx_search;
grant select (id, number, owner_unit) on rectification_press to lx_search;
grant select (id, number, owner_unit) on inspection_engagement to lx_search;
grant select (id, number, owner_unit) on inspection_paper to lx_search;
grant select (id, number, owner_unit) on inspection_corroboration to lx_search;
grant select (id, number, owner_unit) on duties_letter to lx_search;
grant select (id, number, owner_unit) on documents_storedfile to lx_search;
-- The other three have the policy of their search (fabric.search).
create policy numbered on leads_transferbatch for select to lx_search using (true);
create policy numbered on exchange_question for select to lx_search using (true);
create policy numbered on rectification_press for select to lx_search using (true);
create policy numbered on inspection_engagement for select to lx_search using (true);
create policy numbered on inspection_paper for select to lx_search using (true);
create policy numbered on inspection_corroboration for select to lx_search using (true);
create policy numbered on duties_letter for select to lx_search using (true);
create policy numbered on documents_storedfile for select to lx_search using (true);

grant create on schema lx to lx_search;
set local role lx_search;
create function lx.numbered(kind text, wanted text) returns uuid
language sql stable security definer set search_path = '' as $$
    select case kind
    when 'leads.lead' then (select t.id from public.leads_lead t where t.number = wanted order by t.id desc limit 1)
    when 'leads.batch' then (select t.id from public.leads_transferbatch t where t.number = wanted order by t.id desc limit 1)
    when 'exchange.request' then (select t.id from public.exchange_inforequest t where t.number = wanted order by t.id desc limit 1)
    when 'exchange.question' then (select t.id from public.exchange_question t where t.number = wanted order by t.id desc limit 1)
    when 'rectification.item' then (select t.id from public.rectification_item t where t.number = wanted order by t.id desc limit 1)
    when 'rectification.press' then (select t.id from public.rectification_press t where t.number = wanted order by t.id desc limit 1)
    when 'inspection.engagement' then (select t.id from public.inspection_engagement t where t.number = wanted order by t.id desc limit 1)
    when 'inspection.paper' then (select t.id from public.inspection_paper t where t.number = wanted order by t.id desc limit 1)
    when 'inspection.corroboration' then (select t.id from public.inspection_corroboration t where t.number = wanted order by t.id desc limit 1)
    when 'duties.letter' then (select t.id from public.duties_letter t where t.number = wanted order by t.id desc limit 1)
    when 'documents.file' then (select t.id from public.documents_storedfile t where t.number = wanted order by t.id desc limit 1)
    end where lx.signed_in() and wanted <> ''
$$;
create function lx.owner_of(kind text, wanted uuid) returns uuid
language sql stable security definer set search_path = '' as $$
    select case kind
    when 'leads.lead' then (select t.owner_unit from public.leads_lead t where t.id = wanted order by t.id desc limit 1)
    when 'leads.batch' then (select t.owner_unit from public.leads_transferbatch t where t.id = wanted order by t.id desc limit 1)
    when 'exchange.request' then (select t.owner_unit from public.exchange_inforequest t where t.id = wanted order by t.id desc limit 1)
    when 'exchange.question' then (select t.owner_unit from public.exchange_question t where t.id = wanted order by t.id desc limit 1)
    when 'rectification.item' then (select t.owner_unit from public.rectification_item t where t.id = wanted order by t.id desc limit 1)
    when 'rectification.press' then (select t.owner_unit from public.rectification_press t where t.id = wanted order by t.id desc limit 1)
    when 'inspection.engagement' then (select t.owner_unit from public.inspection_engagement t where t.id = wanted order by t.id desc limit 1)
    when 'inspection.paper' then (select t.owner_unit from public.inspection_paper t where t.id = wanted order by t.id desc limit 1)
    when 'inspection.corroboration' then (select t.owner_unit from public.inspection_corroboration t where t.id = wanted order by t.id desc limit 1)
    when 'duties.letter' then (select t.owner_unit from public.duties_letter t where t.id = wanted order by t.id desc limit 1)
    when 'documents.file' then (select t.owner_unit from public.documents_storedfile t where t.id = wanted order by t.id desc limit 1)
    end where lx.signed_in()
$$;
revoke all on function lx.numbered(text, text), lx.owner_of(text, uuid) from public;
grant execute on function lx.numbered(text, text), lx.owner_of(text, uuid) to lx_app;
reset role;
revoke create on schema lx from lx_search;
