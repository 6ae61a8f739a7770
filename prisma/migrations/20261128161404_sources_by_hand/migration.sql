-- First and last message of each source, and the longest times without one, without reading the rest.
create index audit_record_source_received on audit_record (audit_source_id, received_at) where audit_source_id is not null;

-- A source is silent once at a time.
create unique index source_gap_one_open_silence on source_gap (audit_source_id) where kind = 'silence' and to_at is null;
