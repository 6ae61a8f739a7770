import type { Actor } from './actor.ts';

/** Every kind of event there is. `what.happened`, past tense. */
export const auditEventTypes = [
  'request.submitted',
  'request.acknowledged',
  'request.reviewBegan',
  'request.answerDrafted',
  'request.responded',
  'request.withdrawn',
  'request.dueMoved',
  'request.read',
  'request.identityAsked',
  'request.identityConfirmed',
  'request.moreAsked',
  'request.patientReplied',
  'request.extended',
  'request.receivedCorrected',
  'request.markedDuplicate',
  'request.reopened',
  'request.assigned',
  'request.messageWritten',
  'request.noteWritten',
  'request.disagreed',
  'request.fileAdded',
  'request.fileTakenBack',
  'request.fileRead',
  'request.feeTold',
  'request.feeTakenBack',
  'request.feeChosen',
  'request.narrowed',
  'request.letterPosted',
  'request.feePaid',
  'request.reminded',
  'request.downloaded',
  'request.packTaken',
  'records.reasonGiven',
  'records.glassBroken',
  'request.removed',
  'retention.removed',
  'calendarAddress.made',
  'calendarAddress.revoked',
  'optOut.filed',
  'optOut.withdrawn',
  'optOut.permitted',
  'optOut.changed',
  'optOut.askedAbout',
  'disclosure.recorded',
  'disclosure.corroborated',
  'disclosure.contradictsOptOut',
  'ingest.refused',
  'ingest.refusedRead',
  'ingest.held',
  'list.cleaned',
  'import.uploaded',
  'import.columnsKept',
  'import.confirmed',
  'import.thrownAway',
  'import.ended',
  'import.stopped',
  'import.lapsed',
  'import.linesTaken',
  'import.contentRemoved',
  'optOutAlert.takenUp',
  'optOutAlert.closed',
  'optOutAlert.reopened',
  'optOutAlert.reminded',
  'ingest.settled',
  'matching.decided',
  'matching.undone',
  'disclosure.retracted',
  'disclosure.corrected',
  'endpoint.added',
  'endpoint.ended',
  'vendor.added',
  'vendor.changed',
  'agreement.added',
  'agreement.ended',
  'label.drafted',
  'label.draftDropped',
  'label.published',
  'modelCard.read',
  'vendor.expiryReminded',
  'releaseRule.made',
  'sourceIssuer.set',
  'accounting.prepared',
  'accounting.downloaded',
  'accounting.suspended',
  'accounting.suspensionEnded',
  'researchProtocol.recorded',
  'records.read',
  'records.listed',
  'notice.sent',
  'notice.gaveUp',
  'notice.resent',
  'vendorNotice.owed',
  'vendorNotice.sent',
  'vendorNotice.gaveUp',
  'vendorNotice.sentAgain',
  'vendorNotice.escalated',
  'vendorNotice.opened',
  'vendorNotice.acknowledged',
  'vendorNotice.answered',
  'vendorNotice.closed',
  'vendorProof.read',
  'vendorChannel.set',
  'vendorSecret.made',
  'vendorSecret.ended',
  'session.started',
  'session.refused',
  'session.ended',
  'session.steppedUp',
  'session.endedByOwner',
  'session.endedByOfficer',
  'signIn.locked',
  'access.denied',
  'password.changed',
  'totp.enrolled',
  'totp.removed',
  'passkey.added',
  'passkey.renamed',
  'passkey.removed',
  'recoveryCodes.issued',
  'recoveryCode.used',
  'codeSheet.issued',
  'codeSheet.bound',
  'codeSheet.voided',
  'account.recovered',
  'email.changed',
  'noticeChoice.changed',
  'invitation.issued',
  'invitation.used',
  'invitation.revoked',
  'identity.claimed',
  'identity.verified',
  'identity.refused',
  'credentialOrder.asked',
  'credentialOrder.carriedOut',
  'credentialOrder.refused',
  'officerOrder.asked',
  'officerOrder.confirmed',
  'officerOrder.refused',
  'representation.asked',
  'representation.granted',
  'representation.refused',
  'representation.ended',
  'representation.used',
  'evidence.read',
  'patient.added',
  'patient.identifierAdded',
  'patient.identifierRemoved',
  'patient.merged',
  'patient.unmerged',
  'patient.flagSet',
  'patient.flagLifted',
  'apiKey.created',
  'apiKey.rotated',
  'apiKey.setRegistered',
  'apiKey.revoked',
  'user.created',
  'user.disabled',
  'user.enabled',
  'user.roleChanged',
  'keys.rotated',
  'backup.began',
  'backup.made',
  'backup.restored',
  'restore.confirmed',
  'facility.changed',
  'setting.changed',
  'holidays.changed',
  'holidays.recounted',
  'template.saved',
  'template.retired',
  'source.set',
  'source.gapFound',
  'source.gapEnded',
  'facility.seeded',
] as const;
export type AuditEventType = (typeof auditEventTypes)[number];

export type AuditValue = string | number | boolean | null | AuditValue[] | { [key: string]: AuditValue };
export type AuditFacts = { [key: string]: AuditValue };

export interface AuditEntry {
  type: AuditEventType;
  actor: Actor;
  at: Date;
  subject: { kind: string; id: string };
  patientId?: string;
  requestId?: string;
  /** Of a list that was looked at: the records that it named. */
  shownPatientIds?: readonly string[];
  before?: AuditFacts;
  after?: AuditFacts;
  reason?: string;
  /** Whether the patient sees it in their own history. */
  visibleToPatient: boolean;
}

/** The fields of a stored event that its seal's hash covers. */
export interface ChainedEvent {
  sequence: bigint;
  at: Date;
  type: string;
  actorKind: string;
  actorId: string | null;
  actorName: string;
  onBehalfOf: string | null;
  subjectKind: string;
  subjectId: string;
  patientId: string | null;
  requestId: string | null;
  before: unknown;
  after: unknown;
  reason: string | null;
  visibleToPatient: boolean;
  /** By the database's own clock; null in events from before it was kept. */
  recordedAt: Date | null;
  /** Of a list that was looked at: the records that it named. */
  shownPatientIds: string[] | null;
  previousHash: string;
  sealedAt: Date;
}

/** The hash before the first event. */
export const chainStart = '0'.repeat(64);

/**
 * The text that the hash of an event's content is taken of. Keys in alphabetical order at every level. Written out, and not sorted for each
 * event: every event is hashed twice, when it is sealed and when the chain is checked.
 */
export function contentText(event: Omit<ChainedEvent, 'sequence' | 'previousHash' | 'sealedAt'>): string {
  const { recordedAt, shownPatientIds } = event;
  const recorded = recordedAt ? `"recordedAt":${JSON.stringify(recordedAt)},` : '';
  const shown = shownPatientIds?.length ? `"shownPatientIds":${JSON.stringify(shownPatientIds)},` : '';
  return (
    `{"actorId":${JSON.stringify(event.actorId)},"actorKind":${JSON.stringify(event.actorKind)},` +
    `"actorName":${JSON.stringify(event.actorName)},"after":${canonical(event.after)},"at":${JSON.stringify(event.at)},` +
    `"before":${canonical(event.before)},"onBehalfOf":${JSON.stringify(event.onBehalfOf)},` +
    `"patientId":${JSON.stringify(event.patientId)},"reason":${JSON.stringify(event.reason)},${recorded}` +
    `"requestId":${JSON.stringify(event.requestId)},${shown}"subjectId":${JSON.stringify(event.subjectId)},` +
    `"subjectKind":${JSON.stringify(event.subjectKind)},"type":${JSON.stringify(event.type)},` +
    `"visibleToPatient":${event.visibleToPatient}}`
  );
}

/**
 * The text that a link's hash is taken of. The content is in it by its hash alone: so a stretch of the chain can be shown to somebody
 * outside, who can recompute each link, without a word of what the events of others say.
 */
export function linkText(link: {
  sequence: bigint;
  previousHash: string;
  contentHash: string;
  sealedAt: Date;
}): string {
  const { contentHash, previousHash, sealedAt, sequence } = link;
  // In alphabetical order.
  return JSON.stringify({ contentHash, previousHash, sealedAt, sequence: sequence.toString() });
}

/**
 * The text that the hash of an older link was taken of, which holds the content itself. Keys in alphabetical order at every level: PostgreSQL's jsonb keeps its own order.
 * `onBehalfOf` is in it only where it is set, and `sealedAt` only where it is another instant than `at`: the first chains had neither.
 */
export function chainText({
  onBehalfOf,
  sealedAt,
  recordedAt,
  shownPatientIds,
  ...event
}: ChainedEvent): string {
  return canonical({
    ...event,
    // What the first events do not have is in a text only where it is there, so that theirs stay what they were.
    ...(recordedAt ? { recordedAt: recordedAt.toISOString() } : {}),
    ...(shownPatientIds?.length ? { shownPatientIds } : {}),
    ...(onBehalfOf === null ? {} : { onBehalfOf }),
    ...(sealedAt.getTime() === event.at.getTime() ? {} : { sealedAt: sealedAt.toISOString() }),
    sequence: event.sequence.toString(),
    at: event.at.toISOString(),
  });
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const facts = value as Readonly<Record<string, unknown>>;
    const entries = Object.keys(facts)
      .sort()
      .map((key) => `${JSON.stringify(key)}:${canonical(facts[key])}`);
    return `{${entries.join(',')}}`;
  }
  return JSON.stringify(value ?? null);
}
