import type { openFlags } from '#app/people/flags.server.ts';
import type { Candidate, representationForStaff } from '#app/people/representations-reading.server.ts';
import type { GrantRefusal } from '#app/people/representation-grants.server.ts';
import { isMinor, lastDayAsMinor } from '#app/people/representation-rules.ts';
import { representationView } from '#app/web/present-representations.server.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';

type ForStaff = NonNullable<Awaited<ReturnType<typeof representationForStaff>>>;

/** Where on the form a refusal stands, and its words. */
export const grantMistakes: Record<
  Exclude<GrantRefusal, 'notFound'>,
  { field: string; message: MessageId }
> = {
  notFromThisState: { field: '', message: 'errors.representationMoved' },
  patientUnknown: { field: 'patient', message: 'errors.chooseRecord' },
  notCandidate: { field: 'patient', message: 'errors.chooseRecord' },
  reasonDiffers: { field: 'why', message: 'errors.reasonDiffers' },
  basisDiffers: { field: 'why', message: 'errors.basisDiffers' },
  guardianOfAdult: { field: 'why', message: 'errors.guardianOfAdult' },
  documentMissing: { field: 'paper', message: 'errors.documentMissing' },
  ownRecord: { field: 'patient', message: 'errors.ownRecord' },
  flagged: { field: 'patient', message: 'errors.flaggedAgainst' },
  notAMinor: { field: 'basis', message: 'errors.notAMinor' },
  endsAfterMinority: { field: 'endsOn', message: 'errors.endsAfterMinority' },
  endsBeforeStart: { field: 'endsOn', message: 'errors.endsBeforeStart' },
  endsInThePast: { field: 'endsOn', message: 'errors.endsInThePast' },
  startsInTheFuture: { field: 'startsOn', message: 'errors.dateInFuture' },
};

/** What was asked, and what became of it, for a page. */
export function decisionView(one: ForStaff, { locale, timeZone }: { locale: Locale; timeZone: string }) {
  const words = wordsFor(locale);
  return {
    ...representationView(one, { locale, timeZone }),
    email: one.representative.email,
    patientId: one.patientId,
    basis: one.basis,
    scope: one.scope,
    typed: { ...one.typed, bornOn: dateInWords(locale, one.typed.bornOn) },
    evidence: one.evidence.map(({ id, fileName, byteCount, mediaType }) => ({
      id,
      fileName,
      size: words('records.decide.size', {
        kind: mediaType.split('/')[1]?.toUpperCase() ?? '',
        size: Math.max(1, Math.round(byteCount / 1024)),
      }),
    })),
    decided:
      one.decidedAt && one.decidedBy
        ? words('records.decide.decided', {
            date: dayOfInstantInWords(locale, one.decidedAt, timeZone),
            name: one.decidedBy,
          })
        : null,
    endReason: one.endReason,
  };
}
export type DecisionView = ReturnType<typeof decisionView>;

/** A record that may be meant: which fields agree, whether it is a child's, and the flags on it. */
export function candidateView(
  { record, agrees }: Candidate,
  flags: Awaited<ReturnType<typeof openFlags>>,
  { locale, one, today }: { locale: Locale; one: ForStaff; today: string },
) {
  const words = wordsFor(locale);
  return {
    id: record.id,
    name: `${record.givenName} ${record.familyName}`,
    minorUntil: isMinor(record.bornOn, today) ? lastDayAsMinor(record.bornOn) : null,
    minor: isMinor(record.bornOn, today)
      ? words('records.decide.minor', { date: dateInWords(locale, lastDayAsMinor(record.bornOn)) })
      : words('records.decide.adult'),
    rows: [
      { term: words('records.field.givenName'), value: record.givenName, agrees: agrees.givenName },
      { term: words('records.field.familyName'), value: record.familyName, agrees: agrees.familyName },
      {
        term: words('records.field.bornOn'),
        value: dateInWords(locale, record.bornOn),
        agrees: agrees.bornOn,
      },
      {
        term: words('records.field.patientNumber'),
        value: record.identifiers
          .map((key) => words('disclosures.accounting.fact.identifier', { ...key }))
          .join(', '),
        agrees: agrees.patientNumber,
      },
    ],
    flags: flags
      .filter(({ kind }) => kind === 'conflict' || kind === 'doNotDisclose')
      .map((flag) =>
        words(`records.flag.${flag.kind}`, { name: flag.against?.displayName ?? flag.personName ?? '' }),
      ),
    shutOut: flags.some(({ against }) => against !== null && against.email === one.representative.email),
  };
}
export type CandidateView = ReturnType<typeof candidateView>;
