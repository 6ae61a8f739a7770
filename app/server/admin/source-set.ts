import { everyHoursRange, readRhythm } from '#app/disclosures/source-rules.ts';
import { setSource, type SourceChange } from '#app/disclosures/source-settings.server.ts';
import {
  CommandFailed,
  operator,
  optional,
  required,
  wholeNumber,
  WrongUsage,
  type Command,
  type OptionValues,
} from './command.ts';
import { withInstallation } from './installation.server.ts';

export const sourceSet: Command = {
  name: 'source set',
  summary: 'Sets how often a source has to report, what it leaves out, and whose certificate speaks for it',
  help: [
    '--id ID               AuditSourceID as its messages write it; source list shows them',
    '--every-hours N       officers are told when no message came for so long; "none": it may be silent',
    '--work-hours FROM-TO  with it: only these hours of the facility’s business days count, such as 7-19',
    '--issuer NAME         issuer of patient numbers that it sends without one; "none" takes it away',
    '--time-zone ZONE      zone of times that it sends without one; "none" takes it away',
    '--trust SHA256        only trusted certificates may speak for it from now on',
    '--distrust SHA256     ends that for one certificate',
    'Example: source set --id PACS_MAIN --every-hours 6 --work-hours 7-19',
  ],
  options: {
    id: { type: 'string' },
    'every-hours': { type: 'string' },
    'work-hours': { type: 'string' },
    issuer: { type: 'string' },
    'time-zone': { type: 'string' },
    trust: { type: 'string' },
    distrust: { type: 'string' },
  },
  async run(values, terminal) {
    const auditSourceId = required(values, 'id');
    const change = changeOf(values);
    if (Object.keys(change).length === 0) throw new WrongUsage('There is nothing to set.');
    return withInstallation(terminal, async ({ db, clock }) => {
      const done = await setSource(db, { actor: operator, now: clock(), auditSourceId, change });
      if (!done.ok && done.refusal === 'certificateUnknown')
        throw new CommandFailed(
          'No message of this source came with that certificate; source list shows those that did.',
        );
      terminal.print(done.ok ? `Set: ${auditSourceId}` : `It was set so already: ${auditSourceId}`);
      return 0;
    });
  },
};

function changeOf(values: OptionValues): SourceChange {
  const [every, work] = [optional(values, 'every-hours'), optional(values, 'work-hours')];
  if (work !== undefined && (every === undefined || every === 'none'))
    throw new WrongUsage('--work-hours goes with --every-hours.');
  const [issuer, zone] = [optional(values, 'issuer'), optional(values, 'time-zone')];
  const [trust, distrust] = [optional(values, 'trust'), optional(values, 'distrust')];
  if (trust !== undefined && distrust !== undefined)
    throw new WrongUsage('Give --trust or --distrust, not both.');
  const fingerprint = trust ?? distrust;
  return {
    ...(every === undefined ? {} : { rhythm: every === 'none' ? null : rhythmOf(every, work) }),
    ...(issuer === undefined ? {} : { defaultIssuer: issuer === 'none' ? null : issuer }),
    ...(zone === undefined ? {} : { assumedTimeZone: zone === 'none' ? null : zoneOf(zone) }),
    ...(fingerprint === undefined
      ? {}
      : { trusted: { fingerprint: fingerprintOf(fingerprint), isTrusted: trust !== undefined } }),
  };
}

function rhythmOf(every: string, work: string | undefined) {
  wholeNumber(every, 'every-hours', everyHoursRange);
  const [, from = '', to = ''] = /^(\d{1,2})-(\d{1,2})$/.exec(work ?? '') ?? [];
  const read = readRhythm({ every, from, to });
  if (!read.ok || (work !== undefined && !read.rhythm?.work))
    throw new WrongUsage('--work-hours are two hours of a day, such as 7-19.');
  return read.rhythm;
}

function zoneOf(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    throw new WrongUsage(`"${zone}" is no time zone, such as America/New_York.`);
  }
}

function fingerprintOf(text: string): string {
  const plain = text.replaceAll(':', '').toLowerCase();
  if (!/^[0-9a-f]{64}$/.test(plain))
    throw new WrongUsage('A certificate is named by its SHA-256, 64 hexadecimal digits.');
  return plain;
}
