import {
  inspectChain,
  isSound,
  type ChainInspection,
  type CheckpointInspection,
} from '#app/audit/inspection.server.ts';
import { sealEvents, type ChainVerdict } from '#app/audit/seal.server.ts';
import { toleratedDistance } from '#app/audit/told-times.ts';
import type { Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'Reads the whole audit chain and says where it breaks',
  help: [
    'Events that wait for their place in the chain get it first. Then every link is held against the one before it, against the signed',
    'checkpoints in AUDIT_CHECKPOINT_FILE, and against the note of the newest link beside it. What an event says of its time is held',
    'against when the database recorded it. Exit code 1 when the chain is broken, an event tells another time than when it came, or a',
    'checkpoint or the note was tampered with. What came after the note (within a second, while Plainview runs) can be cut off unseen:',
    'compare the number of events and the hash with those that patients hold on their accountings, and with the checkpoints in the log.',
  ],
  options: {},
  async run(_values, terminal) {
    return withInstallation(terminal, async (world) => {
      await sealEvents(world.db, terminal.now());
      const inspection = await inspectChain(world);
      const { verdict, waiting, checkpoints } = inspection;
      terminal.print(verdictInWords(verdict));
      for (const line of timesInWords(inspection)) terminal.print(line);
      if (waiting.count > 0) terminal.print(`Not checked: ${waiting.count} events that came meanwhile.`);
      const events = verdict.whole ? verdict.events : null;
      for (const line of checkpointsInWords(checkpoints, world.checkpointFile ?? '', events))
        terminal.print(line);
      return isSound(inspection) ? 0 : 1;
    });
  },
};

function verdictInWords(verdict: ChainVerdict): string {
  if (verdict.whole) return `Whole: ${verdict.events} events, the last one sealed as ${verdict.headHash}`;
  const { brokenAt, why } = verdict;
  switch (why) {
    case 'changed':
      return `Broken at event ${brokenAt}: what it says is not what was sealed (changed).`;
    case 'unlinked':
      return `Broken at event ${brokenAt}: it does not follow the event before it (unlinked).`;
    case 'gap':
      return `Broken at event ${brokenAt}: it is missing (gap).`;
    case 'cut':
      return `Broken at event ${brokenAt}: the end is cut off, to event ${verdict.until} at least (cut).`;
    case 'rewritten':
      return verdict.until === brokenAt
        ? `Broken at event ${brokenAt}: it is another one than its checkpoint says (rewritten).`
        : `Broken between event ${brokenAt} and event ${verdict.until}: they are others than a checkpoint says (rewritten).`;
  }
}

function timesInWords({ oddTimes: { count, first }, seededTo }: ChainInspection): string[] {
  const lines = first.map(({ sequence, at, recordedAt }) =>
    recordedAt
      ? `Another time at event ${sequence}: it says ${at.toISOString()}, and was recorded at ${recordedAt.toISOString()}.`
      : `Another time at event ${sequence}: it says ${at.toISOString()}, and when it was recorded is missing.`,
  );
  if (count > first.length) lines.push(`Another time at ${count - first.length} more events.`);
  if (count > 0)
    lines.push(`An event may say a time up to ${toleratedDistance / 60_000} minutes from when it came.`);
  if (seededTo > 0n)
    lines.push(
      `Made-up facility: events 1 to ${seededTo} tell of earlier days, and their times are not held.`,
    );
  return lines;
}

function checkpointsInWords(
  checkpoints: CheckpointInspection,
  file: string,
  events: number | null,
): string[] {
  const unseen = 'Not checked: a cut end or a chain written anew;';
  if (checkpoints.kept === 'nowhere') return [`${unseen} no checkpoints are kept.`];
  if (checkpoints.kept === 'unreadable') return [`${unseen} ${file} cannot be read (${checkpoints.reason}).`];
  const { checked, unknownKey, forged, newest, note, noted } = checkpoints;
  const lines = forged.map((line) => `Forged: line ${line} of ${file} is not as it was signed.`);
  if (unknownKey > 0)
    lines.push(`Not checked: ${unknownKey} checkpoints signed with a key that is not in APP_KEYS.`);
  if (note === 'forged') lines.push(`Forged: the note ${file}.head is not as it was signed.`);
  if (note === 'unknownKey')
    lines.push(`Not checked: ${file}.head, signed with a key that is not in APP_KEYS.`);
  if (!newest && !noted)
    return [...lines, `${unseen} ${file} holds no checkpoint that a key of APP_KEYS signed.`];
  if (newest)
    lines.push(
      `Held against ${checked} checkpoint${checked === 1 ? '' : 's'}, the last one of event ${newest.sequence}, ${newest.at.toISOString()}.`,
    );
  if (noted)
    lines.push(`Held against the note of the newest event, ${noted.sequence}, ${noted.at.toISOString()}.`);
  const last = Math.max(Number(newest?.sequence ?? 0), Number(noted?.sequence ?? 0));
  const later = events === null ? 0 : events - last;
  if (later > 0)
    lines.push(`Not checked: whether more events than these ${later} came after it and were cut off.`);
  return lines;
}
