-- What several units judge together is seen by nobody who does not see the matter itself, whoever asked him. Reads
-- with the caller's rights (lx.sees).
create policy acc_meeting on coordination_opinion for select to lx_app
    using (meeting_id = any ((select lx.shared('coordination.meeting'))::uuid[]));
create policy acc_about on coordination_meeting as restrictive for all to lx_app
    using (case when about_id is null then true else lx.sees(about_kind, about_id) end);
create policy acc_about on coordination_agendaitem as restrictive for all to lx_app
    using (case when about_id is null then true else lx.sees(about_kind, about_id) end);
create policy acc_about on coordination_invitation as restrictive for all to lx_app
    using (case when about_id is null then true else lx.sees(about_kind, about_id) end);
create policy acc_about on coordination_opinion as restrictive for all to lx_app
    using (case when about_id is null then true else lx.sees(about_kind, about_id) end);
create policy acc_about on coordination_decision as restrictive for all to lx_app
    using (case when about_id is null then true else lx.sees(about_kind, about_id) end);
