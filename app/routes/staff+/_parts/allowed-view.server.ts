import { z } from 'zod';
import type { World } from '#app/db/world.ts';
import { disclosuresOfPatient } from '#app/disclosures/disclosures.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { answerAsOf, type AnswerAsOf } from '#app/optouts/as-of.server.ts';
import { purposesInWords } from '#app/optouts/choice-words.ts';
import { receivedAt } from '#app/requests/intake.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import type { FormMistakes } from '#app/web/mistakes.ts';
import { studiesView } from '#app/web/present-studies.server.ts';
import { instantInWords, localDate } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';
import { purposesAsked, type AllowedAnswer } from './allowed-question.ts';

const fields = ['on', 'time', 'company', 'purpose', 'study', 'identity', 'knownOn', 'knownTime'] as const;
type Field = (typeof fields)[number];

export interface Asked {
  /** Whether the form was sent, or the page only opened. */
  isSent: boolean;
  typed: Record<Field, string>;
}

/** What an address asks. Anybody can have written it. */
export function readAllowed(query: URLSearchParams): Asked {
  const typed = Object.fromEntries(fields.map((name) => [name, query.get(name) ?? ''])) as Asked['typed'];
  return { isSent: query.get('asked') === 'yes', typed };
}

interface AllowedView {
  typed: Asked['typed'];
  companies: { slug: string; name: string }[];
  studies: { uid: string; name: string }[];
  answers: AllowedAnswer[];
  mistakes?: FormMistakes;
}

/** The form, and once it was sent its answers: by what was on record at that moment, and by what is, or was at a later one. */
export async function allowedView(
  world: World,
  { id, asked, now, locale }: { id: string; asked: Asked; now: Date; locale: Locale },
): Promise<AllowedView> {
  const { db } = world;
  const [{ timeZone }, register, sent] = await Promise.all([
    theFacility(db),
    allVendors(db),
    disclosuresOfPatient(db, id, { now }),
  ]);
  const studies = studiesView(sent, locale);
  const form = {
    typed: asked.isSent ? asked.typed : { ...asked.typed, on: localDate(now, timeZone) },
    companies: register.map(({ slug, name }) => ({ slug, name })),
    studies: studies.map(({ uid, name }) => ({ uid, name })),
  };
  if (!asked.isSent) return { ...form, answers: [] };
  const { typed } = asked;
  const errors: FormMistakes['errors'] = {};
  const moment = (on: Field, time: Field): Date | null => {
    if (!z.iso.date().safeParse(typed[on]).success) errors[on] = 'errors.date';
    if (!z.iso.time({ precision: -1 }).safeParse(typed[time]).success) errors[time] = 'errors.time';
    if (errors[on] || errors[time]) return null;
    const read = receivedAt({ on: typed[on], time: typed[time] }, { timeZone, now });
    if (read.ok) return read.at;
    errors[on] = read.why === 'tooEarly' ? 'errors.date' : 'errors.dateInFuture';
    return null;
  };
  const at = moment('on', 'time');
  const isLater = typed.knownOn !== '' || typed.knownTime !== '';
  const knownAt = isLater ? moment('knownOn', 'knownTime') : now;
  if (at && knownAt && knownAt < at) errors.knownOn = 'records.allowed.knownTooEarly';
  const vendor = register.find(({ slug }) => slug === typed.company);
  if (!vendor) errors.company = 'errors.choose';
  const purpose = purposesAsked.find(({ code }) => code === typed.purpose);
  if (!purpose) errors.purpose = 'errors.choose';
  const isStudyKnown = typed.study === '' || studies.some(({ uid }) => uid === typed.study);
  if (!isStudyKnown) errors.study = 'errors.choose';
  if (typed.identity !== 'with' && typed.identity !== 'without') errors.identity = 'errors.choose';
  if (!at || !knownAt || !vendor || !purpose || Object.keys(errors).length > 0)
    return { ...form, answers: [], mistakes: { errors, typed: {} } };
  const question = {
    purpose: purpose.code,
    vendorId: vendor.id,
    identifiable: typed.identity === 'with',
    studyUid: typed.study || null,
  };
  const [then, later] = await Promise.all([
    answerAsOf(db, id, question, { at, knownAt: at }),
    answerAsOf(db, id, question, { at, knownAt }),
  ]);
  const reader = { locale, timeZone };
  return {
    ...form,
    answers: [
      inWords(
        then,
        wordsFor(locale)('records.allowed.knownThen', { at: instantInWords(locale, at, timeZone) }),
        reader,
      ),
      inWords(
        later,
        wordsFor(locale)('records.allowed.knownLater', { at: instantInWords(locale, knownAt, timeZone) }),
        reader,
      ),
    ],
  };
}

const reasons: Record<AnswerAsOf['answer']['reason'], MessageId> = {
  noOptOut: 'records.allowed.reason.noOptOut',
  neverStopped: 'records.allowed.reason.neverStopped',
  permitted: 'records.allowed.reason.permitted',
  optedOut: 'records.allowed.reason.optedOut',
  notPermitted: 'records.allowed.reason.notPermitted',
  purposeUnknown: 'records.allowed.reason.purposeUnknown',
  restoreNotConfirmed: 'records.allowed.reason.restoreNotConfirmed',
};

function inWords(
  { answer, record, rules }: AnswerAsOf,
  heading: string,
  { locale, timeZone }: { locale: Locale; timeZone: string },
): AllowedAnswer {
  const words = wordsFor(locale);
  const isAllowed = answer.decision === 'permit';
  return {
    heading,
    isAllowed,
    says: words(isAllowed ? 'records.allowed.yes' : 'records.allowed.no'),
    why: words(reasons[answer.reason]),
    record: record && {
      requestId: record.requestId,
      reference: record.reference,
      since: words(record.act === 'permitted' ? 'records.patient.yesSince' : 'records.patient.noSince', {
        date: instantInWords(locale, record.effectiveFrom, timeZone),
      }),
    },
    rule:
      rules.permission.length > 0
        ? words('records.allowed.rule.asked', { uses: purposesInWords(words, rules.permission).join(', ') })
        : words('records.allowed.rule.silence'),
  };
}
