import pg from 'pg';
import { crawl } from './crawl.ts';
import { everyTable, settled } from './rows.ts';
import { givePassword, signIn, startSite, type Answer, type Site } from './site.ts';
import { tellStory } from './told-story.ts';
import { castMember } from './world.ts';

export type Reader = 'nobody' | 'half' | 'patient' | 'staff' | 'privacyOfficer';
export const everyReader: Reader[] = ['nobody', 'half', 'patient', 'staff', 'privacyOfficer'];

export interface Crawled {
  site: Site;
  client: pg.Client;
  cookieOf: Partial<Record<Reader, string>>;
  /** What each of them was answered, by address. */
  pages: Record<Reader, Map<string, Answer>>;
  /** Every table before anybody read anything, and after each of them had read it all. */
  tables: { before: Record<string, string>; after: Record<Reader, Record<string, string>> };
  /** The same, one after the other. */
  opened(...readers: Reader[]): [reader: Reader, path: string, answer: Answer][];
  ask(reader: Reader, target: string, method?: 'GET' | 'HEAD'): Promise<Answer>;
  stop(): Promise<void>;
}

/** A site in which the story was told, and every page of it as everybody sees it: the longest walk there is, for all that ask about it. */
export async function crawlEverything(): Promise<Crawled> {
  const site = await startSite();
  await tellStory(site.world);
  const cookieOf: Crawled['cookieOf'] = {};
  for (const reader of ['patient', 'staff', 'privacyOfficer'] as const)
    cookieOf[reader] = await signIn(site, castMember(reader));
  cookieOf.half = await givePassword(site, castMember('patient'));
  const client = new pg.Client({ connectionString: site.databaseUrl });
  await client.connect();
  await settled(client);
  const ask: Crawled['ask'] = (reader, target, method = 'GET') =>
    site.ask(target, { method, headers: cookieOf[reader] ? { Cookie: cookieOf[reader] } : {} });
  const before = await everyTable(client);
  const pages = {} as Crawled['pages'];
  const after = {} as Crawled['tables']['after'];
  for (const reader of everyReader) {
    pages[reader] = await crawl((path) => ask(reader, path));
    after[reader] = await everyTable(client);
  }
  return {
    site,
    client,
    cookieOf,
    pages,
    tables: { before, after },
    opened: (...readers) =>
      readers.flatMap((reader) =>
        [...pages[reader]].map(([path, answer]): [Reader, string, Answer] => [reader, path, answer]),
      ),
    ask,
    stop: async () => {
      await client.end();
      await site.stop();
    },
  };
}
