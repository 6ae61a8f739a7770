import {
  basisCitation,
  basisInWords,
  exclusionInWords,
  purposeInWords,
  sentInWords,
} from '#app/disclosures/accounting-words.ts';
import { entriesByHand, whoStated, type OneEntry } from '#app/disclosures/ledger-entry.server.ts';
import { sentAtInWords } from '#app/disclosures/time-words.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { instantInWords } from '#app/words/dates.ts';
import { wordsFor } from '#app/words/words.ts';
import { classifiedBy } from './classified-by.ts';

/** One row of the record, for its page. */
export async function entryView(row: OneEntry, { world, locale }: Visit) {
  const words = wordsFor(locale);
  const { timeZone } = await theFacility(world.db);
  const at = (instant: Date) => instantInWords(locale, instant, timeZone);
  const byHand = await entriesByHand(world, row);
  const mediumOf = new Map(byHand.map(({ recordId, entry }) => [recordId, entry.medium]));
  const noteOf = new Map(byHand.map(({ recordId, entry }) => [recordId, entry.note]));
  const nameOf = new Map(byHand.map(({ recordId, enteredBy }) => [recordId, enteredBy]));
  const what = sentInWords(
    {
      modality: row.modality,
      images: row.instanceCount,
      studyOn: row.studyOn?.toISOString().slice(0, 10) ?? null,
      studyUid: null,
      withoutIdentity: row.anonymized === true,
    },
    words,
    locale,
  );
  const purpose = purposeInWords(words, row.purpose);
  const basis = [basisInWords(words, row.legalBasis), basisCitation(row.legalBasis)]
    .filter(Boolean)
    .join(' ');
  const statedBy = (await whoStated(world, [row])).get(row.id);
  const rule = classifiedBy(words, { ...row, statedBy });
  return {
    id: row.id,
    company: row.vendor.name,
    patient: { id: row.patientId, name: `${row.patient.givenName} ${row.patient.familyName}` },
    sent: sentAtInWords(row, { words, locale, timeZone }),
    recorded: at(row.recordedAt),
    destination: row.destination,
    what: [...what, ...[row.studyDescription, row.studyUid, row.accessionNumber].flatMap((one) => one ?? [])],
    purpose,
    basis,
    list: row.legallyRequired
      ? words('ledger.list.law')
      : `${words('ledger.list.also')}: ${exclusionInWords(words, row.exclusionReason)}`,
    rule,
    /** What it is for, what allows it, and what says so. */
    classified: [purpose, basis, rule].join('. '),
    corrects: row.correctsId && {
      id: row.correctsId,
      reason: row.correctionReason ?? '',
      retracted: row.retracted,
    },
    correctedBy: row.correctedBy && {
      id: row.correctedBy.id,
      at: at(row.correctedBy.recordedAt),
      reason: row.correctedBy.correctionReason ?? '',
    },
    evidence: row.evidence.map(({ role, auditRecord: { id, sha256, receivedAt, batch, documents } }) => {
      const medium = mediumOf.get(id);
      return {
        id,
        hash: sha256,
        text: `${words(`ledger.channel.${batch.channel}`)}, ${words(`ledger.role.${role}`)}, ${at(receivedAt)}`,
        enteredBy: nameOf.has(id) ? words('entries.one.enteredBy', { name: nameOf.get(id) ?? '' }) : null,
        medium: medium ? words(`entries.medium.${medium}`) : null,
        note: noteOf.get(id) ?? null,
        documents: documents.map((document) => ({
          id: document.id,
          name: document.fileName,
          hash: document.sha256,
        })),
      };
    }),
  };
}
