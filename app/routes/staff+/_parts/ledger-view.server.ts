import { z } from 'zod';
import {
  basisCitation,
  basisInWords,
  exclusionInWords,
  legalBases,
  purposeInWords,
  sentInWords,
} from '#app/disclosures/accounting-words.ts';
import { whoStated } from '#app/disclosures/ledger-entry.server.ts';
import { searchLedger, type LedgerEntry } from '#app/disclosures/ledger-search.server.ts';
import { sentAtInWords } from '#app/disclosures/time-words.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { can } from '#app/people/can.ts';
import type { DoorArgs } from '#app/web/context.ts';
import { formMistakes, oneMistake, readForm } from '#app/web/forms.server.ts';
import type { Visit } from '#app/web/guard.server.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { classifiedBy } from './classified-by.ts';

const text = z.string().trim().max(120, 'errors.tooLong').default('');
const date = z.union([z.literal(''), z.iso.date('errors.date')], 'errors.date').default('');
const schema = z.strictObject({
  number: text,
  vendor: z.union([z.literal(''), z.uuid('errors.choose')], 'errors.choose').default(''),
  study: text,
  from: date,
  to: date,
  basis: z.enum(['', 'none', ...legalBases], 'errors.choose').default(''),
  layer: z.enum(['both', 'law', 'also'], 'errors.choose'),
  after: z.uuid('errors.formUnreadable').optional(),
});

/** A search of the ledger is a form that is sent, not an address: patient numbers stay out of addresses and logs. */
export async function searchedLedger(args: DoorArgs, { world, person, locale }: Visit) {
  const form = await readForm(args, { schema });
  if (!form.ok) return formMistakes(form.mistakes);
  const { after, ...typed } = form.value;
  const { number, vendor, study, from, to } = typed;
  if ([number, vendor, study, from, to].every((one) => one === ''))
    return oneMistake('number', 'errors.ledgerSearchEmpty', {
      typed: Object.fromEntries(Object.entries(typed).map(([name, value]) => [name, [value]])),
    });
  const { entries, next } = await searchLedger(world, person, {
    number: typed.number,
    study: typed.study,
    from: typed.from,
    to: typed.to,
    basis: typed.basis,
    vendorId: typed.vendor || null,
    required: typed.layer === 'both' ? null : typed.layer === 'law',
    after: after ?? null,
  });
  const { timeZone } = await theFacility(world.db);
  const sees = can(person.role, 'suspensions.see');
  const stated = await whoStated(world, entries);
  const about = { locale, timeZone, sees, stated };
  return { typed, next, entries: entries.map((entry) => entryView(entry, about)) };
}

export type SearchedLedger = Exclude<Awaited<ReturnType<typeof searchedLedger>>, { data: unknown }>;

function entryView(
  entry: LedgerEntry,
  {
    locale,
    timeZone,
    sees,
    stated,
  }: { locale: Locale; timeZone: string; sees: boolean; stated: ReadonlyMap<string, string> },
) {
  const words = wordsFor(locale);
  const at = (instant: Date) => instantInWords(locale, instant, timeZone);
  const rule = classifiedBy(words, { ...entry, statedBy: stated.get(entry.id) });
  const marks = [
    ...(entry.correctedBy ? [words('ledger.list.corrected')] : []),
    ...(entry.correctsId ? [words(entry.retracted ? 'ledger.list.retracts' : 'ledger.list.corrects')] : []),
    ...(entry.correctionReason ? [entry.correctionReason] : []),
    ...(entry.againstNo ? [words('ledger.list.against')] : []),
    ...(sees && entry.suspended ? [words('ledger.list.suspended')] : []),
  ];
  return {
    id: entry.id,
    sent: sentAtInWords(entry, { words, locale, timeZone }),
    recorded: words('ledger.list.recorded', { at: at(entry.recordedAt) }),
    isCorrected: entry.correctedBy !== null,
    patient: { id: entry.patientId, name: `${entry.patient.givenName} ${entry.patient.familyName}` },
    vendor: entry.vendor.name,
    destination: entry.destination,
    what: [
      ...sentInWords(
        {
          modality: entry.modality,
          images: entry.instanceCount,
          studyOn: entry.studyOn?.toISOString().slice(0, 10) ?? null,
          studyUid: null,
          withoutIdentity: entry.anonymized === true,
        },
        words,
        locale,
      ),
      ...[entry.studyUid, entry.accessionNumber].flatMap((one) => one ?? []),
    ],
    why: [
      purposeInWords(words, entry.purpose),
      [basisInWords(words, entry.legalBasis), basisCitation(entry.legalBasis)].filter(Boolean).join(' '),
      entry.legallyRequired
        ? words('ledger.list.law')
        : `${words('ledger.list.also')}: ${exclusionInWords(words, entry.exclusionReason)}`,
      rule,
    ],
    evidenceCount: words('ledger.list.evidenceCount', { count: entry._count.evidence }),
    evidence: entry.evidence.map(({ role, auditRecord }) => ({
      hash: auditRecord.sha256,
      text: `${words(`ledger.channel.${auditRecord.batch.channel}`)}, ${words(`ledger.role.${role}`)}, ${at(auditRecord.receivedAt)}`,
    })),
    marks,
  };
}

export type LedgerEntryView = ReturnType<typeof entryView>;
