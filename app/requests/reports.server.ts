import { stringify } from 'csv-stringify/sync';
import { contentWidth, TaggedPaper } from '#app/disclosures/tagged-paper.server.ts';
import type { Db } from '#app/db/client.server.ts';
import { optOutPurposes, type OptOutPurpose } from '#app/optouts/purposes.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { saysNo } from './kinds/kind.ts';
import { kindDefinition, requestKinds } from './kinds/registry.ts';
import { basisOfRule } from './open-clocks.server.ts';
import {
  groundInWords,
  kindInWords,
  lineMeasures,
  measureWords,
  reportRows,
  type Denials,
  type Report,
  type ReportLine,
} from './reports.ts';

/** The kinds of which an answer in part is a denial in part. */
const deniedInPart = requestKinds.filter((kind) => saysNo(kindDefinition(kind), 'grantedInPart'));

/**
 * Counts a period. What is over on no day that has ended is not late: today is not over.
 * @param span facility-local days, both included; today too @param span.timeZone of the facility, for what is no request; a request goes by its own
 * @param span.onlyEnteredByThen leaves out what was entered after the period, so that its figures stay what they were
 */
export async function reportOf(
  db: Db,
  {
    from,
    to,
    timeZone,
    now,
    onlyEnteredByThen = false,
  }: { from: string; to: string; timeZone: string; now: Date; onlyEnteredByThen?: boolean },
): Promise<Report> {
  const [lines, denials, optOuts] = await Promise.all([
    db.$queryRaw<ReportLine[]>`
      select kind, basis,
             count(*) filter (where came)::int as received,
             count(*) filter (where told)::int as answered,
             count(*) filter (where told and answered_on <= due_on)::int as "onTime",
             count(*) filter (where told and answered_on > due_on)::int as late,
             count(*) filter (where unmet)::int as unanswered,
             count(*) filter (where twin)::int as duplicates,
             count(*) filter (where longer)::int as extended,
             percentile_disc(0.5) within group (order by answered_on - received_on) filter (where told)::int as "medianDays",
             percentile_disc(0.9) within group (order by answered_on - received_on) filter (where told)::int as "ninetiethDays"
        from (select *, received_on between ${from}::date and ${to}::date as came,
                     coalesce(answered_on between ${from}::date and ${to}::date, false) as told,
                     coalesce((extended_at at time zone time_zone)::date between ${from}::date and ${to}::date, false) as longer,
                     coalesce(resolution = 'duplicate' and (closed_at at time zone time_zone)::date between ${from}::date and ${to}::date, false) as twin,
                     -- What stands still now stood still then, or is no matter of then: a clock that is late is stopped by nothing.
                     due_on <= least(${to}::date, (${now}::timestamptz at time zone time_zone)::date - 1) and coalesce(ended_on > ${to}::date, not clock_paused) as unmet
                from (select *, ${basisOfRule} as basis,
                             case when status = 'responded' then (responded_at at time zone time_zone)::date end as answered_on,
                             (coalesce(responded_at, closed_at) at time zone time_zone)::date as ended_on
                        from privacy_request
                       where status <> 'draft' and received_on <= ${to}::date
                         and (not ${onlyEnteredByThen} or (entered_at at time zone time_zone)::date <= ${to}::date)) dated) placed
       where came or told or longer or unmet or twin
       group by grouping sets ((kind, basis), (basis))
       order by kind nulls first, basis`,
    db.$queryRaw<Denials[]>`
      select r.kind, a.ground, count(*)::int as count
        from request_response a join privacy_request r on r.id = a.request_id
       where r.status = 'responded'
         and (a.resolution = 'denied' or (a.resolution = 'grantedInPart' and r.kind::text = any(${deniedInPart})))
         and (r.responded_at at time zone r.time_zone)::date between ${from}::date and ${to}::date
       group by 1, 2 order by 1, 3 desc, 2`,
    db.$queryRaw<{ purpose: OptOutPurpose; act: 'denied' | 'withdrawn'; count: number }[]>`
      select purpose, said.act, count(*)::int as count
        from opt_out said left join opt_out earlier on earlier.id = said.supersedes_id,
             unnest(said.purposes) as purpose
       where (said.recorded_at at time zone ${timeZone})::date between ${from}::date and ${to}::date
         -- A choice that took another's place says no to what that one did not; a "yes" and its end are no figures of opting out.
         and (said.act = 'denied' and not purpose = any(coalesce(earlier.purposes, '{}'))
              or said.act = 'withdrawn' and earlier.act = 'denied')
       group by 1, 2`,
  ]);
  const count = (purpose: OptOutPurpose, act: 'denied' | 'withdrawn') =>
    optOuts.find((one) => one.purpose === purpose && one.act === act)?.count ?? 0;
  return {
    from,
    to,
    lines,
    denials,
    optOuts: optOutPurposes.map((purpose) => ({
      purpose,
      denied: count(purpose, 'denied'),
      withdrawn: count(purpose, 'withdrawn'),
    })),
  };
}

/** A report as CSV for spreadsheets: UTF-8 with its mark, and no cell that a spreadsheet would run as a formula. */
export function reportCsv(report: Report, locale: Locale): string {
  const words = wordsFor(locale);
  return csvOf([
    [
      words('oversight.report.measure'),
      words('oversight.pace.kind'),
      words('oversight.report.detail'),
      words('oversight.report.count'),
    ],
    ...reportRows(report, words),
  ]);
}

const beginsLikeAFormula = /^[=+\-@\t\r\n＝＋－＠]/;

/** Every table that leaves as CSV is written here: what a spreadsheet would run as a formula gets a `'` in front. */
export function csvOf(rows: readonly (readonly (string | number)[])[]): string {
  const safe = rows.map((row) =>
    row.map((cell) => (typeof cell === 'string' && beginsLikeAFormula.test(cell) ? `'${cell}` : cell)),
  );
  return stringify(safe, { bom: true, record_delimiter: 'windows' });
}

/** The same as a tagged PDF. */
export function reportPdf(
  report: Report,
  { facility, locale, now }: { facility: string; locale: Locale; now: Date },
): Promise<Buffer> {
  const words = wordsFor(locale);
  const title = words('oversight.report.title');
  const period = words('oversight.report.period', {
    from: dateInWords(locale, report.from),
    to: dateInWords(locale, report.to),
  });
  const paper = new TaggedPaper({ title: `${title}: ${period}`, lang: locale, createdAt: now });
  const cell = (text: string | number | null) => [{ text: `${text ?? '–'}` }];
  paper.heading(1, title);
  paper.paragraph(facility);
  paper.paragraph(period);
  paper.heading(2, words('oversight.report.byKind'));
  if (report.lines.length === 0) paper.paragraph(words('oversight.report.none'));
  else {
    // Two tables: on one page all of them side by side would be narrower than the longest word of a heading.
    const kindWidth = 130;
    for (const measures of [lineMeasures.slice(0, 5), lineMeasures.slice(5)])
      paper.table({
        widths: [kindWidth, ...measures.map(() => (contentWidth - kindWidth) / measures.length)],
        headers: [words('oversight.pace.kind'), ...measures.map((measure) => words(measureWords[measure]))],
        rows: report.lines.map((line) => [
          [{ text: kindInWords(line.kind, words) }, { text: words(`site.basis.${line.basis}`) }],
          ...measures.map((measure) => cell(line[measure])),
        ]),
      });
  }
  paper.heading(2, words('oversight.report.denials'));
  if (report.denials.length === 0) paper.paragraph(words('oversight.report.noDenials'));
  else
    paper.table({
      widths: [contentWidth * 0.35, contentWidth * 0.5, contentWidth * 0.15],
      headers: [
        words('oversight.pace.kind'),
        words('oversight.report.ground'),
        words('oversight.report.count'),
      ],
      rows: report.denials.map((denial) => [
        cell(kindInWords(denial.kind, words)),
        cell(groundInWords(denial, words)),
        cell(denial.count),
      ]),
    });
  paper.heading(2, words('oversight.report.optOuts'));
  paper.table({
    widths: [contentWidth * 0.6, contentWidth * 0.2, contentWidth * 0.2],
    headers: [
      words('oversight.report.purpose'),
      words('oversight.report.saidNo'),
      words('oversight.report.tookBack'),
    ],
    rows: report.optOuts.map(({ purpose, denied, withdrawn }) => [
      cell(words(`optOuts.purpose.${purpose}`)),
      cell(denied),
      cell(withdrawn),
    ]),
  });
  return paper.finish((page, pages) => words('oversight.report.footer', { facility, page, pages }));
}
