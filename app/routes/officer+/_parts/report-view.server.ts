import {
  groundInWords,
  kindInWords,
  lineMeasures,
  measureWords,
  type Basis,
  type Report,
} from '#app/requests/reports.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';

export interface ReportView {
  measures: string[];
  /** One number for each measure; null: there is none. */
  lines: { key: string; kind: string; basis: Basis; numbers: (number | null)[] }[];
  denials: { ground: string; kind: string; count: number }[];
  optOuts: { purpose: string; denied: number; withdrawn: number }[];
}

/** A report in words, for its page. */
export function reportView({ lines, denials, optOuts }: Report, locale: Locale): ReportView {
  const words = wordsFor(locale);
  return {
    measures: lineMeasures.map((measure) => words(measureWords[measure])),
    lines: lines.map((line) => ({
      key: `${line.kind ?? ''} ${line.basis}`,
      kind: kindInWords(line.kind, words),
      basis: line.basis,
      numbers: lineMeasures.map((measure) => line[measure]),
    })),
    denials: denials.map((denial) => ({
      ground: groundInWords(denial, words),
      kind: kindInWords(denial.kind, words),
      count: denial.count,
    })),
    optOuts: optOuts.map(({ purpose, ...counts }) => ({
      purpose: words(`optOuts.purpose.${purpose}`),
      ...counts,
    })),
  };
}
