import path from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take minutes, the longest first. Begun last, one of them would run alone while the other core has nothing left to do. */
const longest = [
  'mass-assignment',
  'routes',
  'embedded-postgres',
  'no-write-on-get',
  'killed',
  'admin',
  'backup',
  'enumeration',
  'checks-race',
  'racing-moves',
  'machine-input',
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
