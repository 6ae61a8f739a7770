import type { MapRecipient } from '#app/components/images-map.tsx';
import type { DisclosureRow } from '#app/disclosures/disclosures.server.ts';
import { useOf } from '#app/disclosures/patient-releases.ts';
import type { ChoiceMade } from '#app/optouts/choosing.ts';
import { decideExport, type OptOutRecord } from '#app/optouts/decide.ts';
import { newestRules, type RulesOverTime } from '#app/optouts/rules.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';
import { countStudies, onlyNamed, questionsOf, studiesOf, type LineQuestion } from './line-questions.ts';
import { useInWords } from './present-recipients.server.ts';

interface Reader {
  locale: Locale;
  now: Date;
  rules: RulesOverTime;
}

/** What a choice would do to a line: a company and what it got images for. */
export type LineEffect =
  'stops' | 'stopsNamed' | 'stopsSome' | 'stopsSomeNamed' | 'stopped' | 'allows' | 'allowsSome' | 'goesOn';

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
  const studies = studiesOf(rows);
  const lines = new Map<string, DisclosureRow[]>();
  for (const row of rows) {
    const key = `${row.vendor.slug} ${row.purpose ?? ''}`;
    lines.set(key, [...(lines.get(key) ?? []), row]);
  }
  const effects = [...lines].flatMap(([id, line]) => {
    const [first] = line;
    if (!first) return [];
    const { purpose, vendor } = first;
    const asked = questionsOf(line, studies);
    const goes = (by: readonly OptOutRecord[]) =>
      asked.filter((one) => {
        if (purpose === null) return true;
        const question = { purpose, vendorId: vendor.id, ...one };
        return decideExport(by, question, now, now, newestRules(rules)).decision === 'permit';
      });
    const effect = effectOf(goes(records), goes(ifSent), asked);
    const stopped = effect.kind === 'goesOn' ? null : inWords(words, effect);
    const use = useInWords(words, first.purpose);
    const times = words('patient.map.times', { count: line.length });
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
    ['stops', 'stopsNamed', 'stopsSome', 'stopsSomeNamed', 'allows', 'allowsSome'].includes(kind),
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

const order: LineEffect[] = [
  'stops',
  'stopsNamed',
  'stopsSome',
  'stopsSomeNamed',
  'allows',
  'allowsSome',
  'stopped',
  'goesOn',
];

const isStop = ({ kind }: { kind: LineEffect }) => kind === 'stopped' || kind.startsWith('stops');

interface Effect {
  kind: LineEffect;
  /** Studies that are stopped or allowed from now on. */
  count: number;
}

/** @param before what may go today @param after what may go once the choice is sent @param all that the line stands for */
function effectOf(
  before: readonly LineQuestion[],
  after: readonly LineQuestion[],
  all: readonly LineQuestion[],
): Effect {
  const stopped = before.filter((one) => !after.includes(one));
  const allowed = after.filter((one) => !before.includes(one));
  if (stopped.length > 0) {
    if (after.length === 0) return { kind: 'stops', count: 0 };
    const count = countStudies(stopped);
    if (!onlyNamed(stopped, all)) return { kind: 'stopsSome', count };
    const isAllNamed = !after.some(({ identifiable }) => identifiable);
    return { kind: isAllNamed ? 'stopsNamed' : 'stopsSomeNamed', count };
  }
  if (allowed.length > 0)
    return { kind: after.length === all.length ? 'allows' : 'allowsSome', count: countStudies(allowed) };
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
