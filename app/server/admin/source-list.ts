import { sourceSettings, type SourceSettings } from '#app/disclosures/source-settings.server.ts';
import type { Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const sourceList: Command = {
  name: 'source list',
  summary: 'Lists the systems that report transfers, and what is set for each',
  help: [
    'A line a source: name, last message, rhythm, issuer, time zone; below it the certificates that it came with.',
    'Example: source list',
  ],
  options: {},
  async run(_values, terminal) {
    return withInstallation(terminal, async ({ db }) => {
      const sources = await sourceSettings(db);
      if (sources.length === 0) terminal.say('No source has reported yet.');
      for (const source of sources) for (const line of linesOf(source)) terminal.print(line);
      return 0;
    });
  },
};

function linesOf({ auditSourceId, lastAt, rhythm, certificates, ...habits }: SourceSettings): string[] {
  return [
    [
      auditSourceId,
      lastAt ? `last message ${lastAt.toISOString()}` : 'no message yet',
      rhythm ? `every ${rhythm.everyHours} hours ${workOf(rhythm.work)}` : 'may be silent',
      habits.defaultIssuer ? `issuer ${habits.defaultIssuer}` : 'no issuer of its own',
      habits.assumedTimeZone ?? 'no time zone of its own',
    ].join('\t'),
    ...certificates.map(({ fingerprint, subject, trustedAt }) =>
      ['', fingerprint, subject, trustedAt ? `trusted since ${trustedAt.toISOString()}` : 'not trusted'].join(
        '\t',
      ),
    ),
  ];
}

const workOf = (work: { from: number; to: number } | null) =>
  work ? `of business days, ${work.from} to ${work.to}` : 'of every day';
