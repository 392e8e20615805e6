-- What a unit is measured by, once that is in force, and the published list are read by every unit under the same
-- party committee whose people have this duty. The limits of each row stay.
create policy acc_audience on appraisal_scheme for select to lx_app
    using (state in ('effective', 'superseded') and (select lx.has_duty('appraisal'))
           and starts_with((select lx.unit_path()), audience_path));
create policy acc_audience on appraisal_ranking for select to lx_app
    using ((select lx.has_duty('appraisal')) and starts_with((select lx.unit_path()), audience_path));
