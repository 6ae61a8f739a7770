import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Role } from '#app/audit/actor.ts';
import { homeOf } from '#app/people/can.ts';
import { isHtml } from '#tests/support/crawl.ts';
import { kindOf, linksOf } from '#tests/support/html.ts';
import { signIn, startSite, type Site } from '#tests/support/site.ts';
import { tellStory } from '#tests/support/told-story.ts';
import { castMember } from '#tests/support/world.ts';

// A page that a role may not see is not offered to it: what it is offered opens.

let site: Site;
beforeAll(async () => {
  site = await startSite();
  await tellStory(site.world);
});
afterAll(() => site.stop());

const roles: Role[] = ['patient', 'staff', 'auditor', 'privacyOfficer'];

it.each(roles)('every link from the first page on opens for the role %s', async (role) => {
  const Cookie = await signIn(site, castMember(role));
  const waiting = [{ path: homeOf(role) as string, from: 'signing in' }];
  const seen = new Map<string, number>();
  const shut: string[] = [];
  for (let link = waiting.shift(); link; link = waiting.shift()) {
    const { path, from } = link;
    const kind = kindOf(path);
    const before = seen.get(kind) ?? 0;
    // Of pages that differ only in ids or in the query, two.
    if (before >= 2) continue;
    seen.set(kind, before + 1);
    const answer = await site.ask(path, { headers: { Cookie } });
    if (answer.status === 302) {
      const to = answer.headers.location ?? '';
      if (/^\/sign-in/.test(to)) shut.push(`${path} (from ${from}): ${to}`);
      else waiting.push({ path: to, from: path });
    } else if (answer.status !== 200) shut.push(`${path} (from ${from}): ${answer.status}`);
    // The tour of the demo is everybody's, and says who each of its pages is for.
    else if (isHtml(answer) && kind !== '/demo')
      waiting.push(...linksOf(answer.text).map((to) => ({ path: to, from: path })));
  }
  expect(seen.size).toBeGreaterThan(8);
  expect(shut).toEqual([]);
});
