import { accountingCsv } from '#app/disclosures/accounting-csv.server.ts';
import { accountingBundle } from '#app/disclosures/accounting-fhir.ts';
import type { AccountingDocument } from '#app/disclosures/accounting.ts';
import type { Locale } from '#app/words/locales.ts';

/** What a list can be taken as, beside its PDF. */
const listFormats = ['csv', 'json', 'fhir'] as const;
export type ListFormat = (typeof listFormats)[number];

export function isListFormat(value: unknown): value is ListFormat {
  return (listFormats as readonly unknown[]).includes(value);
}

const files: Record<ListFormat, { mediaType: string; ending: string }> = {
  csv: { mediaType: 'text/csv; charset=utf-8', ending: 'csv' },
  json: { mediaType: 'application/json', ending: 'json' },
  fhir: { mediaType: 'application/fhir+json; charset=utf-8', ending: 'fhir.json' },
};

/** An accounting as it was kept, as a file of one of the formats. @param name without its ending */
export function accountingFile(
  document: AccountingDocument,
  { format, name, locale }: { format: ListFormat; name: string; locale: Locale },
): Response {
  const { mediaType, ending } = files[format];
  return new Response(textOf(document, format, locale), {
    headers: {
      'Content-Type': mediaType,
      'Content-Disposition': `attachment; filename="${name}.${ending}"`,
      'Cache-Control': 'no-store',
    },
  });
}

function textOf(document: AccountingDocument, format: ListFormat, locale: Locale): string {
  if (format === 'csv') return accountingCsv(document, locale);
  return JSON.stringify(format === 'json' ? document : accountingBundle(document), null, 2);
}
