import { rotateMachineKey } from '#app/people/machine-clients.server.ts';
import { keyLife, keyOverlap } from '#app/people/machine-keys.ts';
import { CommandFailed, operator, optional, required, wholeNumber, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const apiKeyRotate: Command = {
  name: 'api-key rotate',
  summary: 'Makes a new key for a program, prints it once, and lets the old one end',
  help: [
    '--name NAME      the name it was made with',
    `--overlap-days N how long the old key still works, 0 to ${keyOverlap.most} (default: ${keyOverlap.usual})`,
    `--days N         how long the new one works, 1 to ${keyLife.most} (default: ${keyLife.usual})`,
    'Example: api-key rotate --name "Export gateway" --overlap-days 2',
  ],
  options: { name: { type: 'string' }, 'overlap-days': { type: 'string' }, days: { type: 'string' } },
  async run(values, terminal) {
    const name = required(values, 'name');
    const overlapDays = wholeNumber(
      optional(values, 'overlap-days') ?? `${keyOverlap.usual}`,
      'overlap-days',
      { least: 0, most: keyOverlap.most },
    );
    const lifeDays = wholeNumber(optional(values, 'days') ?? `${keyLife.usual}`, 'days', {
      least: 1,
      most: keyLife.most,
    });
    return withInstallation(terminal, async ({ db, clock }) => {
      const rotated = await rotateMachineKey(db, {
        client: { name },
        overlapDays,
        lifeDays,
        actor: operator,
        now: clock(),
      });
      if (!rotated) throw new CommandFailed(`No key in use is named "${name}".`);
      terminal.print(rotated.key);
      terminal.say('Keep it now: it is not stored, and cannot be shown again.');
      terminal.say(`It works until ${rotated.expiresAt.toISOString()}.`);
      terminal.say(`The key before works until ${rotated.overlapEndsAt.toISOString()} at most.`);
      return 0;
    });
  },
};
