import type { ReadList } from '#app/audit/read-lists.ts';
import type { MessageId } from '#app/words/words.ts';

/**
 * Lists in which a patient's name was seen. What only some patients stand in for a reason that they may not be told (45 CFR 164.528(a)(2))
 * has the same words as lists that anybody stands in.
 */
export const listNames: Record<ReadList, MessageId> = {
  queue: 'patient.list.queue',
  requestSearch: 'patient.list.requestSearch',
  patientSearch: 'patient.list.patientSearch',
  ledger: 'patient.list.ledger',
  choices: 'patient.list.choices',
  unmatched: 'patient.list.unmatched',
  importFile: 'patient.list.importFile',
  identityClaims: 'patient.list.identityClaims',
  representatives: 'patient.list.representatives',
  signInHelp: 'patient.list.signInHelp',
  alerts: 'patient.list.ledger',
  suspensions: 'patient.list.oversight',
  looks: 'patient.list.oversight',
  accounts: 'patient.list.accounts',
  mail: 'patient.list.mail',
  auditLog: 'patient.list.oversight',
  reasonAsked: 'patient.list.reasonAsked',
};
