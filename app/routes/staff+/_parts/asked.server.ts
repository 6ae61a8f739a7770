import { z } from 'zod';
import type { World } from '#app/db/world.ts';
import { companiesInWords } from '#app/optouts/choice-words.ts';
import type { FormField } from '#app/requests/kinds/kind.ts';
import { kindDefinition } from '#app/requests/kinds/registry.ts';
import type { RequestDetail } from '#app/requests/reading.server.ts';
import { readStatement } from '#app/requests/statement.server.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import type { Fact } from './request-view.server.ts';

const record = z.record(z.string(), z.unknown());
const companies = z.union([z.literal('all'), z.array(z.string())]);

/**
 * What a form asked and what was answered, question by question; empty where the kind has a form of its own. One that looks at another
 * again asks nothing of this: what it has of the first is said, and what it has not is not "not given".
 */
export async function askedInWords(
  world: World,
  { id, kind, details }: RequestDetail,
  { locale, follows }: { locale: Locale; follows: boolean },
): Promise<Fact[]> {
  const { form } = kindDefinition(kind);
  if (!form) return [];
  const words = wordsFor(locale);
  const kept = record.safeParse(details);
  const [statement, vendors] = await Promise.all([readStatement(world, id), allVendors(world.db)]);
  const names = new Map(vendors.map((vendor) => [vendor.id, vendor.name]));
  const valueOf = ({ name, input, options }: FormField): string => {
    const value = kept.success ? kept.data[name] : undefined;
    if (input === 'choice') {
      const option = options?.find((one) => one.value === value);
      return option ? words(option.label) : '';
    }
    if (input === 'vendors') {
      const chosen = companies.safeParse(value);
      if (!chosen.success) return '';
      const named =
        chosen.data === 'all'
          ? 'all'
          : chosen.data.map((vendor) => names.get(vendor) ?? words('optOuts.companies.unnamed'));
      return companiesInWords(words, named, locale);
    }
    return statement[name] ?? (typeof value === 'string' ? value : '');
  };
  const rows = form.map((field) => ({ term: words(field.label), value: valueOf(field) }));
  return follows ? rows.filter(({ value }) => value !== '') : rows;
}
