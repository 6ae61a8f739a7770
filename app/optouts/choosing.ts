import { z } from 'zod';
import type { OptOutChoice } from './optouts.server.ts';
import { optOutPurposes, type OptOutPurpose } from './purposes.ts';

/** As many studies as one choice may name. */
export const mostStudies = 100;

/** The questions of a choice, in their order. A patient who says no to everything is asked only the first. */
export const choiceQuestions = ['everything', 'purposes', 'companies', 'studies', 'name'] as const;
export type ChoiceQuestion = (typeof choiceQuestions)[number];

/** What a patient has answered so far; what is absent is not answered yet. */
export interface ChoiceAnswers {
  /** A "yes" to uses that the facility asks permission for; absent: a "no". */
  say?: 'yes';
  /** The choice that this one is to stand in the place of. */
  replaces?: string;
  everything?: 'yes' | 'choose';
  purposes?: OptOutPurpose[];
  companies?: 'all' | 'some';
  /** Slugs of the companies, where `companies` is `some`. */
  company?: string[];
  studies?: 'all' | 'some';
  /** Study UIDs, where `studies` is `some`. */
  study?: string[];
  /** `stop` covers images without the patient's name too. */
  withoutName?: 'stop' | 'allow';
}

/** What can be chosen from. */
export interface Offered {
  companies: readonly { id: string; slug: string }[];
  /** UIDs of the patient's studies that the ledger knows. Where there is none, nobody is asked which. */
  studies: readonly string[];
  /** UIDs that a choice names already, by its id: whoever puts another in its place may name them again, whatever the ledger knows by now. */
  named?: ReadonlyMap<string, readonly string[]>;
  /** Uses for which the facility asks permission. */
  permission: readonly OptOutPurpose[];
}

/** A whole choice. */
export interface ChoiceMade {
  act: 'denied' | 'permitted';
  replaces: string | null;
  choice: OptOutChoice;
}

const everything = z.enum(['yes', 'choose']);
const reach = z.enum(['all', 'some']);
const withoutName = z.enum(['stop', 'allow']);

/**
 * Reads the answers out of a query or form. They travel in the address, so anybody can have written them: what is not one of the answers
 * offered, a company of the register, or a study of the patient, is as if it was not answered.
 */
export function readAnswers(given: { getAll(name: string): unknown[] }, offered: Offered): ChoiceAnswers {
  const { companies, permission } = offered;
  const one = <T>(name: string, schema: z.ZodType<T>) => {
    const values = given.getAll(name);
    const parsed = schema.safeParse(values[0]);
    return values.length === 1 && parsed.success ? parsed.data : undefined;
  };
  const say = one('say', z.literal('yes'));
  const asked: readonly OptOutPurpose[] = say ? permission : optOutPurposes;
  const replaces = one('replaces', z.uuid());
  const studies = studiesToChoose(offered, replaces);
  const read: ChoiceAnswers = {
    say,
    replaces,
    everything: say ? undefined : one('everything', everything),
    purposes: some(asked.filter((code) => given.getAll('purpose').includes(code))),
    companies: one('companies', reach),
    company: some(companies.map(({ slug }) => slug).filter((slug) => given.getAll('company').includes(slug))),
    studies: one('studies', reach),
    study: some(studies.filter((uid) => given.getAll('study').includes(uid))),
    withoutName: say ? undefined : one('withoutName', withoutName),
  };
  return Object.fromEntries(Object.entries(read).filter(([, value]) => value !== undefined));
}

/** The studies that can be named: those that the ledger knows, then those that the replaced choice names beside them. */
export function studiesToChoose({ studies, named }: Offered, replaces: string | undefined): string[] {
  return [...new Set([...studies, ...(replaces === undefined ? [] : (named?.get(replaces) ?? []))])];
}

const some = <T>(values: T[]): T[] | undefined => (values.length > 0 ? values : undefined);

/** The answers as name and value, one for each field of a form or parameter of a query. @param except a question left out */
export function answerFields(
  answers: ChoiceAnswers,
  except?: ChoiceQuestion,
): [name: string, value: string][] {
  const fields: [ChoiceQuestion | null, string, string][] = [];
  if (answers.say) fields.push([null, 'say', answers.say]);
  if (answers.replaces) fields.push([null, 'replaces', answers.replaces]);
  if (answers.everything) fields.push(['everything', 'everything', answers.everything]);
  for (const code of answers.purposes ?? []) fields.push(['purposes', 'purpose', code]);
  if (answers.companies) fields.push(['companies', 'companies', answers.companies]);
  for (const slug of answers.company ?? []) fields.push(['companies', 'company', slug]);
  if (answers.studies) fields.push(['studies', 'studies', answers.studies]);
  for (const uid of answers.study ?? []) fields.push(['studies', 'study', uid]);
  if (answers.withoutName) fields.push(['name', 'withoutName', answers.withoutName]);
  return fields
    .filter(([question]) => question === null || question !== except)
    .map(([, name, value]) => [name, value]);
}

/** Whether a question has a whole answer. "Some companies" is one only with a company, "some studies" only with a study. */
export function isAnswered(answers: ChoiceAnswers, question: ChoiceQuestion): boolean {
  switch (question) {
    case 'everything':
      return answers.everything !== undefined;
    case 'purposes':
      return answers.purposes !== undefined;
    case 'companies':
      return answers.companies === 'all' || (answers.companies === 'some' && answers.company !== undefined);
    case 'studies':
      return (
        answers.studies === 'all' ||
        (answers.studies === 'some' && answers.study !== undefined && answers.study.length <= mostStudies)
      );
    case 'name':
      return answers.withoutName !== undefined;
  }
}

/** The questions that these answers lead to. A "yes" covers images with the name and without. */
export function questionsAsked(answers: ChoiceAnswers, offered: Offered): ChoiceQuestion[] {
  if (answers.everything === 'yes') return ['everything'];
  return choiceQuestions.filter((question) => {
    // "Some" without one named is no answer, also where there is none to name.
    if (question === 'studies')
      return answers.studies === 'some' || studiesToChoose(offered, answers.replaces).length > 0;
    return !answers.say || (question !== 'everything' && question !== 'name');
  });
}

/** The next question, or null when all that are asked are answered. */
export function firstUnanswered(answers: ChoiceAnswers, offered: Offered): ChoiceQuestion | null {
  return questionsAsked(answers, offered).find((question) => !isAnswered(answers, question)) ?? null;
}

/** What the answers come to; null while one is missing. */
export function choiceMade(answers: ChoiceAnswers, offered: Offered): ChoiceMade | null {
  if (firstUnanswered(answers, offered) !== null) return null;
  const act = answers.say ? 'permitted' : 'denied';
  const replaces = answers.replaces ?? null;
  if (answers.everything === 'yes') return { act, replaces, choice: everythingStops() };
  const named = offered.companies.filter(({ slug }) => answers.company?.includes(slug)).map(({ id }) => id);
  return {
    act,
    replaces,
    choice: {
      purposes: answers.purposes ?? [],
      vendors: answers.companies === 'all' ? 'all' : named,
      studies: answers.studies === 'some' ? (answers.study ?? []) : 'all',
      coversDeidentified: act === 'permitted' || answers.withoutName === 'stop',
    },
  };
}

function everythingStops(): OptOutChoice {
  return { purposes: [...optOutPurposes], vendors: 'all', studies: 'all', coversDeidentified: true };
}

/** The answers that lead to a choice that was made before, so that it can be changed or confirmed. */
export function answersOf({ act, choice }: Omit<ChoiceMade, 'replaces'>, offered: Offered): ChoiceAnswers {
  const { purposes, vendors, studies, coversDeidentified } = choice;
  const isAll = vendors === 'all' && studies === 'all' && coversDeidentified;
  if (act === 'denied' && isAll && optOutPurposes.every((purpose) => purposes.includes(purpose)))
    return { everything: 'yes' };
  return {
    ...(act === 'permitted' ? { say: 'yes' as const } : { everything: 'choose' as const }),
    purposes: [...purposes],
    companies: vendors === 'all' ? 'all' : 'some',
    ...(vendors === 'all'
      ? {}
      : { company: offered.companies.filter(({ id }) => vendors.includes(id)).map(({ slug }) => slug) }),
    studies: studies === 'all' ? 'all' : 'some',
    ...(studies === 'all' ? {} : { study: [...studies] }),
    ...(act === 'permitted'
      ? {}
      : { withoutName: coversDeidentified ? ('stop' as const) : ('allow' as const) }),
  };
}
