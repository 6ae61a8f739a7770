import type { Db } from '#app/db/client.server.ts';
import { instantInWords } from '#app/words/dates.ts';
import type { Locale } from '#app/words/locales.ts';
import { wordsFor, type MessageId } from '#app/words/words.ts';

const lines: Partial<Record<string, MessageId>> = {
  'apiKey.created': 'mail.key.created',
  'apiKey.rotated': 'mail.key.rotated',
  'apiKey.setRegistered': 'mail.key.setRegistered',
  'apiKey.revoked': 'mail.key.revoked',
  // Without the company's name.
  'vendorSecret.made': 'mail.vendorSecret.made',
  'vendorSecret.ended': 'mail.vendorSecret.ended',
};

/** Who did what with which program’s key or with a company’s secret, and when, out of the event that a letter tells of; null for an event without such a line. */
export async function toldLine(
  db: Db,
  eventId: bigint,
  { locale, timeZone }: { locale: Locale; timeZone: string },
): Promise<string | null> {
  const event = await db.auditEvent.findUniqueOrThrow({
    where: { id: eventId },
    select: { type: true, at: true, actorName: true, before: true, after: true },
  });
  const line = lines[event.type];
  if (!line) return null;
  const facts = { ...factsOf(event.before), ...factsOf(event.after) };
  const people = [facts.askedBy, facts.approvedBy].filter((name) => typeof name === 'string');
  return wordsFor(locale)(line, {
    name: typeof facts.name === 'string' ? facts.name : '',
    who: people.length > 0 ? people.join(', ') : event.actorName,
    when: instantInWords(locale, event.at, timeZone),
  });
}

function factsOf(json: unknown): Record<string, unknown> {
  return typeof json === 'object' && json !== null ? { ...json } : {};
}
