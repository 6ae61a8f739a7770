import { rotateKeys } from '#app/audit/rotation.server.ts';
import { queueRotation } from '#app/jobs/rotate-keys.server.ts';
import { CommandFailed, operator, type Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

export const keysRotate: Command = {
  name: 'keys rotate',
  summary: 'Seals with the first key of APP_KEYS what older keys sealed',
  help: [
    'The running server does it, bit by bit, behind its other work. It must have been started with the same first key.',
    '--here           does it in this command instead, and shows how far it is',
    'It can be stopped at any point and run again. Then: keys status',
  ],
  options: { here: { type: 'boolean' } },
  async run(values, terminal) {
    return withInstallation(terminal, async (world) => {
      const { currentId } = world.keys;
      if (!values.here) {
        await queueRotation(world.db, currentId);
        terminal.print(`Queued: the server moves everything to ${currentId}. See how far it is: keys status`);
        return 0;
      }
      let told = 0;
      const { resealed, broken, left } = await rotateKeys(world, {
        actor: operator,
        isEnough: (done) => {
          if (done - told >= 1_000) terminal.say(`${(told = done)} values`);
          return false;
        },
      });
      for (const { table, id } of broken) terminal.say(`Does not open: ${table} ${id}`);
      if (left) throw new CommandFailed(`Older keys still hold ${left} values. See: keys status`);
      terminal.print(`Done: ${resealed} values moved to ${currentId}; older keys hold none.`);
      return 0;
    });
  },
};
