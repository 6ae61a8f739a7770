import { CsvRefused } from '#app/disclosures/ingest/csv/read-file.ts';
import { importCsvFile } from '#app/disclosures/imports/from-disk.server.ts';
import { CommandFailed, operator, optional, WrongUsage, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const importFile: Command = {
  name: 'import',
  summary: 'Takes transfers in from a CSV file of any length',
  help: [
    'FILE             CSV with the columns of POST /api/v1/disclosures/csv. Lines that are no',
    '                 disclosure yet are printed with their number and the reason',
    '--source NAME    the system whose log it is. Where its columns are not ours, they are read',
    '                 as was kept for this source when a file of it was last confirmed at',
    '                 /staff/imports',
    'An import that was cut off goes on where it stopped when it is run again.',
    'Example: import --source RIVERPACS transfers-2026.csv',
  ],
  options: { source: { type: 'string' } },
  takes: 'FILE',
  async run(values, terminal) {
    const file = optional(values, 'FILE');
    if (file === undefined) throw new WrongUsage('FILE is missing.');
    return withInstallation(terminal, async (world) => {
      try {
        const done = await importCsvFile(world, file, {
          actor: operator,
          source: optional(values, 'source') ?? null,
          onProgress: ({ lines, troubled }) => {
            for (const { index, state, reason } of troubled)
              terminal.print(`record ${index + 1}: ${state}${reason ? ` (${reason})` : ''}`);
            terminal.say(`${lines} records`);
          },
        });
        const counts = Object.entries(done.states).map(([state, count]) => `${count} ${state}`);
        terminal.print(`Records: ${done.lines}${counts.length > 0 ? ` (${counts.join(', ')})` : ''}`);
        return 0;
      } catch (error) {
        if (error instanceof CsvRefused) throw new CommandFailed(error.message);
        if (error instanceof Error && 'code' in error && error.code === 'ENOENT')
          throw new CommandFailed(`There is no file ${file}.`);
        throw error;
      }
    });
  },
};
