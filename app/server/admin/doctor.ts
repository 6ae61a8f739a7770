import { examine } from '../doctor.server.ts';
import type { Command } from './command.ts';

export const doctor: Command = {
  name: 'doctor',
  summary: 'Looks at every part, and says what is wrong and what to set',
  help: [
    'A line each: version, database, migrations, keys, clock, mail, disk, ports, worker, facility, audit.',
    'It changes nothing. Exit code: the worst line (0 ok, 1 warn, 2 fail).',
  ],
  options: {},
  async run(_values, terminal) {
    const worst = { ok: 0, warn: 1, fail: 2 };
    let code = 0;
    await examine({ env: terminal.env, mode: terminal.mode, clock: terminal.now }, (finding) => {
      code = Math.max(code, worst[finding.health]);
      terminal.print(`${finding.health.padEnd(5)} ${finding.part.padEnd(11)} ${finding.words}`);
    });
    return code;
  },
};
