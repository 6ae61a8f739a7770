import { formatTag, type Locale } from '#app/words/locales.ts';

/** How large a file is, for people: "12 kB", "3.4 MB". */
export function sizeInWords(locale: Locale, byteCount: number): string {
  const [amount, unit] =
    byteCount < 1_000_000 ? [byteCount / 1_000, 'kilobyte'] : [byteCount / 1_000_000, 'megabyte'];
  const rounded = unit === 'kilobyte' ? Math.max(1, Math.round(amount)) : amount;
  return new Intl.NumberFormat(formatTag[locale], {
    style: 'unit',
    unit,
    unitDisplay: 'short',
    maximumFractionDigits: 1,
  }).format(rounded);
}
