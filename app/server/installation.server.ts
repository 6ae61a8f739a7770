import type { Db } from '#app/db/client.server.ts';
import type { Configuration } from './configuration.server.ts';
import { StartRefusal } from './start-refusal.ts';

/**
 * Keeps demo and real data apart. The demo, whose accounts everybody knows, runs only on a database that it made; nothing else runs
 * on one of those.
 * @param isOurs the embedded database that this very process started: an empty one of those may become a demo
 * @returns whether the database is empty and has to be filled (demo only)
 * @throws StartRefusal
 */
export async function checkInstallation(
  db: Db,
  mode: Configuration['mode'],
  isOurs: boolean,
  now: Date,
): Promise<'fill' | 'keep'> {
  const mark = await db.installationMark.findUnique({ where: { id: 1 }, select: { kind: true } });
  const isEmpty = (await db.facility.count()) + (await db.user.count()) + (await db.patient.count()) === 0;
  if (mode === 'production') {
    if (mark?.kind === 'demo') {
      throw new StartRefusal(
        'demoDatabase',
        'This database was made by the demo: its accounts are known to everybody.',
        'Use another DATABASE_URL or DATA_DIR, or start it with npm run demo.',
      );
    }
    if (!mark) await db.installationMark.create({ data: { id: 1, kind: 'production', markedAt: now } });
    return 'keep';
  }
  if (mark?.kind === 'demo') return isEmpty ? 'fill' : 'keep';
  if (mark || !isEmpty || !isOurs) {
    throw new StartRefusal(
      'notADemoDatabase',
      'The demo runs only on a database that it made itself, and this is another one.',
      'Take DATABASE_URL out of the environment, or choose another DATA_DIR. For real use: npm start.',
    );
  }
  return 'fill';
}
