import { describe, expect, it } from 'vitest';
import type { RequestEvent } from '#app/audit/audit.server.ts';
import { timelineView } from './present-timeline.server.ts';

const line = (event: Partial<RequestEvent>) =>
  timelineView(
    [
      {
        id: 1n,
        type: 'request.reviewBegan',
        at: new Date('2027-02-20T15:00:00Z'),
        visibleToPatient: true,
        ...event,
      } as RequestEvent,
    ],
    { locale: 'en', timeZone: 'America/New_York', audience: 'patient', facilityName: 'Riverbend Imaging' },
  )[0];
const countsOn = { countsOn: true, dueOn: '2027-03-19' };

describe('a line of the timeline', () => {
  it.each([
    ['By phone', 'By phone. The last day is now March 19, 2027.'],
    ['They called. ', 'They called. The last day is now March 19, 2027.'],
    ['Did they (yes!)', 'Did they (yes!) The last day is now March 19, 2027.'],
  ])('keeps what somebody wrote apart from what follows: %s', (reason, detail) => {
    expect(line({ reason, after: countsOn })?.detail).toBe(detail);
  });

  it('leaves what stands alone as it was written', () => {
    expect(line({ reason: 'By phone', after: {} })?.detail).toBe('By phone');
  });

  it('says what moved a last day while a request was closed', () => {
    const moved = line({ type: 'request.dueMoved', after: { because: 'reopened', dueOn: '2027-03-19' } });
    expect(moved?.what).toBe('The last day moved, because the holidays changed while the request was closed');
  });
});
