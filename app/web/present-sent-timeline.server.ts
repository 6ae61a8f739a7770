import type { SentTimelineProps } from '#app/components/sent-timeline.tsx';
import { releaseUses, type ReleaseUse } from '#app/disclosures/patient-releases.ts';
import { formatTag, type Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

const mostYearLabels = 8;

/**
 * When images were sent, a row for each kind of use, a month a step; null when nothing was sent.
 * @param rows with facility-local dates `YYYY-MM-DD`
 */
export function sentTimelineView(
  rows: readonly { occurredOn: string; use: ReleaseUse }[],
  locale: Locale,
): SentTimelineProps | null {
  const words = wordsFor(locale);
  const months = rows.map(({ occurredOn }) => monthNumber(occurredOn));
  if (months.length === 0) return null;
  const [first, last] = [Math.min(...months), Math.max(...months)];
  const counts = new Map<number, number>();
  for (const month of months) counts.set(month, (counts.get(month) ?? 0) + 1);
  const [fullest = first, most = 0] = [...counts].sort((a, b) => b[1] - a[1] || b[0] - a[0])[0] ?? [];
  const named = (month: number) =>
    new Intl.DateTimeFormat(formatTag[locale], { month: 'long', year: 'numeric', timeZone: 'UTC' }).format(
      new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)),
    );
  // Half a year at least, so that one month does not stand alone on its line.
  const until = Math.max(last, first + 5);
  const x = (month: number) => (month - first) / (until - first);
  return {
    title: words('patient.disclosures.whenTitle', {
      count: rows.length,
      first: named(first),
      last: named(last),
      month: named(fullest),
      most,
    }),
    rows: releaseUses.flatMap((use) => {
      const ofUse = rows.filter((one) => one.use === use);
      if (ofUse.length === 0) return [];
      const byMonth = new Map<number, number>();
      for (const { occurredOn } of ofUse)
        byMonth.set(monthNumber(occurredOn), (byMonth.get(monthNumber(occurredOn)) ?? 0) + 1);
      return [
        {
          use,
          label: words(`patient.use.${use}`),
          marks: [...byMonth].map(([month, count]) => ({ x: x(month), count })),
        },
      ];
    }),
    ticks: ticksOf(first, until).map((month) => ({ x: x(month), label: shortly(month, until - first) })),
  };

  function shortly(month: number, span: number): string {
    if (span > 24) return `${Math.floor(month / 12)}`;
    return new Intl.DateTimeFormat(formatTag[locale], {
      month: 'short',
      year: 'numeric',
      timeZone: 'UTC',
    }).format(new Date(Date.UTC(Math.floor(month / 12), month % 12, 1)));
  }
}

const monthNumber = (date: string) => Number(date.slice(0, 4)) * 12 + Number(date.slice(5, 7)) - 1;

/** Years where there are several, else the first, middle and last month. */
function ticksOf(first: number, until: number): number[] {
  if (until - first <= 24) return [first, Math.round((first + until) / 2), until];
  const years: number[] = [];
  for (let month = Math.ceil(first / 12) * 12; month <= until; month += 12) years.push(month);
  const step = Math.ceil(years.length / mostYearLabels);
  return years.filter((_, at) => at % step === 0);
}
