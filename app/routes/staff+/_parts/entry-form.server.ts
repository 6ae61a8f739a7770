import type { ActionFunctionArgs } from '@remix-run/node';
import { z } from 'zod';
import {
  legalBases,
  modalityCodes,
  modalityInWords,
  basisInWords,
  purposeCodes,
  purposeInWords,
} from '#app/disclosures/accounting-words.ts';
import { mostDocuments } from '#app/disclosures/entry-documents.server.ts';
import type { EnterRefusal } from '#app/disclosures/enter.server.ts';
import type { StaffEntry } from '#app/disclosures/ingest/staff-entry/entry.ts';
import { entryMedia } from '#app/disclosures/ingest/staff-entry/media.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { localDateAt } from '#app/facility/local-date.ts';
import { receivedAt } from '#app/requests/intake.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import type { DoorArgs } from '#app/web/context.ts';
import { formMistakes, oneMistake, readFields } from '#app/web/forms.server.ts';
import { requireFreshFactorFor, type Visit } from '#app/web/guard.server.ts';
import { acceptedDocuments, takeDocuments, type UploadedDocument } from '#app/web/uploads.server.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';

const trimmed = z.string('errors.required').transform((value) => value.replaceAll('\r\n', '\n').trim());
const text = (most: number) => trimmed.pipe(z.string().max(most, 'errors.tooLong')).default('');
export const someText = (most: number) =>
  trimmed.pipe(z.string().min(1, 'errors.required').max(most, 'errors.tooLong'));
const orEmpty = (schema: z.ZodType<string>, message: MessageId) =>
  z.union([z.literal(''), schema], message).default('');

/** The fields of a release that staff write down. */
export const entrySchema = z.strictObject({
  submissionKey: z.uuid('errors.formUnreadable'),
  /** There were documents with it, before a fresh factor was asked for: a kept form has none. */
  documentsOwed: z.literal('yes').optional(),
  vendor: z.uuid('errors.entry.vendor'),
  receiver: someText(200),
  medium: z.enum(entryMedia, 'errors.choose'),
  sentOn: z.iso.date('errors.date'),
  sentTime: orEmpty(z.iso.time({ precision: -1 }), 'errors.time'),
  modality: text(16),
  studyOn: orEmpty(z.iso.date(), 'errors.date'),
  images: orEmpty(z.string().regex(/^[1-9]\d{0,8}$/, 'errors.entry.images'), 'errors.entry.images'),
  description: text(200),
  accession: text(64),
  studyUid: orEmpty(
    z.string().regex(/^(?=.{3,64}$)\d+(?:\.\d+)+$/, 'errors.entry.studyUid'),
    'errors.entry.studyUid',
  ),
  deidentified: z.literal('yes').optional(),
  purpose: z.enum(['', ...purposeCodes], 'errors.choose').default(''),
  basis: z.enum(['', ...legalBases], 'errors.choose').default(''),
  note: text(2_000),
});
export type EntryFields = z.output<typeof entrySchema>;

/** What the form offers, in the reader's language. */
export async function entryChoices({ world, locale, now }: Visit) {
  const words = wordsFor(locale);
  const { timeZone, issuer } = await theFacility(world.db);
  const choice = (value: string, label: string) => ({ value, label });
  return {
    vendors: (await allVendors(world.db)).map(({ id, name }) => choice(id, name)),
    modalities: modalityCodes.map((code) => choice(code, `${modalityInWords(words, code)} (${code})`)),
    purposes: purposeCodes.map((code) => choice(code, purposeInWords(words, code))),
    bases: legalBases.map((code) => choice(code, basisInWords(words, code))),
    today: localDateAt(now, timeZone),
    accept: acceptedDocuments,
    submissionKey: crypto.randomUUID(),
    timeZone,
    issuer,
  };
}
export type EntryChoices = Awaited<ReturnType<typeof entryChoices>>;

type Told = ReturnType<typeof oneMistake>;
export type ReadEntry<T> =
  | { ok: true; fields: T; documents: UploadedDocument[]; typed: Record<string, string[]> }
  | { ok: false; answer: Told | ReturnType<typeof formMistakes> };

/** Reads a posted form with its documents. @param sent loses its documents */
export async function readEntryForm<T extends EntryFields>(
  args: DoorArgs,
  sent: FormData,
  schema: z.ZodType<T>,
  { world, now }: Pick<Visit, 'world' | 'now'>,
): Promise<ReadEntry<T>> {
  const read = await readWithDocuments(args, sent, schema);
  if (!read.ok) return read;
  const { fields, typed } = read;
  const refuse = (field: string, message: MessageId): ReadEntry<T> => ({
    ok: false,
    answer: oneMistake(field, message, { typed }),
  });
  const { timeZone } = await theFacility(world.db);
  const at = receivedAt({ on: fields.sentOn, time: fields.sentTime }, { timeZone, now });
  if (!at.ok && at.why === 'laterToday') return refuse('sentTime', 'errors.timeInFuture');
  if (!at.ok) return refuse('sentOn', at.why === 'tooEarly' ? 'intake.tooEarly' : 'errors.dateInFuture');
  if (!fields.modality && !fields.images && !fields.studyUid) return refuse('modality', 'errors.entry.what');
  return read;
}

/** The same without what only a release has to say. */
export async function readWithDocuments<T extends object>(
  args: DoorArgs,
  sent: FormData,
  schema: z.ZodType<T>,
): Promise<ReadEntry<T>> {
  const files = await takeDocuments(sent, 'documents');
  const form = await readFields(args, sent, { schema });
  if (!form.ok) {
    if (!files.ok) form.mistakes.errors.documents = files.message;
    return { ok: false, answer: formMistakes(form.mistakes) };
  }
  const fields = form.value;
  const typed = Object.fromEntries(
    Object.entries(fields).flatMap(([name, value]): [string, string[]][] =>
      value ? [[name, [String(value)]]] : [],
    ),
  );
  const refuse = (message: MessageId): ReadEntry<T> => ({
    ok: false,
    answer: oneMistake('documents', message, { typed }),
  });
  if (!files.ok) return refuse(files.message);
  if (files.documents.length > mostDocuments) return refuse('errors.entry.tooManyFiles');
  if ('documentsOwed' in fields && fields.documentsOwed && files.documents.length === 0)
    return refuse('errors.fileAgain');
  return { ok: true, fields, documents: files.documents, typed };
}

/**
 * Whoever writes a release into the ledger, or takes one out, is at the keyboard now. What was typed is kept; documents are asked for again.
 * Call it before the form is read: the page that shows a mistake would ask for the factor too, and lose what was typed.
 */
export function requireFreshEntry(args: ActionFunctionArgs, visit: Visit, sent: FormData): Promise<void> {
  const all = [...sent];
  const texts = all.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : []));
  const hasDocuments = all.some(([, one]) => typeof one !== 'string' && one.size > 0);
  return requireFreshFactorFor(args, visit, {
    ...Object.fromEntries(texts),
    ...(hasDocuments ? { documentsOwed: 'yes' } : {}),
  });
}

/** The entry that the room keeps, out of what the form sends. */
export function entryOf(
  fields: EntryFields,
  about: Pick<StaffEntry, 'enteredBy' | 'patientId' | 'timeZone' | 'corrects' | 'occurredAt'>,
): StaffEntry {
  const given = (value: string) => value || null;
  return {
    ...about,
    format: 1,
    key: fields.submissionKey,
    vendorId: fields.vendor,
    receiver: fields.receiver,
    medium: fields.medium,
    sentOn: fields.sentOn,
    sentTime: given(fields.sentTime),
    studyUid: given(fields.studyUid),
    accession: given(fields.accession),
    modality: given(fields.modality),
    studyOn: given(fields.studyOn),
    description: given(fields.description),
    images: fields.images ? Number(fields.images) : null,
    deidentified: fields.deidentified === 'yes',
    purpose: given(fields.purpose),
    basis: fields.basis || null,
    note: given(fields.note),
    documents: [],
  };
}

/** Which field a refusal of the room stands beside, and its words. */
export const refusedEntry: Record<
  Exclude<EnterRefusal, 'noSuchPatient' | 'notThere'>,
  [field: string, message: MessageId]
> = {
  noSuchVendor: ['vendor', 'errors.entry.vendor'],
  sentAlready: ['', 'errors.entry.sentAlready'],
  correctedMeanwhile: ['', 'errors.entry.correctedMeanwhile'],
  suspicious: ['', 'errors.entry.suspicious'],
};
