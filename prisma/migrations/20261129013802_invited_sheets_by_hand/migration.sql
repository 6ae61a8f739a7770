-- An order is about an account or about an invitation; codes are an account's, or wait with an invitation.
alter table credential_order add constraint credential_order_subject check (num_nonnulls(user_id, invitation_id) = 1);
alter table code_set add constraint code_set_owner check (user_id is not null or invitation_id is not null);

-- One sheet in force for an invitation.
create unique index code_set_one_of_invitation on code_set (invitation_id) where user_id is null and replaced_at is null;
