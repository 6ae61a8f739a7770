-- Lists that were looked at. What somebody was shown a few minutes ago is not written again: asked before each such page.
create index audit_event_listed_idx on audit_event (actor_id, subject_id, at) where type = 'records.listed';
-- In which lists a patient's record was named: asked for the patient's activity. Other events stay out of it, which are most.
create index audit_event_shown_idx on audit_event using gin (shown_patient_ids) where type = 'records.listed';
