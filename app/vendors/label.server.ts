import type { Person } from '#app/audit/actor.ts';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { inTransaction, type Db, type Tx } from '#app/db/client.server.ts';
import { newRowId } from '#app/db/row-id.server.ts';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDate } from '#app/words/dates.ts';
import { agreementFields, agreementOf } from './agreements.server.ts';
import { labelFields, labelFieldIds, type LabelFieldId } from './label-fields.ts';
import {
  answerChosen,
  labelDifferences,
  readLabelValues,
  registerAnswers,
  wordingProblems,
  type LabelValue,
  type LabelValues,
  type WordingProblem,
} from './label.ts';
import { newestLabel } from './published-labels.server.ts';
import { lockVendor } from './vendors.server.ts';

export interface LabelDraft {
  values: LabelValues;
  /** Counts the savings; 0 where there is no draft yet. */
  revision: number;
  changedAt: Date | null;
}

/** What staff work on. Without a draft: what is published, as the draft that the first change begins. */
export async function labelDraft(db: Db | Tx, vendorId: string): Promise<LabelDraft> {
  const row = await db.vendorLabelDraft.findUnique({
    where: { vendorId },
    select: { values: true, revision: true, changedAt: true },
  });
  if (row) return { ...row, values: readLabelValues(row.values) };
  const published = await newestLabel(db, vendorId);
  return { values: askedOf(published?.values ?? {}), revision: 0, changedAt: null };
}

/** Without what the register answers by itself, and without what says nothing: not even when it was asked. */
const askedOf = (values: LabelValues): LabelValues =>
  Object.fromEntries(
    labelFieldIds.flatMap((field) => {
      const value = values[field];
      const says = value && (value.state !== 'notAnswered' || value.asOf !== null);
      return says && labelFields[field].type !== 'register' ? [[field, value]] : [];
    }),
  );

export type DraftSaved =
  { ok: true } | { ok: false; refusal: 'gone' | 'changedMeanwhile' | 'nothingChanged' };

/**
 * Puts answers into the draft of a vendor's label, in place of what it said of these fields.
 * @param change.revision the draft that the answers were written on; another one means that somebody saved in between
 */
export function saveLabelDraft(
  world: World,
  change: { vendorId: string; answers: LabelValues; revision: number; actor: Person; from?: string },
): Promise<DraftSaved> {
  return inTransaction(world.db, (tx) => saveWithin(tx, world.clock(), change));
}

/** The same in the transaction of what the answers come from. */
export async function saveWithin(
  tx: Tx,
  now: Date,
  {
    vendorId,
    answers,
    revision,
    actor,
    from,
  }: { vendorId: string; answers: LabelValues; revision: number; actor: Person; from?: string },
): Promise<DraftSaved> {
  if (!(await lockVendor(tx, vendorId))) return { ok: false, refusal: 'gone' };
  const draft = await labelDraft(tx, vendorId);
  if (draft.revision !== revision) return { ok: false, refusal: 'changedMeanwhile' };
  const values = askedOf({ ...draft.values, ...answers });
  const changed = labelDifferences(draft.values, values);
  if (changed.length === 0) return { ok: false, refusal: 'nothingChanged' };
  const row = { values: values as object, revision: revision + 1, changedAt: now };
  await tx.vendorLabelDraft.upsert({
    where: { vendorId },
    create: { vendorId, ...row },
    update: row,
    select: { vendorId: true },
  });
  await appendEvent(tx, {
    type: 'label.drafted',
    actor,
    at: now,
    subject: { kind: 'vendor', id: vendorId },
    before: answersIn(draft.values, changed),
    after: { ...answersIn(values, changed), ...(from ? { from } : {}) },
    visibleToPatient: false,
  });
  return { ok: true };
}

/** What was chosen for fields, in an event: the texts are in the versions. */
const answersIn = (values: LabelValues, changed: readonly { field: LabelFieldId }[]): AuditFacts =>
  Object.fromEntries(
    changed.map(({ field }) => {
      const value = values[field];
      return [field, value ? answerChosen(value) : 'notAnswered'];
    }),
  );

/** Throws a draft away; what is published stays. */
export function dropLabelDraft(
  world: World,
  { vendorId, actor }: { vendorId: string; actor: Person },
): Promise<{ ok: true } | { ok: false; refusal: 'gone' }> {
  return inTransaction(world.db, async (tx) => {
    if (!(await lockVendor(tx, vendorId))) return { ok: false, refusal: 'gone' };
    const { count } = await tx.vendorLabelDraft.deleteMany({ where: { vendorId } });
    if (count === 0) return { ok: false, refusal: 'gone' };
    await appendEvent(tx, {
      type: 'label.draftDropped',
      actor,
      at: world.clock(),
      subject: { kind: 'vendor', id: vendorId },
      visibleToPatient: false,
    });
    return { ok: true };
  });
}

export type LabelPublished =
  | { ok: true; number: number }
  | { ok: false; refusal: 'gone' | 'changedMeanwhile' | 'nothingChanged' }
  | { ok: false; refusal: 'wording'; problems: WordingProblem[] };

/** Publishes the draft as the next version of a vendor's label: from its commit on everybody reads it. */
export async function publishLabel(
  world: World,
  {
    vendorId,
    revision,
    reason,
    actor,
  }: { vendorId: string; revision: number; reason: string; actor: Person },
): Promise<LabelPublished> {
  const now = world.clock();
  const { timeZone } = await theFacility(world.db);
  return inTransaction(world.db, async (tx) => {
    if (!(await lockVendor(tx, vendorId))) return { ok: false, refusal: 'gone' };
    const draft = await labelDraft(tx, vendorId);
    if (draft.revision === 0) return { ok: false, refusal: 'nothingChanged' };
    if (draft.revision !== revision) return { ok: false, refusal: 'changedMeanwhile' };
    const problems = wordingProblems(draft.values);
    if (problems.length > 0) return { ok: false, refusal: 'wording', problems };
    const before = await newestLabel(tx, vendorId);
    const changed = labelDifferences(askedOf(before?.values ?? {}), draft.values);
    if (changed.length === 0) return { ok: false, refusal: 'nothingChanged' };
    const { agreements, relationship } = await tx.vendor.findUniqueOrThrow({
      where: { id: vendorId },
      select: { relationship: true, agreements: { select: agreementFields } },
    });
    const facts = { relationship, agreements: agreements.map(agreementOf) };
    const values = { ...draft.values, ...registerAnswers(facts, localDate(now, timeZone)) };
    const id = newRowId(now);
    const number = (before?.number ?? 0) + 1;
    await tx.vendorLabelVersion.create({
      data: { id, vendorId, number, publishedAt: now },
      select: { id: true },
    });
    await tx.vendorLabelValue.createMany({ data: rowsOf(id, values) });
    await tx.vendorLabelDraft.delete({ where: { vendorId }, select: { vendorId: true } });
    await appendEvent(tx, {
      type: 'label.published',
      actor,
      at: now,
      subject: { kind: 'vendorLabelVersion', id },
      before: answersIn(before?.values ?? {}, changed),
      after: { vendorId, number, ...answersIn(values, changed) },
      reason,
      visibleToPatient: false,
    });
    return { ok: true, number };
  });
}

const dayOf = (date: string | null) => date && new Date(`${date}T00:00:00Z`);

const rowsOf = (versionId: string, values: LabelValues) =>
  (Object.entries(values) as [LabelFieldId, LabelValue][]).map(([field, { asOf, validUntil, ...value }]) => ({
    versionId,
    field,
    ...value,
    asOf: dayOf(asOf),
    validUntil: dayOf(validUntil),
  }));

export interface LabelMaking {
  at: Date;
  by: string;
  reason: string | null;
}

/** Who published each of these versions, when and why. */
export async function labelsMadeBy(db: Db, versionIds: readonly string[]): Promise<Map<string, LabelMaking>> {
  const events = await db.auditEvent.findMany({
    where: {
      type: 'label.published',
      subjectKind: 'vendorLabelVersion',
      subjectId: { in: [...versionIds] },
    },
    select: { subjectId: true, at: true, actorName: true, reason: true },
  });
  return new Map(events.map(({ subjectId, actorName: by, ...rest }) => [subjectId, { by, ...rest }]));
}
