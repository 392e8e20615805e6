-- Parts of a meeting are read by the units that were asked to come, as the meeting itself is (P4); the limits
-- (level, recusal, wall, compartment) of each part stay: an item about an inspected organisation is not there for it.
create policy acc_meeting on coordination_agendaitem for select to lx_app
    using (meeting_id = any ((select lx.shared('coordination.meeting'))::uuid[]));
create policy acc_meeting on coordination_invitation for select to lx_app
    using (meeting_id = any ((select lx.shared('coordination.meeting'))::uuid[]));
create policy acc_meeting on coordination_decision for select to lx_app
    using (meeting_id = any ((select lx.shared('coordination.meeting'))::uuid[]));
