import { randomUUID } from 'node:crypto';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { appendEvent } from '#app/audit/audit.server.ts';
import type { AuditFacts } from '#app/audit/events.ts';
import { sealEvents, verifyChain } from '#app/audit/seal.server.ts';
import { writeBackup } from '#app/db/backup/file.server.ts';
import type { BackupManifest } from '#app/db/backup/manifest.ts';
import { takeSnapshot } from '#app/db/backup/take.server.ts';
import { inTransaction } from '#app/db/client.server.ts';
import { pendingMigrations } from '#app/db/migrate.server.ts';
import { migrationNames } from '#app/db/schema-engine.server.ts';
import type { World } from '#app/db/world.ts';
import { checkInstallation } from '../installation.server.ts';
import { CommandFailed, operator, required, type Command } from './command.ts';
import { withDatabase, withWorld } from './installation.server.ts';

export const backup: Command = {
  name: 'backup',
  summary: 'Writes everything that Plainview knows into one sealed file, while it runs',
  help: [
    '--to FILE        that is not there yet, or a folder that is: then the file gets a name with the time',
    'All tables as of one instant, and the work that is queued; sealed with the first key of APP_KEYS, and signed with it.',
    'Not in it: APP_KEYS, without which nobody can restore it, and the file of AUDIT_CHECKPOINT_FILE, which is there to be kept apart.',
    'Keep copies of both elsewhere, and every key for as long as a back-up that it sealed.',
    'A back-up that was killed leaves FILE.unfinished, which can be deleted.',
    'Example: backup --to /mnt/backups      Then, elsewhere and now and then: restore FILE',
  ],
  options: { to: { type: 'string' } },
  async run(values, terminal) {
    const to = required(values, 'to');
    return withDatabase(terminal, async (served) => {
      await refuseEmpty(served.ownerUrl);
      const manifest = await withWorld(terminal, served, async (world) => {
        const state = await checkInstallation(world.db, terminal.mode, false, terminal.now());
        if (state === 'fill') throw new CommandFailed('There is no demo yet. Start it once: npm run demo');
        const takenAt = terminal.now();
        const id = randomUUID();
        const file = await fileAt(to, takenAt);
        await tell(world, 'backup.began', id, {});
        await sealEvents(world.db, takenAt);
        const verdict = await verifyChain(world.db);
        const written = await writeBackup(
          file,
          world.keys,
          {
            id,
            takenAt: takenAt.toISOString(),
            madeBy: terminal.mode,
            chainBrokenAt: verdict.whole ? null : verdict.brokenAt.toString(),
          },
          (writer) => takeSnapshot(served.ownerUrl, writer),
        );
        await tell(world, 'backup.made', id, { takenAt: takenAt.toISOString(), rows: rowsOf(written) });
        terminal.print(file);
        return written;
      });
      for (const line of inWords(manifest)) terminal.say(line);
      return 0;
    });
  },
};

async function refuseEmpty(ownerUrl: string): Promise<void> {
  const [pending, all] = [await pendingMigrations(ownerUrl), await migrationNames()];
  if (pending.length === all.length)
    throw new CommandFailed('There is nothing to back up: Plainview was never started on this database.');
}

async function tell(
  world: World,
  type: 'backup.began' | 'backup.made',
  id: string,
  after: AuditFacts,
): Promise<void> {
  await inTransaction(world.db, (tx) =>
    appendEvent(tx, {
      type,
      actor: operator,
      at: world.clock(),
      subject: { kind: 'backup', id },
      after,
      visibleToPatient: false,
    }),
  );
}

async function fileAt(to: string, now: Date): Promise<string> {
  const isFolder = (await stat(to).catch(() => null))?.isDirectory() ?? false;
  if (isFolder) return path.join(to, `plainview-${now.toISOString().replace(/[-:]|\.\d+/g, '')}.backup`);
  const folder = path.dirname(path.resolve(to));
  if (!(await stat(folder).catch(() => null))?.isDirectory())
    throw new CommandFailed(`There is no folder ${folder}.`);
  return to;
}

const rowsOf = ({ parts }: BackupManifest) => parts.reduce((sum, { rows }) => sum + rows, 0);

function inWords(manifest: BackupManifest): string[] {
  const { keys, keyId, parts, chain, chainBrokenAt } = manifest;
  const needed = [...new Set([keyId, ...keys.filter(({ proof }) => proof !== null).map(({ id }) => id)])];
  const lost = keys.filter(({ proof }) => proof === null).map(({ id }) => id);
  return [
    `${rowsOf(manifest)} rows of ${parts.length} parts, as of ${manifest.takenAt}; ${chain?.sequence ?? 0} events in the audit chain.`,
    `To restore it, APP_KEYS needs: ${needed.join(', ')}. They are not in the file. Keep them elsewhere, and as long as the file.`,
    ...(chainBrokenAt === null
      ? []
      : [`The audit chain is broken at event ${chainBrokenAt}. See: audit verify`]),
    ...(lost.length > 0
      ? [`Sealed with ${lost.join(', ')}, which is not in APP_KEYS: those values do not open, here or there.`]
      : []),
    'The file of audit checkpoints is not in it either: keep a copy of it apart from the database.',
  ];
}
