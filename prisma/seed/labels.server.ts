import type { Person } from '#app/audit/actor.ts';
import type { World } from '#app/db/world.ts';
import { addAgreement, endAgreement } from '#app/vendors/agreements.server.ts';
import { isLabelField } from '#app/vendors/label-fields.ts';
import { chosenAnswer, unanswered, type LabelValue, type LabelValues } from '#app/vendors/label.ts';
import { labelDraft, publishLabel, saveLabelDraft } from '#app/vendors/label.server.ts';
import { localDate } from '#app/words/dates.ts';
import { facility } from './cast.ts';
import { agreements, labels, type SeededAnswer, type SeededLabel } from './labels.ts';

const days = 24 * 60 * 60_000;

/** Agreements and labels of the demo's companies, through the doors that staff and the officer use. */
export async function publishLabels(world: World, { staff, officer }: { staff: Person; officer: Person }) {
  const dayFromNow = (count: number) =>
    localDate(new Date(world.clock().getTime() + count * days), facility.timeZone);
  const vendorId = async (slug: string) =>
    (await world.db.vendor.findUniqueOrThrow({ where: { slug }, select: { id: true } })).id;
  for (const { slug, kind, reference, from, until } of agreements) {
    const id = await vendorId(slug);
    const by = { actor: officer, reason: 'Contract on file' };
    const added = await addAgreement(world, {
      vendorId: id,
      kind,
      reference,
      validFrom: dayFromNow(from),
      ...by,
    });
    if (!added.ok) throw new Error(added.refusal);
    if (until === null) continue;
    const row = await world.db.vendorAgreement.findFirstOrThrow({
      where: { vendorId: id, reference },
      select: { id: true },
    });
    const ended = await endAgreement(world, { id: row.id, on: dayFromNow(until), ...by });
    if (!ended.ok) throw new Error(ended.refusal);
  }
  for (const [slug, versions] of Object.entries(labels)) {
    const id = await vendorId(slug);
    for (const { reason, answers } of versions) {
      const { revision } = await labelDraft(world.db, id);
      const saved = await saveLabelDraft(world, {
        vendorId: id,
        answers: answersOf(answers, dayFromNow),
        revision,
        actor: staff,
      });
      if (!saved.ok) throw new Error(`${slug}: ${saved.refusal}`);
      const published = await publishLabel(world, {
        vendorId: id,
        revision: revision + 1,
        reason,
        actor: officer,
      });
      if (!published.ok) throw new Error(`${slug}: ${JSON.stringify(published)}`);
    }
  }
}

function answersOf(seeded: SeededLabel, dayFromNow: (count: number) => string): LabelValues {
  const values: LabelValues = {};
  for (const [field, said] of Object.entries(seeded))
    if (isLabelField(field)) values[field] = valueOf(chosenAnswer(field, said.answer), said, dayFromNow);
  return values;
}

const valueOf = (
  chosen: Pick<LabelValue, 'state' | 'code'>,
  said: SeededAnswer,
  dayFromNow: (count: number) => string,
): LabelValue => ({
  ...unanswered,
  ...chosen,
  plain: said.plain ?? null,
  plainEs: said.plainEs ?? null,
  value: said.value ?? null,
  assertedBy: said.by ?? 'vendor',
  evidenceUrl: said.evidenceUrl ?? null,
  asOf: said.asOf === undefined ? null : dayFromNow(-said.asOf),
  validUntil: said.until === undefined ? null : dayFromNow(said.until),
});
