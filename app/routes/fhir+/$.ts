import { refuseAt } from '#app/web/problem.server.ts';

// Everything under /fhir/ that no call answers to.
const nothingHere = () => refuseAt('/fhir')('not-found', { detail: 'There is no such call.' });

export const loader = nothingHere;
export const action = nothingHere;
