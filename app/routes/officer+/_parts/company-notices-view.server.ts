import type { VendorNoticeLine } from '#app/components/vendor-notice-table.tsx';
import type { World } from '#app/db/world.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { vendorNoticeCounts, vendorNoticePage } from '#app/optouts/vendor-notices/reading.server.ts';
import type { VendorNoticeState } from '#app/optouts/vendor-notices/states.ts';
import { vendorNoticeLines } from '#app/web/present-vendor-notices.server.ts';
import type { Locale } from '#app/words/locales.ts';

export interface CompaniesView {
  counts: Record<VendorNoticeState, number>;
  /** The list that was asked for; null where none was. */
  shown: {
    state: VendorNoticeState;
    lines: VendorNoticeLine[];
    next: string | null;
    isFirst: boolean;
  } | null;
}

export async function companiesView(
  { db }: World,
  { state, after }: { state: VendorNoticeState | null; after: string | null },
  { now, locale }: { now: Date; locale: Locale },
): Promise<CompaniesView> {
  const counts = await vendorNoticeCounts(db);
  if (!state) return { counts, shown: null };
  const [{ timeZone }, page] = await Promise.all([theFacility(db), vendorNoticePage(db, { state, after })]);
  const lines = vendorNoticeLines(page.notices, { locale, timeZone, now });
  return { counts, shown: { state, lines, next: page.next, isFirst: after === null } };
}

/** @returns null for what is no place in the list: it begins at its beginning */
export function afterOf(text: string | null): string | null {
  return text && /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text) ? text : null;
}
