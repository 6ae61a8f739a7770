import type { OptOutPurpose } from '#app/optouts/purposes.ts';
import type { MessageId, Words } from '#app/words/words.ts';
import { groundOf, type RequestKind } from './kinds/registry.ts';

/** Who set the last day. What keeps a law says nothing of what keeps a promise: no figure is of both. */
export const bases = ['law', 'promise'] as const;
export type Basis = (typeof bases)[number];

/** What happened to requests in a period: facility-local days, both included. */
export interface ReportLine {
  /** Null: all kinds together. */
  kind: RequestKind | null;
  basis: Basis;
  received: number;
  answered: number;
  onTime: number;
  late: number;
  /** Not answered by the end of the period, the last day being past. */
  unanswered: number;
  /** Closed as the same as another request: answered with that one. */
  duplicates: number;
  /** Whose patients were told of more time. */
  extended: number;
  /** Days from receipt to the answer; null where nothing was answered. */
  medianDays: number | null;
  ninetiethDays: number | null;
}

export interface Denials {
  kind: RequestKind;
  ground: string | null;
  count: number;
}

export interface OptOutFigures {
  purpose: OptOutPurpose;
  denied: number;
  withdrawn: number;
}

export interface Report {
  from: string;
  to: string;
  lines: ReportLine[];
  denials: Denials[];
  optOuts: OptOutFigures[];
}

export const lineMeasures = [
  'received',
  'answered',
  'onTime',
  'late',
  'unanswered',
  'duplicates',
  'extended',
  'medianDays',
  'ninetiethDays',
] as const satisfies (keyof ReportLine)[];

export const measureWords: Record<(typeof lineMeasures)[number], MessageId> = {
  received: 'oversight.report.received',
  answered: 'oversight.report.answered',
  onTime: 'oversight.report.onTime',
  late: 'oversight.report.late',
  unanswered: 'oversight.report.unanswered',
  duplicates: 'oversight.report.duplicates',
  extended: 'oversight.report.extended',
  medianDays: 'oversight.report.medianDays',
  ninetiethDays: 'oversight.report.ninetiethDays',
};

export function kindInWords(kind: RequestKind | null, words: Words): string {
  return kind ? words(`requests.kind.${kind}`) : words('oversight.pace.all');
}

/** The ground of a denial as the kind calls it; one that the kind no longer has, as it was kept. */
export function groundInWords({ kind, ground }: Denials, words: Words): string {
  const known = groundOf(kind, ground);
  return known ? words(known.label) : (ground ?? words('oversight.report.noGround'));
}

/** Every number of a report as a row of its own: what is counted, of which kind, which detail, how many. */
export function reportRows({ lines, denials, optOuts }: Report, words: Words): string[][] {
  return [
    ...lines.flatMap((line) =>
      lineMeasures.map((measure) => [
        words(measureWords[measure]),
        kindInWords(line.kind, words),
        words(`site.basis.${line.basis}`),
        line[measure] === null ? '' : `${line[measure]}`,
      ]),
    ),
    ...denials.map((denial) => [
      words('oversight.report.denied'),
      kindInWords(denial.kind, words),
      groundInWords(denial, words),
      `${denial.count}`,
    ]),
    ...optOuts.flatMap(({ purpose, denied, withdrawn }) => [
      [words('oversight.report.saidNo'), '', words(`optOuts.purpose.${purpose}`), `${denied}`],
      [words('oversight.report.tookBack'), '', words(`optOuts.purpose.${purpose}`), `${withdrawn}`],
    ]),
  ];
}
