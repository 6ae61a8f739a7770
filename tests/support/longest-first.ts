import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take their time, the longest first. Begun last, one of them would run alone while the other core has nothing left to do. */
const longest = [
  'architecture',
  'accounting-pdf',
  'read.hostile',
  'sbom',
  'render-notice',
  'mass-assignment',
  'routes',
  'every-page',
  'database-away',
  'audit-chain',
  'long-letters',
  'admin',
  'killed',
  'embedded-postgres',
  'mail-trouble',
  'enumeration',
  'cohorts',
  'api',
  'orthanc',
  'ingest',
  'sign-in-limits',
  'rights',
  'doctor',
  'syslog',
  'backup',
  'keys',
].map((name) => `${name}.test.ts`);

/** A fresh clone has no times of an earlier run to sort by. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const at = longest.indexOf(path.basename(moduleId));
      return at < 0 ? longest.length : at;
    };
    return (await super.sort(files)).sort((one, other) => rank(one) - rank(other));
  }
}
