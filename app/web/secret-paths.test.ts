import { describe, expect, it } from 'vitest';
import { withoutSecrets } from './secret-paths.ts';

const key = 'k3y-of-43_characters';

describe('a path that is kept', () => {
  it.each([
    `/notices/${key}`,
    `/notices/${key}.data`,
    `//Notices//${key}`,
    `/%6eotices/${key}`,
    `/%256Eotices%2f${key}`,
    `/x/../notices/./${key}`,
    `/x/%2e%2e/notices/x/../${key}`,
    `/notices\\${key}`,
    `/notices/%zz/${key}`,
    `http://portal.example/notices/${key}`,
    `/CALENDAR/${key}.ics`,
    `/%63alendar/${key}.ics`,
    `/officer/../calendar/${key}.ics`,
    `/api/v1/%6beyed/${key}/checks/study/2.25.7`,
    `/API/V1/keyed//${key}`,
    `/api/v1/keyed/./${key}/checks`,
    `/api/v1/x/../keyed/x/../${key}`,
    `/%25252525256eotices/${key}`,
  ])('%s holds no secret', (path) => {
    expect(withoutSecrets(path)).not.toContain(key);
    expect(withoutSecrets(path)).toContain('[cut]');
  });

  it.each([
    ['/api/v1/keyed/a/checks/study/2.25.7', '/api/v1/keyed/[cut]/checks/study/2.25.7'],
    ['/officer/calendar/address', '/officer/calendar/address'],
    ['/officer/notices', '/officer/notices'],
    ['/staff/vendor-notices/1', '/staff/vendor-notices/1'],
    ['/a%20b/%zz', '/a%20b/%zz'],
  ])('%s is %s', (path, kept) => {
    expect(withoutSecrets(path)).toBe(kept);
  });
});
