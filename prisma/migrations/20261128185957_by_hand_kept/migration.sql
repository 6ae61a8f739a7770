-- What staff entered a disclosure with is evidence: it is added, and nothing of it changes but the key that seals it.
create trigger entry_document_kept before update or delete on entry_document
  for each row execute function refuse_change_but_seal('bytes_sealed');
create trigger entry_document_not_emptied before truncate on entry_document
  for each statement execute function refuse_change();
alter table entry_document
  add constraint entry_document_added_by_id_fkey foreign key (added_by_id) references user_account (id);

-- A correction says why, and what it corrects; nothing else says either.
alter table disclosure add constraint disclosure_correction_says_why
  check ((corrects_id is not null or (correction_reason is null and not retracted)));
