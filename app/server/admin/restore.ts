import { anchorsOf, readCheckpoints, setLaterAside } from '#app/audit/checkpoints.server.ts';
import { verifyChain } from '#app/audit/seal.server.ts';
import { fillFromBackup } from '#app/db/backup/fill.server.ts';
import { openBackup } from '#app/db/backup/file.server.ts';
import type { BackupManifest } from '#app/db/backup/manifest.ts';
import { refuseForeignMigrations } from '#app/db/migrate.server.ts';
import type { World } from '#app/db/world.ts';
import { beginAfterRestore, confirmRestore } from '#app/optouts/after-restore.server.ts';
import { refuseUnknownKeys } from '../doctor.server.ts';
import { CommandFailed, operator, required, WrongUsage, type Command, type Terminal } from './command.ts';
import { withDatabase, withInstallation, withWorld, type Served } from './installation.server.ts';

export const restore: Command = {
  name: 'restore',
  summary: 'Fills an empty database from a back-up; --confirm ends the caution after it',
  help: [
    'restore FILE                     into the database of DATABASE_URL, or the embedded one of DATA_DIR, which has to be empty',
    'restore --confirm --by "NAME"    says that what the back-up did not have was looked for',
    'The whole file is checked before anything changes. What fails leaves nothing; what was killed is cleared away by the next restore.',
    'Nobody is signed in after it. A "no" that was said after the back-up is not there: until somebody confirms, export checks answer',
    'deny wherever they would permit because there is no "no". Look for what was said since (paper, mail, the receipts that patients hold,',
    'the log), enter it again, and confirm.',
    'Example: DATA_DIR=/srv/plainview-new restore /mnt/backups/plainview-20261122T031700Z.backup',
  ],
  options: { confirm: { type: 'boolean' }, by: { type: 'string' } },
  takes: 'FILE',
  async run(values, terminal) {
    if (values.confirm) {
      if (values.FILE !== undefined)
        throw new WrongUsage('--confirm takes no file: it is about what was restored.');
      return confirm(required(values, 'by'), terminal);
    }
    const file = values.FILE;
    if (typeof file !== 'string') throw new WrongUsage('Which FILE?');
    return withDatabase(terminal, (served) => restoreInto(served, file, terminal));
  },
};

async function restoreInto(served: Served, file: string, terminal: Terminal): Promise<number> {
  const backup = await openBackup(file, served.keys);
  try {
    const { manifest } = backup;
    if (manifest.madeBy !== terminal.mode)
      throw new CommandFailed(
        manifest.madeBy === 'demo'
          ? 'This is a back-up of a demo, whose accounts everybody knows. Restore it with --demo.'
          : 'This is a back-up of real data: it does not become a demo. Restore it without --demo.',
      );
    await refuseForeignMigrations('The back-up', manifest.migrations);
    terminal.say('Checking the file');
    await backup.check();
    await fillFromBackup(served.ownerUrl, backup, terminal.say, () =>
      withWorld(terminal, served, async (world) => {
        await refuseUnknownKeysOf(world, manifest);
        await holdAgainstManifest(world, manifest);
        await beginAfterRestore(world, afterwards(manifest), operator);
      }),
    );
    for (const line of inWords(manifest, terminal.now())) terminal.print(line);
    for (const line of await checkpointsInWords(served, manifest, terminal.now())) terminal.print(line);
    return 0;
  } finally {
    await backup.close();
  }
}

/** What the maker of the back-up could not open either stops nothing here. */
async function refuseUnknownKeysOf(world: World, { keys }: BackupManifest): Promise<void> {
  if (keys.every(({ proof }) => proof !== null)) await refuseUnknownKeys(world);
}

/** A chain that was broken before does not keep the rest from being restored; one that was whole has to be so again. */
async function holdAgainstManifest({ db }: World, { chain, chainBrokenAt }: BackupManifest): Promise<void> {
  const verdict = await verifyChain(
    db,
    chain ? [{ sequence: BigInt(chain.sequence), hash: chain.hash }] : [],
  );
  const isAsItWas = verdict.whole
    ? chainBrokenAt === null && verdict.events === Number(chain?.sequence ?? 0)
    : verdict.brokenAt.toString() === chainBrokenAt;
  if (!isAsItWas)
    throw new CommandFailed('The audit chain did not come out as it went in. Nothing is restored.');
}

const afterwards = ({ id, takenAt, chain }: BackupManifest) => ({
  backupId: id,
  takenAt: new Date(takenAt),
  events: BigInt(chain?.sequence ?? 0),
});

function inWords({ parts, takenAt, chain, chainBrokenAt }: BackupManifest, now: Date): string[] {
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  return [
    `Restored: ${rows} rows, as of ${takenAt}.`,
    chainBrokenAt === null
      ? `The audit chain is whole: ${chain?.sequence ?? 0} events, as the back-up says.`
      : `The audit chain is broken at event ${chainBrokenAt}, as it was when the back-up was taken.`,
    'Every session has ended: everybody signs in anew. Every key of a program and every printed code has ended too, since nobody can tell',
    'which were revoked or used after the back-up: make new keys (api-key rotate --name NAME), and hand out new sheets of codes.',
    '',
    `WHAT WAS SAID AFTER ${takenAt} IS NOT HERE, up to the moment at which the old installation stopped (${now.toISOString()} at the latest):`,
    '- every “no” and every withdrawal, request, answer and disclosure of that time;',
    '- accounts that were shut and representations that were ended are open again (user list, user disable);',
    '- passwords that were changed are the old ones, and factors that were removed are there again.',
    'Look for them, and enter them again. Letters that waited to go out then go out now, perhaps for the second time.',
    '',
    'Until somebody confirms that, export checks answer deny where they would permit because there is no “no”:',
    '  npm run -s admin -- restore --confirm --by "NAME"',
  ];
}

async function checkpointsInWords(
  { configuration: { checkpointFile }, keys }: Served,
  { chain }: BackupManifest,
  now: Date,
): Promise<string[]> {
  const head = BigInt(chain?.sequence ?? 0);
  const stamp = `before-restore-${now.toISOString().replace(/[-:]|\.\d+/g, '')}`;
  try {
    const noted = anchorsOf(await readCheckpoints(checkpointFile, keys)).find(
      ({ sequence }) => sequence === head,
    );
    if (noted && chain && noted.hash !== chain.hash)
      return [
        '',
        `${checkpointFile} notes another event ${head} than the back-up has: one of them is of another installation. See: audit verify`,
      ];
    const later = await setLaterAside(checkpointFile, keys, head, stamp);
    if (!later) return [];
    return [
      '',
      `By the checkpoints, at least ${later.newest.sequence - head} events came after the back-up, until ${later.newest.at.toISOString()}.`,
      `The checkpoints of those are kept in ${later.aside}.`,
    ];
  } catch (error) {
    return [
      '',
      `${checkpointFile} could not be brought in line (${String(error)}): audit verify will call the end cut.`,
    ];
  }
}

async function confirm(by: string, terminal: Terminal): Promise<number> {
  return withInstallation(terminal, async (world) => {
    const confirmed = await confirmRestore(world, { actor: operator, by });
    if (!confirmed) throw new CommandFailed('No restore waits for a word.');
    terminal.print(
      `Confirmed by ${by}, for what was said from ${confirmed.takenAt.toISOString()} to ${confirmed.restoredAt.toISOString()}. Checks answer as before.`,
    );
    return 0;
  });
}
