-- Who received, gave, seconds or reviews a grant may read it; nobody grants himself a membership or a share
-- (the database, not only the operation, refuses it).
alter table access_grant enable row level security;
alter table access_grant force row level security;
create policy owner_reads on access_grant for select to lx_owner using (true);
create policy backup on access_grant for select to lx_backup using (true);
create policy acc_read on access_grant for select to lx_app using (
    account_id = (select lx.account()) or granted_by_id = (select lx.account())
    or second_person_id = (select lx.account())
    or (unit_id = (select lx.unit()) and kind in ('share', 'participation'))
    or (select lx.has_role('security_admin'))
    or ((select lx.has_duty('access')) and owner_path >= (select lx.unit_path())
        and owner_path < (select lx.unit_path_end())));
create policy acc_insert on access_grant for insert to lx_app with check (
    granted_by_id = (select lx.account())
    and (kind = 'break_glass' and account_id = (select lx.account()) and consented_at is null
         or kind <> 'break_glass' and account_id is distinct from (select lx.account())));
create policy acc_update on access_grant for update to lx_app using (
    (granted_by_id = (select lx.account()) and kind <> 'break_glass')
    or second_person_id = (select lx.account())
    or (select lx.has_role('security_admin')) or (select lx.has_duty('access')));

-- Nobody ends his own recusal.
alter table access_recusal enable row level security;
alter table access_recusal force row level security;
create policy owner_reads on access_recusal for select to lx_owner using (true);
create policy backup on access_recusal for select to lx_backup using (true);
create policy acc_read on access_recusal for select to lx_app using (
    account_id = (select lx.account()) or (select lx.has_duty('access')));
create policy acc_insert on access_recusal for insert to lx_app with check (
    account_id = (select lx.account()) or (select lx.has_duty('access')));
create policy acc_update on access_recusal for update to lx_app using (
    (select lx.has_duty('access')) and account_id <> (select lx.account()));
