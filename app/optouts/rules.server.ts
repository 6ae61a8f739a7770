import type { Db, Tx } from '#app/db/client.server.ts';
import { settingSchemas } from '#app/facility/settings.ts';
import type { RulesOverTime } from './rules.ts';

/** What the facility set about uses that a patient can stop, each version from its moment on. @throws for a value of no known shape */
export async function exportRulesOverTime(db: Db | Tx): Promise<RulesOverTime> {
  const rows = await db.settingVersion.findMany({
    where: { name: 'choices' },
    orderBy: [{ setAt: 'asc' }, { id: 'asc' }],
    select: { setAt: true, value: true },
  });
  return rows.map(({ setAt, value }) => ({ from: setAt, rules: settingSchemas.choices.parse(value) }));
}
