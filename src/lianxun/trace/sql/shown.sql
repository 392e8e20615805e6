-- What an entry names beside its object: the rows of a list, an export or a page. Taken from the body by the
-- sequencer, checked against it by the audit. The columns of the entry stand here again, because who may know
-- the row may know who was shown it, but not what else stood on the list.
create table trace.shown (
    obj_id uuid not null, seq bigint not null, obj text not null,
    at timestamptz not null, act text not null, result text not null, actor uuid, unit uuid,
    primary key (obj_id, seq, obj));

with said as (
    select e.seq, e.at, i.act, i.result, i.actor, i.unit, i.obj_id as own,
           case when position('"reads"' in convert_from(e.body, 'UTF8')) > 0
                 and position('\u0000' in convert_from(e.body, 'UTF8')) = 0
                then convert_from(e.body, 'UTF8')::jsonb -> 'detail' -> 'reads' end as reads
    from trace.entry e join trace.entry_idx i using (seq))
insert into trace.shown(obj_id, seq, obj, at, act, result, actor, unit)
select distinct (r ->> 'obj_id')::uuid, seq, r ->> 'obj', at, act, result, actor, unit
from said, jsonb_array_elements(case jsonb_typeof(reads) when 'array' then reads else '[]' end) r
where r ->> 'obj_id' ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' and r ->> 'obj' ~ '^[a-z]+[.][a-z_]+$'
  and (r ->> 'obj_id')::uuid is distinct from own;

grant select on trace.shown to lx_app, lx_audit, lx_backup;
grant select, insert on trace.shown to lx_seq;
alter table trace.shown enable row level security;
alter table trace.shown force row level security;
create policy sequences on trace.shown for all to lx_seq using (true) with check (true);
create policy reads on trace.shown for select to lx_audit, lx_backup, lx_owner using (true);
create policy may_know on trace.shown for select to lx_app using (
    (select trace.is_auditor()) or trace.may_see(obj, obj_id));
