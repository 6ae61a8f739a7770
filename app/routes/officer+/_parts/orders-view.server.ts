import type { OfficerOrder } from '#app/people/officer-orders-reading.server.ts';
import { mayReport } from '#app/people/key-sources.ts';
import { inPlainSight } from '#app/vendors/look-alike.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor } from '#app/words/words.ts';
import { scopeInWords } from './keys-view.server.ts';

/** What an order of an officer asks for, in one line. */
export function orderInWords({ kind, user, name, role }: OfficerOrder, locale: Locale): string {
  const words = wordsFor(locale);
  if (kind === 'key') return words('crew.orders.what.key', { name: name ?? '' });
  const values = {
    name: kind === 'role' ? (user?.displayName ?? '') : (name ?? ''),
    role: role ? words(`officer.role.${role}`) : '',
  };
  return words(`crew.orders.what.${kind}`, values);
}

/** An order as its second officer reads it. */
export function orderView(order: OfficerOrder, { locale, timeZone }: { locale: Locale; timeZone: string }) {
  const words = wordsFor(locale);
  const { fromRole, scopes, vendor, days, networks } = order;
  const sources = order.sources.map(inPlainSight);
  return {
    what: orderInWords(order, locale),
    kind: order.kind,
    reason: order.reason,
    fromRole: fromRole && words(`officer.role.${fromRole}`),
    scopes: scopes.map((scope) => scopeInWords(scope, words)),
    vendor: vendor?.name ?? null,
    days,
    networks,
    sources: mayReport(scopes) ? sources.join(' · ') || words('crew.keys.anySource') : null,
    askedBy: order.askedBy.displayName,
    askedAt: instantInWords(locale, order.askedAt, timeZone),
    until: instantInWords(locale, order.expiresAt, timeZone),
  };
}
