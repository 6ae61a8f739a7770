import type { MapRecipient } from '#app/components/images-map.tsx';
import type { DisclosureRow } from '#app/disclosures/disclosures.server.ts';
import { useOf } from '#app/disclosures/patient-releases.ts';
import type { ChoiceMade } from '#app/optouts/choosing.ts';
import { decideExport, type OptOutRecord } from '#app/optouts/decide.ts';
import { newestRules, type RulesOverTime } from '#app/optouts/rules.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import { useInWords } from './present-recipients.server.ts';

interface Reader {
  locale: Locale;
  now: Date;
  rules: RulesOverTime;
}

/** What a choice would do to a line: a company and what it got images for. */
export type LineEffect = 'stops' | 'stopsSome' | 'stopped' | 'allows' | 'allowsSome' | 'goesOn';

/** Stands for a study that is not there yet. */
const studyToCome = '0';

/**
 * A choice that is not sent yet, on the picture of who has images today: which lines it would stop or allow, and what went out before.
 * @param records all that the patient decided so far
 */
export function effectView(
  { rows, records }: { rows: readonly DisclosureRow[]; records: readonly OptOutRecord[] },
  made: ChoiceMade,
  { locale, now, rules }: Reader,
): { title: string; recipients: MapRecipient[] } {
  const words = wordsFor(locale);
  const ifSent = [...records, recordOf(made, records, now)];
  const studies = [...new Set(rows.flatMap(({ studyUid }) => studyUid ?? [])), studyToCome];
  const lines = new Map<string, DisclosureRow[]>();
  for (const row of rows) {
    const key = `${row.vendor.slug} ${row.purpose ?? ''}`;
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  const effects = [...lines].flatMap(([id, [first, ...others]]) => {
    if (!first) return [];
    const goes = (by: readonly OptOutRecord[]) =>
      studies.filter((studyUid) => {
        if (first.purpose === null) return true;
        const question = { purpose: first.purpose, vendorId: first.vendor.id, identifiable: true, studyUid };
        return decideExport(by, question, now, now, newestRules(rules)).decision === 'permit';
      });
    const effect = effectOf(goes(records), goes(ifSent), studies.length);
    const stopped = effect.kind === 'goesOn' ? null : inWords(words, effect);
    const use = useInWords(words, first.purpose);
    const times = words('patient.map.times', { count: 1 + others.length });
    return [
      {
        effect,
        recipient: {
          id,
          name: first.vendor.name,
          purpose: useOf(first.purpose),
          detail: [
            use,
            times,
            ...(stopped && isStop(effect) ? [] : [stopped ?? inWords(words, effect)]),
          ].join(' · '),
          ...(stopped && isStop(effect) ? { stopped } : {}),
        },
      },
    ];
  });
  const touched = effects.filter(({ effect: { kind } }) =>
    ['stops', 'stopsSome', 'allows', 'allowsSome'].includes(kind),
  ).length;
  return {
    title: words(made.act === 'permitted' ? 'optOuts.effect.yesTitle' : 'optOuts.effect.title', {
      count: touched,
    }),
    recipients: effects
      .sort(
        (a, b) =>
          order.indexOf(a.effect.kind) - order.indexOf(b.effect.kind) ||
          a.recipient.name.localeCompare(b.recipient.name, locale),
      )
      .map(({ recipient }) => recipient),
  };
}

const order: LineEffect[] = ['stops', 'stopsSome', 'allows', 'allowsSome', 'stopped', 'goesOn'];

const isStop = ({ kind }: { kind: LineEffect }) =>
  kind === 'stops' || kind === 'stopsSome' || kind === 'stopped';

interface Effect {
  kind: LineEffect;
  /** Studies that are stopped or allowed from now on. */
  count: number;
}

/** @param before studies that may go today @param after those that may go once the choice is sent */
function effectOf(before: readonly string[], after: readonly string[], all: number): Effect {
  const stopped = before.filter((uid) => !after.includes(uid)).length;
  const allowed = after.filter((uid) => !before.includes(uid)).length;
  if (stopped > 0) return { kind: after.length === 0 ? 'stops' : 'stopsSome', count: stopped };
  if (allowed > 0) return { kind: after.length === all ? 'allows' : 'allowsSome', count: allowed };
  return { kind: after.length === 0 ? 'stopped' : 'goesOn', count: 0 };
}

function inWords(words: Words, { kind, count }: Effect): string {
  return words(`optOuts.effect.${kind}`, { count });
}

function recordOf(
  { act, replaces, choice }: ChoiceMade,
  records: readonly OptOutRecord[],
  now: Date,
): OptOutRecord {
  return {
    ...choice,
    act,
    id: 'not sent yet',
    sequence: records.reduce((most, { sequence }) => (sequence > most ? sequence : most), 0n) + 1n,
    effectiveFrom: now,
    expiresAt: null,
    recordedAt: now,
    supersedesId: replaces,
  };
}
