import { verifyChain } from '#app/audit/seal.server.ts';
import type { Command } from './command.ts';
import { withInstallation } from './installation.server.ts';

const meaning = {
  changed: 'what it says is not what was sealed',
  unlinked: 'it does not follow the event before it',
  gap: 'it is missing',
};

export const auditVerify: Command = {
  name: 'audit verify',
  summary: 'Reads the whole audit chain and says where it breaks',
  help: [
    'Exit code 1 when the chain is broken. A cut end shows only against an anchor kept elsewhere:',
    'compare the number of events and the hash with those that patients hold on their accountings.',
  ],
  options: {},
  async run(_values, terminal) {
    return withInstallation(terminal, async ({ db }) => {
      const verdict = await verifyChain(db);
      if (verdict.whole) {
        terminal.print(`Whole: ${verdict.events} events, the last one sealed as ${verdict.headHash}`);
        return 0;
      }
      terminal.print(`Broken at event ${verdict.brokenAt}: ${meaning[verdict.why]} (${verdict.why}).`);
      return 1;
    });
  },
};
