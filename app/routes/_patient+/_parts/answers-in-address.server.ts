import { createHash } from 'node:crypto';
import {
  answerFields,
  readAnswers,
  type ChoiceAnswers,
  type ChoiceQuestion,
  type Offered,
} from '#app/optouts/choosing.ts';

/** What stands for a study in an address. Browsers and logs keep addresses, and a study's UID is a patient's (ASVS 5.0.0 V14.2.1). */
export function studyKey(uid: string): string {
  return createHash('sha256').update(uid).digest('base64url').slice(0, 16);
}

/** Reads the answers out of a query or form made with `addressFields`. */
export function answersIn(given: { getAll(name: string): unknown[] }, offered: Offered): ChoiceAnswers {
  const uids = [...offered.studies, ...[...(offered.named?.values() ?? [])].flat()];
  const byKey = new Map<unknown, string>(uids.map((uid) => [studyKey(uid), uid]));
  return readAnswers(
    {
      getAll: (name) => {
        const values = given.getAll(name);
        return name === 'study' ? values.map((key) => byKey.get(key)) : values;
      },
    },
    offered,
  );
}

/** The answers as name and value, one for each field of a form or parameter of a query. @param except a question left out */
export function addressFields(
  answers: ChoiceAnswers,
  except?: ChoiceQuestion,
): [name: string, value: string][] {
  return answerFields(answers, except).map(([name, value]) => [
    name,
    name === 'study' ? studyKey(value) : value,
  ]);
}
