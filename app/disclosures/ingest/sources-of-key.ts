import { mayReportFor } from '#app/people/key-sources.ts';
import type { Item } from './delivery.ts';
import { auditSourceOf, distrusted } from './dicom-audit/reading.ts';

/** An item that a program brings which may report for these sources alone: of another one it waits for staff. @param sources empty: any */
export function broughtFor(item: Item, sources: readonly string[]): Item {
  if (sources.length === 0) return item;
  return {
    ...item,
    read: (options) => {
      const reading = item.read(options);
      return mayReportFor(sources, auditSourceOf(reading)) ? reading : distrusted(reading, 'sourceNotOfKey');
    },
  };
}
