import { isJurisdiction, placeOf, type Place } from '#app/clocks/jurisdictions.ts';
import { regulatorsOf } from '#app/disclosures/regulators.ts';
import type { FacilitySettings } from '#app/facility/facility.server.ts';

/**
 * Whom to complain to: the facility's contact, and the regulators of where it is.
 * @param jurisdiction of a request, whose law stays that of when it came
 */
export function contactOf(settings: FacilitySettings | null, jurisdiction = settings?.jurisdiction) {
  if (!settings || !isJurisdiction(jurisdiction))
    throw new Error('the facility has no jurisdiction whose rules are known');
  const { name, phone, email, address } = settings;
  return { name, phone, email, address, regulators: regulatorsOf(placeOf(jurisdiction)) };
}

export type ComplaintContact = ReturnType<typeof contactOf>;

/** Whose law gives the facility's patients their rights. @throws where that is not known */
export function placeOfFacility(settings: Pick<FacilitySettings, 'jurisdiction'> | null): Place {
  if (!settings || !isJurisdiction(settings.jurisdiction))
    throw new Error('the facility has no jurisdiction whose rules are known');
  return placeOf(settings.jurisdiction);
}
