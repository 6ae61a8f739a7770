import { appendEvent } from '#app/audit/audit.server.ts';
import type { Person } from '#app/audit/actor.ts';
import type { Db, Tx } from '#app/db/client.server.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { lockRecordGroup } from '#app/people/record-account.server.ts';
import { recordGroups } from '#app/people/records.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { countedFor, type OptOutRecord } from './decide.ts';
import type { OptOutPurpose } from './purposes.ts';
import { askThatCounts, endAfter } from './rules.ts';

/** What a patient chose, as their form was checked. */
export interface OptOutChoice {
  purposes: OptOutPurpose[];
  vendors: 'all' | string[];
  studies: 'all' | string[];
  coversDeidentified: boolean;
}

interface Filing {
  actor: Person;
  patientId: string;
  requestId: string;
  now: Date;
  wording: { version: string; locale: Locale };
}

/** Why a choice was not recorded. `alreadyWithdrawn`: what it would replace counts no more. */
export type ChoiceRefusal = WithdrawalRefusal | 'purposeNotAsked' | 'studyUnknown';

/**
 * Writes a "no". In force for export checks from the commit of `tx`.
 * @param replaces the "no" in whose place it stands, which stays as it was written
 * @returns the record's id, or why there is none
 */
export function recordDenial(
  tx: Tx,
  filing: Filing,
  choice: OptOutChoice,
  replaces: string | null = null,
): Promise<string | ChoiceRefusal> {
  return recordChoice(tx, filing, { act: 'denied', ...choice }, replaces);
}

/** The same for a "yes" to purposes that the facility asks permission for. It counts for the records that are one person now. */
export function recordPermission(
  tx: Tx,
  filing: Filing,
  choice: OptOutChoice,
  replaces: string | null = null,
): Promise<string | ChoiceRefusal> {
  return recordChoice(tx, filing, { act: 'permitted', ...choice }, replaces);
}

async function recordChoice(
  tx: Tx,
  filing: Filing,
  { act, ...choice }: OptOutChoice & { act: 'denied' | 'permitted' },
  replaces: string | null,
): Promise<string | ChoiceRefusal> {
  const { permission, noCountsFor, yesCountsFor } = await settingNow(tx, 'choices');
  if (act === 'permitted' && !choice.purposes.every((purpose) => permission.includes(purpose)))
    return 'purposeNotAsked';
  // Held: records that are joined or parted at the same moment are so before this or after it.
  const group = await lockRecordGroup(tx, filing.patientId);
  const earlier = replaces === null ? null : await choiceToEnd(tx, filing, group, replaces);
  if (typeof earlier === 'string') return earlier;
  if (earlier && earlier.act !== act) return 'notFound';
  if (choice.studies !== 'all') {
    // What the ledger knows no more stays named by whoever named it: else a "no" would shrink with the ledger.
    const unnamed = choice.studies.filter((uid) => !earlier?.scope.studyUids.includes(uid));
    if (!(await areTheirs(tx, group, unnamed))) return 'studyUnknown';
  }
  if (earlier && replaces !== null && act === 'permitted' && earlier.patientId !== filing.patientId)
    await tx.optOut.create({ data: endOf(filing, earlier, replaces), select: { id: true } });
  const { id } = await tx.optOut.create({
    data: {
      ...rowOf(filing),
      act,
      purposes: choice.purposes,
      vendorReach: choice.vendors === 'all' ? 'all' : 'named',
      vendorIds: choice.vendors === 'all' ? [] : choice.vendors,
      studyReach: choice.studies === 'all' ? 'all' : 'named',
      studyUids: choice.studies === 'all' ? [] : choice.studies,
      coversDeidentified: choice.coversDeidentified,
      givenForIds: act === 'permitted' ? group : [],
      expiresAt: act === 'permitted' ? endAfter(filing.now, yesCountsFor) : null,
      mayEndAt: act === 'denied' ? endAfter(filing.now, noCountsFor) : null,
      supersedesId: replaces,
    },
    select: { id: true },
  });
  const type = replaces ? 'optOut.changed' : act === 'denied' ? 'optOut.filed' : 'optOut.permitted';
  await appendOptOutEvent(tx, filing, type, id, { ...choice, act, ...(replaces ? { replaces } : {}) });
  return id;
}

async function areTheirs(tx: Tx, group: string[], studies: readonly string[]): Promise<boolean> {
  const known = await tx.disclosure.findMany({
    where: { patientId: { in: group }, studyUid: { in: [...studies] } },
    distinct: ['studyUid'],
    select: { studyUid: true },
  });
  return known.length === new Set(studies).size;
}

export type WithdrawalRefusal = 'notFound' | 'alreadyWithdrawn';

/**
 * Writes the withdrawal of an earlier choice as a record of its own. That of a "no" stands under the patient's record: were the records
 * parted again, a "no" of the other would count there as before. That of a "yes" stands beside the "yes", in whichever record of the group
 * it was filed for, so that no parting brings it back.
 */
export async function recordWithdrawal(
  tx: Tx,
  filing: Filing,
  endedId: string,
): Promise<string | WithdrawalRefusal> {
  const group = await lockRecordGroup(tx, filing.patientId);
  const ended = await choiceToEnd(tx, filing, group, endedId);
  if (typeof ended === 'string') return ended;
  const { id } = await tx.optOut.create({ data: endOf(filing, ended, endedId), select: { id: true } });
  await appendOptOutEvent(tx, filing, 'optOut.withdrawn', id, { withdraws: endedId, act: ended.act });
  return id;
}

/** The "no" or "yes" that a new record is to end, with its scope; or why it cannot. */
async function choiceToEnd(tx: Tx, filing: Filing, group: string[], id: string) {
  const found = await tx.optOut.findFirst({
    where: {
      id,
      patientId: { in: group },
      act: { in: ['denied', 'permitted'] },
      // Whoever may file but not see reaches only what they filed themselves.
      ...(filing.actor.onBehalfOf?.scope === 'file' ? { recordedById: filing.actor.id } : {}),
    },
    select: {
      act: true,
      patientId: true,
      purposes: true,
      vendorReach: true,
      vendorIds: true,
      studyReach: true,
      studyUids: true,
      coversDeidentified: true,
      supersededBy: { where: { patientId: { in: group } }, select: { id: true } },
    },
  });
  if (!found) return 'notFound';
  const { supersededBy, act, patientId, ...scope } = found;
  return supersededBy.length > 0 ? 'alreadyWithdrawn' : { act, patientId, scope };
}

/** The row that ends a choice: of a "yes" in the record where the "yes" is, of a "no" in that of whoever ends it. */
function endOf(
  filing: Filing,
  { act, patientId, scope }: Exclude<Awaited<ReturnType<typeof choiceToEnd>>, string>,
  endedId: string,
) {
  const row = { ...rowOf(filing), ...scope, act: 'withdrawn' as const, supersedesId: endedId };
  return act === 'permitted' ? { ...row, patientId } : row;
}

function rowOf(filing: Filing) {
  return {
    patientId: filing.patientId,
    requestId: filing.requestId,
    recordedById: filing.actor.id,
    effectiveFrom: filing.now,
    recordedAt: filing.now,
    wordingVersion: filing.wording.version,
    wordingLocale: filing.wording.locale,
  };
}

function appendOptOutEvent(
  tx: Tx,
  filing: Filing,
  type: 'optOut.filed' | 'optOut.permitted' | 'optOut.changed' | 'optOut.withdrawn',
  id: string,
  after: Record<string, string | boolean | string[]>,
) {
  return appendEvent(tx, {
    type,
    actor: filing.actor,
    at: filing.now,
    subject: { kind: 'optOut', id },
    patientId: filing.patientId,
    requestId: filing.requestId,
    after: { ...after, wordingVersion: filing.wording.version, wordingLocale: filing.wording.locale },
    visibleToPatient: true,
  });
}

const recordFields = {
  id: true,
  sequence: true,
  patientId: true,
  act: true,
  purposes: true,
  vendorReach: true,
  vendorIds: true,
  studyReach: true,
  studyUids: true,
  coversDeidentified: true,
  effectiveFrom: true,
  expiresAt: true,
  recordedAt: true,
  supersedesId: true,
  givenForIds: true,
  asks: { select: { patientId: true, askedAt: true, endsAt: true } },
} as const;

/**
 * All records of some patients, ready for `decideExport`: also those of records that are one person with them, so that a "no" in any of
 * them counts for all. A "yes" counts only for the records that were one person when it was given: what was joined since has not said it,
 * and reads it as a withdrawal of what it replaced.
 * A withdrawal ends only the record that it names. A "no" with an end has it only once its patient was asked.
 */
export async function optOutRecordsOf(
  db: Db | Tx,
  patientIds: string[],
): Promise<Map<string, OptOutRecord[]>> {
  const byPatient = new Map<string, OptOutRecord[]>();
  if (patientIds.length === 0) return byPatient;
  const groups = await recordGroups(db, patientIds);
  const said = await whoSaidAnything(db, [...new Set([...groups.values()].flat())]);
  if (said.length === 0) return byPatient;
  const rows = await db.optOut.findMany({
    where: { patientId: { in: said } },
    select: recordFields,
    orderBy: { sequence: 'asc' },
  });
  const askedBy = new Map<string, string[]>();
  for (const [asked, group] of groups)
    for (const member of group) askedBy.set(member, [...(askedBy.get(member) ?? []), asked]);
  for (const {
    patientId,
    vendorReach,
    vendorIds,
    studyReach,
    studyUids,
    givenForIds,
    asks,
    ...row
  } of rows) {
    const [one] = askedBy.get(patientId) ?? [];
    const group = (one === undefined ? undefined : groups.get(one)) ?? [patientId];
    const record: OptOutRecord = {
      ...row,
      expiresAt: row.act === 'denied' ? (askThatCounts(asks, group)?.endsAt ?? null) : row.expiresAt,
      vendors: vendorReach === 'all' ? 'all' : vendorIds,
      studies: studyReach === 'all' ? 'all' : studyUids,
    };
    for (const one of askedBy.get(patientId) ?? [])
      byPatient.set(one, [...(byPatient.get(one) ?? []), countedFor(record, givenForIds, one)]);
  }
  return byPatient;
}

/** Of hundreds most never said anything. They are asked about in one parameter: bound one by one they cost more than all that is read. */
async function whoSaidAnything(db: Db | Tx, patientIds: string[]): Promise<string[]> {
  if (patientIds.length < 10) return patientIds;
  const rows = await db.$queryRaw<{ id: string }[]>`
    select distinct patient_id as id from opt_out where patient_id = any(${patientIds}::uuid[])`;
  return rows.map(({ id }) => id);
}
