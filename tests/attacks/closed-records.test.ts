import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { setFlag } from '#app/people/flags.server.ts';
import { ids } from '#tests/support/expected-route.ts';
import { dataOf } from '#tests/support/manifest.ts';
import { addressOf, knownRoutes, startWalk, type Walk } from '#tests/support/route-walk.ts';
import { asForm } from '#tests/support/site.ts';
import { personOf } from '#tests/support/world.ts';

const known = await knownRoutes();
let walk: Walk;
beforeAll(async () => {
  walk = await startWalk();
});
afterAll(() => walk.stop());

describe('records that an officer closed', () => {
  // Of the addresses with params, those that lead to nothing of a patient's record; any other asks at the door.
  const ofNobody = new Set([
    'routes/staff+/disclosures+/studies_.$id',
    'routes/staff+/imports+/$id',
    'routes/staff+/unmatched+/$id',
    'routes/staff+/unmatched+/decisions_.$id',
    'routes/staff+/vendors+/$id',
    'routes/staff+/vendors+/$id_.edit',
    'routes/staff+/vendors+/$id_.add.$what',
    'routes/staff+/vendors+/$id_.end.$rowId',
    'routes/staff+/vendors+/$id_.label',
    'routes/staff+/vendors+/$id_.label_.$group',
    'routes/staff+/vendors+/$id_.label_.preview',
    'routes/staff+/vendors+/$id_.label_.history',
    'routes/staff+/vendors+/$id_.label_.import',
    'routes/staff+/vendors+/$id_.label_.import_.$cardId',
    'routes/staff+/vendors+/$id_.notices',
    'routes/officer+/keys+/$id',
    'routes/officer+/orders+/$id',
    'routes/officer+/sources+/$id',
    'routes/officer+/settings+/rules_.$vendorId',
    'routes/officer+/settings+/templates_.$kind.$use.$locale',
    // Of an account: who it is for, and its sign-ins.
    'routes/officer+/people+/$id',
    'routes/staff+/sign-in-help+/$id',
    // The door itself.
    'routes/staff+/patients+/$id_.why',
  ]);
  // A report that matches no record, and a file of reports, tell what their sender wrote, of whomever it is.
  const asReported = new Set(['routes/staff+/unmatched+/$id', 'routes/staff+/imports+/$id']);
  // The rows of such a file, as a file, and what could not be read at all: that somebody took it is written down.
  const taken = ['routes/staff+/imports+/$id_.lines[.]csv', 'routes/staff+/unmatched+/refused_.$id'];
  const doors = known.filter(
    ({ id, pattern }) =>
      !taken.includes(id) && /^routes\/(staff|officer)\+/.test(id) && /:/.test(pattern ?? ''),
  );

  it('open to staff and auditors through the page that asks why, and through no other', async () => {
    const amara = await personOf(walk.site.world, 'privacyOfficer');
    const { patientId: child } = await walk.site.world.db.representation.findUniqueOrThrow({
      where: { id: ids.representation },
    });
    for (const patientId of [ids.patient, child ?? '']) {
      const flag = { kind: 'closedToStaff', reason: 'Closed', personName: null, againstId: null } as const;
      const set = await setFlag(walk.site.world, { actor: amara, patientId, flag });
      if (!set.ok) throw new Error(set.refusal);
    }
    const before = await walk.rows();
    const asked = new Set<string>();
    const open: string[][] = [];
    for (const route of doors)
      for (const who of ['staff', 'auditor'] as const) {
        const { line } = route;
        if ((line.kind !== 'page' && line.kind !== 'file') || !line.opens.includes(who)) continue;
        const path = addressOf(route);
        const answers = [
          await walk.ask(who, path),
          ...(route.isPage
            ? [await walk.ask(who, dataOf(path)), await walk.ask(who, dataOf(path, route.id))]
            : []),
          ...(line.acts?.includes(who) ? [await walk.site.ask(path, asForm({}, walk.cookieFor[who]))] : []),
        ];
        for (const answer of answers) {
          const told = walk.canaries.filter((one) => !path.includes(one) && answer.text.includes(one));
          if (told.length > 0 && !asReported.has(route.id)) open.push([who, path, ...told]);
          if (ofNobody.has(route.id)) continue;
          const to = answer.status === 202 ? answer.text : answer.headers.location;
          if (/\/staff\/patients\/[0-9a-f-]{36}\/why\?to=/.test(to ?? '')) asked.add(route.id);
          else open.push([who, path, String(answer.status)]);
        }
      }
    expect(open).toEqual([]);
    expect(asked.size).toBeGreaterThan(15);
    const trail = await walk.ask('auditor', `/officer/audit?request=${walk.reference}`);
    expect(trail.headers.location).toContain('/why?to=');
    // The other one of two that are compared, and the patient that a correction names.
    const twin = { survivor: ids.other, other: ids.patient, reason: 'Same person' };
    const merged = await walk.site.ask(
      `/staff/patients/${ids.other}/merge`,
      asForm(twin, walk.cookieFor.staff),
    );
    expect(merged.headers.location).toContain(`/staff/patients/${ids.patient}/why?to=`);
    expect(await walk.rows()).toEqual(before);
  });
});
