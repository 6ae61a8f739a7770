import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { takeAccount, type Account } from './killed-account.ts';
import { openLedger, startLoad } from './killed-load.ts';
import { startReports, type Reports } from './killed-reports.ts';
import { pause, startRealSite } from './site-process.ts';
import { startSmtpSink } from './smtp-sink.ts';
import { makeCertificates } from './syslog-certificates.ts';

export interface Soak extends Omit<Account, 'amiss'> {
  amiss: Record<string, number>;
  reports: Reports['counts'] & { lost: number };
  kills: number;
  seconds: number;
}

const processes = 2;

/**
 * Two processes of the built site, each web server and worker, under load of people and of archives that report; at random moments one of them, or both, is killed with
 * `kill -9` and started again. What was acknowledged stands in a synced file of its own, and is looked for at the end.
 */
export async function killUnderLoad(
  kills: number,
  say: (line: string) => void = () => undefined,
): Promise<Soak> {
  const began = performance.now();
  const sink = await startSmtpSink({ refuseWith: null });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'plainview-ledger-'));
  const ledger = await openLedger(path.join(folder, 'acknowledged'));
  const { server, archive } = makeCertificates(folder);
  const site = await startRealSite({ count: processes, smtpUrl: sink.url, syslog: server });
  const since = () => `${Math.round((performance.now() - began) / 1_000)} s`;
  say(`${since()}: running`);
  try {
    const load = startLoad(site.processes, ledger);
    const reports = startReports(site, ledger, archive);
    for (let killed = 0, round = 0; killed < kills; round += 1) {
      await pause(100 + Math.random() * 900);
      // Every second time both at once: for a while there is nobody.
      const both = round % 2 === 1 && killed + 1 < kills;
      const chosen = both ? site.processes : [site.processes[Math.floor(Math.random() * processes)]!];
      await Promise.all(chosen.map((one) => one.killAndRestart()));
      killed += chosen.length;
      say(`${since()}: ${killed} killed, ${load.keys.size} requests`);
    }
    await Promise.all([load.stop(), reports.stop()]);
    say(`${since()}: the load has stopped`);
    const ofReports = await reports.settle();
    say(`${since()}: what came by syslog was sent again`);
    const { amiss, ...account } = await takeAccount(site, { ledger, load, sink });
    return {
      kills,
      seconds: Math.round((performance.now() - began) / 1_000),
      ...account,
      reports: { ...reports.counts, lost: reports.lost },
      amiss: { ...amiss, ...ofReports },
    };
  } finally {
    await site.stop();
    await ledger.close();
    await sink.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
