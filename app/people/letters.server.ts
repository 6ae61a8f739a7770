import type { Db, Tx } from '#app/db/client.server.ts';
import { isLocale, type Locale } from '#app/words/locales.ts';
import { recordGroup } from './records.server.ts';

/** The language in which a patient is written to: their account's, English where they have none. */
export async function localeOfPatient(db: Db | Tx, patientId: string): Promise<Locale> {
  const account = await db.user.findFirst({
    where: { patientId: { in: await recordGroup(db, patientId) } },
    select: { locale: true },
  });
  return account && isLocale(account.locale) ? account.locale : 'en';
}
