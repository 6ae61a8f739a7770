-- What may stand still before its last day, rule by rule: the part of "due later" that the index of last days does not find.
create index privacy_request_waiting_idx on privacy_request (rule_id, due_on, received_at, id)
  where status in ('identityCheck', 'waitingOnPatient');
