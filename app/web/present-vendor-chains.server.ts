import type { ChainStep, ChainsView, ChainView } from '#app/components/vendor-chain.tsx';
import { disclosuresOfPatient, type DisclosureRow } from '#app/disclosures/disclosures.server.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import { chainsOf, type VendorChain } from '#app/optouts/vendor-notices/chains.server.ts';
import { purposesInWords } from '#app/optouts/choice-words.ts';
import type { OptOutPurpose } from '#app/optouts/purposes.ts';
import { daysSince } from '#app/optouts/vendor-notices/states.ts';
import { recordGroup } from '#app/people/records.server.ts';
import { dateInWords, dayOfInstantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import type { PatientVisit } from './guard.server.ts';

interface Reader {
  locale: Locale;
  /** The facility's. */
  timeZone: string;
  now: Date;
  /** Days after which a company that was silent is asked again: then it is late. */
  lateAfter: number;
}

/** What a patient's choices and recalls led to at companies, ready to be shown beside each of them. */
export interface ChainsOfPatient {
  ofOptOut(choice: {
    id: string;
    effectiveFrom: Date;
    act: 'denied' | 'permitted';
    withdrawnAt: Date | null;
    endsAt: Date | null;
    studyUids: string[] | 'all';
    coversDeidentified: boolean;
  }): ChainsView;
  ofRecall(requestId: string): ChainsView;
}

/** Reads it all once, behind the wall. @param rows the patient's releases, where they were read already */
export async function chainsOfPatient(
  { world, patientId, locale, now }: PatientVisit,
  timeZone: string,
  rows?: readonly DisclosureRow[],
): Promise<ChainsOfPatient> {
  const [owed, sent, { remindAfter, escalateAfter }] = await Promise.all([
    chainsOf(world, await recordGroup(world.db, patientId)),
    rows ?? disclosuresOfPatient(world.db, patientId, { now }),
    settingNow(world.db, 'vendorNotices'),
  ]);
  // Reports come late: what was known when a notice was owed is not what is known now.
  const holders = new Set(sent.map(({ vendor }) => vendor.id));
  const chains = owed.map((one) =>
    holders.has(one.vendor.id) ? { ...one, ground: 'hasImages' as const } : one,
  );
  const reader = { locale, timeZone, now, lateAfter: Math.min(...remindAfter, escalateAfter) };
  return {
    ofOptOut: ({ id, act, effectiveFrom, withdrawnAt, endsAt, studyUids, coversDeidentified }) => {
      const ended = chains.filter((one) => one.kind === 'ended' && one.optOutId === id);
      return viewOf(
        oneOfEach(chains.filter((one) => one.kind === 'stop' && one.optOutId === id)),
        (one) => {
          const end = ended.find(({ vendor, owedAt }) => vendor.id === one.vendor.id && owedAt >= one.owedAt);
          const isYes = act === 'permitted';
          return chainView(one, sent, reader, {
            // What companies are told of a "yes" is its end; what ends that is another "yes".
            isYes,
            // For want of a "yes" nothing may go, whatever the one that ended was for.
            studies: isYes || studyUids === 'all' ? 0 : studyUids.length,
            named: isYes || coversDeidentified ? 'no' : 'yes',
            from: isYes ? (withdrawnAt ?? endsAt ?? one.owedAt) : effectiveFrom,
            isOver: isYes ? end !== undefined : withdrawnAt !== null || (endsAt !== null && endsAt <= now),
            endToldAt: end?.sentAt ?? null,
            // The newest says all of it.
            narrowed:
              chains.findLast(
                ({ kind, optOutId, vendor, owedAt }) =>
                  kind === 'narrowed' &&
                  optOutId === id &&
                  vendor.id === one.vendor.id &&
                  owedAt >= one.owedAt,
              ) ?? null,
          });
        },
        reader,
      );
    },
    ofRecall: (requestId) =>
      viewOf(
        chains.filter((one) => one.kind === 'recall' && one.requestId === requestId),
        (one) => chainView(one, sent, reader, null),
        reader,
      ),
  };
}

interface Chain extends VendorChain {
  /** Of one that was asked anew: when it was first told. */
  firstSentAt?: Date | null;
}

/** A company that was asked anew because of the same choice has one chain: the newest, with all that it said before. */
function oneOfEach(chains: readonly VendorChain[]): Chain[] {
  const newest = chains.filter(
    ({ vendor }, at) => !chains.slice(at + 1).some((next) => next.vendor.id === vendor.id),
  );
  return newest.map((one) => {
    const all = chains.filter(({ vendor }) => vendor.id === one.vendor.id);
    const first = all.find(({ sentAt }) => sentAt !== null);
    return {
      ...one,
      answers: all.flatMap(({ answers }) => answers),
      firstSentAt: first && first !== one ? first.sentAt : null,
    };
  });
}

function viewOf(
  chains: readonly Chain[],
  view: (chain: Chain) => ChainView,
  { locale, timeZone }: Reader,
): ChainsView {
  const isShown = ({ ground, answers, blocked, kind }: VendorChain) =>
    ground !== 'mayGetImages' || answers.length > 0 || blocked !== null || kind === 'recall';
  const words = wordsFor(locale);
  return {
    shown: chains.filter(isShown).map(view),
    others: chains
      .filter((one) => !isShown(one))
      .map(({ noticeId, vendor, sentAt }) => ({
        id: noticeId,
        vendor: vendor.name,
        told: sentAt ? dayOfInstantInWords(locale, sentAt, timeZone) : words('vendorNotices.chain.notSent'),
      })),
  };
}

interface OfChoice {
  isYes: boolean;
  from: Date;
  /** Studies that it names; 0 for all. */
  studies: number;
  /** Whether it is about images with the patient's name alone. */
  named: 'yes' | 'no';
  /** It was taken back or replaced, or its time is over. */
  isOver: boolean;
  endToldAt: Date | null;
  narrowed: VendorChain | null;
}

/** @param choice the "no" that it follows; null for a recall */
function chainView(
  chain: Chain,
  sent: readonly DisclosureRow[],
  reader: Reader,
  choice: OfChoice | null,
): ChainView {
  const { locale, timeZone } = reader;
  const words = wordsFor(locale);
  const day = (at: Date) => dayOfInstantInWords(locale, at, timeZone);
  const since = choice?.from ?? chain.owedAt;
  const before = sent.filter(
    ({ vendor, occurredAt }) => vendor.id === chain.vendor.id && occurredAt <= since,
  );
  const last = before[0];
  return {
    id: chain.noticeId,
    vendor: chain.vendor.name,
    steps: [
      step(words, 'recorded', 'done', day(since)),
      sentStep(chain, words, day),
      knownStep(chain, words, day, reader),
      choice ? enforcedStep(chain, words, reader, choice) : didStep(chain, words, locale),
      ...(choice ? [blockedStep(chain, words, day)] : []),
    ],
    said: chain.answers.map(({ deeds, text, hasProof, at }) => ({
      id: at.toISOString(),
      deeds: deeds.map((deed) => words(`vendorNotices.deed.${deed}`)),
      text,
      withProof: hasProof,
      at: day(at),
    })),
    before: words('vendorNotices.chain.before', {
      count: before.length,
      last: last ? day(last.occurredAt) : '',
    }),
    seeBefore: last ? `/disclosures?company=${chain.vendor.slug}` : null,
    ended: choice?.endToldAt
      ? words(`vendorNotices.chain.${choice.isYes ? 'toldOfYes' : 'toldOfEnd'}`, {
          date: day(choice.endToldAt),
        })
      : toldOfLess(choice?.narrowed ?? null, words, reader),
  };
}

function toldOfLess(narrowed: VendorChain | null, words: Words, { locale, timeZone }: Reader): string | null {
  if (!narrowed?.sentAt) return null;
  const list = (purposes: readonly OptOutPurpose[]) => purposesInWords(words, purposes).join('; ');
  return words('vendorNotices.chain.toldOfLess', {
    date: dayOfInstantInWords(locale, narrowed.sentAt, timeZone),
    ended: list(narrowed.endedPurposes),
    still: list(narrowed.stillPurposes),
  });
}

type StepName = 'recorded' | 'sent' | 'acknowledged' | 'enforced' | 'blocked' | 'did';

function step(
  words: Words,
  key: StepName,
  state: ChainStep['state'],
  lead: string | null,
  lines: string[] = [],
): ChainStep {
  return { key, title: words(`vendorNotices.step.${key}`), state, lead, lines };
}

type Day = (at: Date) => string;

function sentStep({ sentAt, state, acknowledgedAt, firstSentAt }: Chain, words: Words, day: Day): ChainStep {
  const before = firstSentAt ? [words('vendorNotices.chain.toldBefore', { date: day(firstSentAt) })] : [];
  if (sentAt) return step(words, 'sent', 'done', day(sentAt), before);
  if (acknowledgedAt) return step(words, 'sent', 'none', words('vendorNotices.chain.knewBefore'));
  if (state === 'failed') return step(words, 'sent', 'late', words('vendorNotices.chain.failed'));
  return step(words, 'sent', 'waits', words('vendorNotices.chain.notSent'), [
    ...(before.length > 0 ? before : [words('vendorNotices.chain.notSentWhy')]),
  ]);
}

function knownStep(
  { sentAt, acknowledgedAt, state }: VendorChain,
  words: Words,
  day: Day,
  { now, lateAfter }: Reader,
): ChainStep {
  if (acknowledgedAt) return step(words, 'acknowledged', 'done', day(acknowledgedAt));
  if (!sentAt || state === 'closed')
    return step(words, 'acknowledged', 'waits', words('vendorNotices.chain.notSent'));
  const days = daysSince(sentAt, now);
  const silence = words('vendorNotices.chain.silent', { count: days });
  return step(words, 'acknowledged', days >= lateAfter ? 'late' : 'waits', silence);
}

/** What the company says of itself: the newest answer that names a day, or that it cannot. */
function theySay({ answers }: VendorChain, words: Words, locale: Locale): string {
  const [newest] = answers.slice(-1);
  if (!newest) return words('vendorNotices.chain.theySayNothing');
  if (newest.sinceOn)
    return words('vendorNotices.chain.theySay', { date: dateInWords(locale, newest.sinceOn) });
  return words('vendorNotices.chain.cannot');
}

function enforcedStep(
  chain: VendorChain,
  words: Words,
  { locale, timeZone }: Reader,
  { from, isOver, studies, named }: OfChoice,
): ChainStep {
  const date = dayOfInstantInWords(locale, from, timeZone);
  return step(
    words,
    'enforced',
    'done',
    words(isOver ? 'vendorNotices.chain.ourGateWas' : 'vendorNotices.chain.ourGate', {
      date,
      studies,
      named,
    }),
    [theySay(chain, words, locale)],
  );
}

function didStep(chain: VendorChain, words: Words, locale: Locale): ChainStep {
  const did = chain.answers.some(({ sinceOn }) => sinceOn !== null);
  return step(words, 'did', did ? 'done' : 'waits', theySay(chain, words, locale));
}

function blockedStep({ blocked }: VendorChain, words: Words, day: Day): ChainStep {
  if (!blocked) return step(words, 'blocked', 'none', words('vendorNotices.chain.notBlocked'));
  return step(words, 'blocked', 'done', day(blocked.lastAt), [
    words('vendorNotices.chain.blocked', { count: blocked.count }),
  ]);
}
