import { afterAll, beforeAll, bench, describe } from 'vitest';
import { percentile, readPage } from '#tests/support/bench-pages.ts';
import { connected } from '#tests/support/database.ts';
import { signedIn } from '#tests/support/killed-load.ts';
import { startRealSite, type RealSite } from '#tests/support/site-process.ts';
import { tellStory, type ToldStory } from '#tests/support/told-story.ts';
import { castMember } from '#tests/support/world.ts';

// npm run build && npm run bench -- pages. The rate of our pages against an empty Remix page of the same server, in turn, so that all see the
// same machine. BENCH_SECONDS is how long each of them is asked for in one turn.
const lasting = Number(process.env.BENCH_SECONDS ?? 2);
const turns = Number(process.env.BENCH_ROUNDS ?? 6);
const clients = 8;
const aim = 0.15;

let site: RealSite;
let story: ToldStory;
let cookies: Record<'patient' | 'staff' | 'officer', string>;

beforeAll(async () => {
  site = await startRealSite({
    count: 1,
    smtpUrl: 'smtp://127.0.0.1:1',
    args: ['--import', 'tsx', 'tests/support/site-with-empty-page.ts'],
    fill: async (fresh) => {
      story = await tellStory(fresh.world);
      await connected(fresh.databaseUrl, (client) =>
        client.query('delete from graphile_worker._private_jobs'),
      );
    },
  });
  const cookieOf = (who: Parameters<typeof castMember>[0]) =>
    signedIn(site.processes, castMember(who)).cookie();
  cookies = {
    patient: await cookieOf('patient'),
    staff: await cookieOf('staff'),
    officer: await cookieOf('privacyOfficer'),
  };
}, 300_000);
afterAll(() => site.stop());

/** Asks for a page from several connections at once. @returns answers a second */
async function rate(target: string, cookie: string): Promise<number> {
  const began = performance.now();
  let answers = 0;
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() - began < lasting * 1_000) {
        await readPage(site.processes[0]!, target, { cookie });
        answers += 1;
      }
    }),
  );
  return (answers * 1_000) / (performance.now() - began);
}

describe('our pages against an empty one', () => {
  bench(
    'in turn',
    async () => {
      const pages: Record<string, [string, string]> = {
        'an empty Remix page': ['/empty_page', ''],
        'patient home': ['/home', cookies.patient],
        'a patient’s request': [`/requests/${story.answered.id}`, cookies.patient],
        'the queue': ['/staff', cookies.staff],
        'a request, for staff': [`/staff/requests/${story.untouched.id}`, cookies.staff],
        'the officer’s page': ['/officer', cookies.officer],
      };
      const rates = new Map<string, number[]>();
      for (let turn = -1; turn < turns; turn++)
        for (const [name, page] of Object.entries(pages)) {
          const found = await rate(...page);
          if (turn >= 0) rates.set(name, [...(rates.get(name) ?? []), found]);
        }
      const median = (name: string) => percentile(rates.get(name) ?? [], 0.5);
      const floor = median('an empty Remix page');
      const slow: string[] = [];
      for (const name of rates.keys()) {
        const part = median(name) / floor;
        if (part < aim) slow.push(name);
        process.stdout.write(
          `${name}: ${median(name).toFixed(0)} a second, ${(part * 100).toFixed(0)} %${part < aim ? ` (aim ${aim * 100} %)` : ''}\n`,
        );
      }
      if (slow.length > 0) throw new Error(`under ${aim * 100} % of an empty page: ${slow.join('; ')}`);
    },
    { iterations: 1, time: 0, warmupIterations: 0, warmupTime: 0 },
  );
});
