import { z } from 'zod';
import type { Prisma } from '#app/db/client.server.ts';
import type { FormField } from '#app/requests/kinds/kind.ts';
import { kindDefinition, type RequestKind } from '#app/requests/kinds/registry.ts';
import type { PatientFile } from '#app/requests/patient-file.server.ts';
import { dateInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type Words } from '#app/words/words.ts';

export interface AskedLine {
  term: string;
  value: string;
}

interface Asked {
  kind: RequestKind;
  details: Prisma.JsonValue;
  statement: PatientFile['statement'];
}

const kept = z.record(z.string(), z.unknown());

/**
 * What was asked for, question by question, in the order of the form. What was left empty is not there.
 * @param companies names by id of the register
 */
export function askedView(
  { kind, details, statement }: Asked,
  companies: ReadonlyMap<string, string>,
  locale: Locale,
): AskedLine[] {
  const words = wordsFor(locale);
  const answers = kept.parse(details ?? {});
  const lines = (kindDefinition(kind).form ?? []).flatMap((field): AskedLine[] => {
    const value = statement[field.name] ?? inWords(field, answers[field.name], companies, words, locale);
    return value ? [{ term: words(field.label), value }] : [];
  });
  const { reason } = statement;
  return reason ? [{ term: words('asking.again.reason'), value: reason }, ...lines] : lines;
}

function inWords(
  { input, options = [] }: FormField,
  value: unknown,
  companies: ReadonlyMap<string, string>,
  words: Words,
  locale: Locale,
): string | null {
  if (input === 'vendors') {
    if (value === 'all') return words('requests.recall.vendors.all');
    const ids = z.array(z.string()).safeParse(value);
    if (!ids.success) return null;
    return ids.data.map((id) => companies.get(id) ?? words('optOuts.companies.unnamed')).join(', ');
  }
  if (typeof value !== 'string') return null;
  if (input === 'date') return dateInWords(locale, value);
  const option = options.find((one) => one.value === value);
  return option ? words(option.label) : null;
}
