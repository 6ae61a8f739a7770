import { disclosuresOfPatient } from '#app/disclosures/disclosures.server.ts';
import { theFacility } from '#app/facility/facility.server.ts';
import { settingNow } from '#app/facility/settings.server.ts';
import type { Offered } from '#app/optouts/choosing.ts';
import { optOutHistory } from '#app/optouts/history.server.ts';
import { optOutRecordsOf } from '#app/optouts/optouts.server.ts';
import { exportRulesOverTime } from '#app/optouts/rules.server.ts';
import { mayAct } from '#app/people/can.ts';
import { allVendors } from '#app/vendors/vendors.server.ts';
import { readingAs, type PatientVisit } from '#app/web/guard.server.ts';
import { studiesView } from '#app/web/present-studies.server.ts';

/**
 * What a patient chooses from. Who may file but not see is shown no study, nobody who got images, and no
 * choice but those that they filed themselves.
 */
export function choosing(visit: PatientVisit) {
  const { person, patientId, locale, now } = visit;
  const sees = mayAct(person, 'ownRecords.see');
  return readingAs(visit, async ({ world: { db } }) => {
    const [register, settings, rows, history, facility] = await Promise.all([
      allVendors(db),
      settingNow(db, 'choices'),
      sees ? disclosuresOfPatient(db, patientId, { now }) : [],
      optOutHistory(db, patientId),
      theFacility(db),
    ]);
    const studies = studiesView(rows, locale);
    const own = sees ? history : history.filter(({ recordedById }) => recordedById === person.id);
    const offered: Offered = {
      companies: register,
      studies: studies.map(({ uid }) => uid),
      named: new Map(own.map(({ id, studyUids }) => [id, studyUids === 'all' ? [] : studyUids])),
      permission: settings.permission,
    };
    return {
      sees,
      facility,
      register,
      settings,
      rows,
      studies,
      history: own,
      offered,
    };
  });
}

/** What the effect of a choice is measured against, beside what it is chosen from. */
export function decidedSoFar(visit: PatientVisit) {
  return readingAs(visit, async ({ world: { db } }) => {
    const [rules, records] = await Promise.all([
      exportRulesOverTime(db),
      optOutRecordsOf(db, [visit.patientId]),
    ]);
    return { rules, records: records.get(visit.patientId) ?? [] };
  });
}
