import { z } from 'zod';
import type { OptOutChoice } from './optouts.server.ts';
import { optOutPurposes, type OptOutPurpose } from './purposes.ts';

/** The questions of an opt-out, in their order. A patient who says no to everything is asked only the first. */
export const choiceQuestions = ['everything', 'purposes', 'companies', 'name'] as const;
export type ChoiceQuestion = (typeof choiceQuestions)[number];

/** What a patient has answered so far; what is absent is not answered yet. */
export interface ChoiceAnswers {
  everything?: 'yes' | 'choose';
  purposes?: OptOutPurpose[];
  companies?: 'all' | 'some';
  /** Slugs of the companies, where `companies` is `some`. */
  company?: string[];
  /** `stop` covers images without the patient's name too. */
  withoutName?: 'stop' | 'allow';
}

interface Company {
  id: string;
  slug: string;
}

const everything = z.enum(['yes', 'choose']);
const companies = z.enum(['all', 'some']);
const withoutName = z.enum(['stop', 'allow']);

/**
 * Reads the answers out of a query or form. They travel in the address, so anybody can have written them: what is not one of the answers
 * offered, or a company of the register, is as if it was not answered.
 */
export function readAnswers(
  given: { getAll(name: string): unknown[] },
  register: readonly Company[],
): ChoiceAnswers {
  const one = <T>(name: string, schema: z.ZodType<T>) => {
    const values = given.getAll(name);
    const parsed = schema.safeParse(values[0]);
    return values.length === 1 && parsed.success ? parsed.data : undefined;
  };
  const purposes = optOutPurposes.filter((code) => given.getAll('purpose').includes(code));
  const company = register.map(({ slug }) => slug).filter((slug) => given.getAll('company').includes(slug));
  const answers: ChoiceAnswers = {};
  const everythingSaid = one('everything', everything);
  const companiesSaid = one('companies', companies);
  const withoutNameSaid = one('withoutName', withoutName);
  if (everythingSaid) answers.everything = everythingSaid;
  if (purposes.length > 0) answers.purposes = purposes;
  if (companiesSaid) answers.companies = companiesSaid;
  if (company.length > 0) answers.company = company;
  if (withoutNameSaid) answers.withoutName = withoutNameSaid;
  return answers;
}

/** The answers as name and value, one for each field of a form or parameter of a query. @param except a question left out */
export function answerFields(
  answers: ChoiceAnswers,
  except?: ChoiceQuestion,
): [name: string, value: string][] {
  const fields: [ChoiceQuestion, string, string][] = [];
  if (answers.everything) fields.push(['everything', 'everything', answers.everything]);
  for (const code of answers.purposes ?? []) fields.push(['purposes', 'purpose', code]);
  if (answers.companies) fields.push(['companies', 'companies', answers.companies]);
  for (const slug of answers.company ?? []) fields.push(['companies', 'company', slug]);
  if (answers.withoutName) fields.push(['name', 'withoutName', answers.withoutName]);
  return fields.filter(([question]) => question !== except).map(([, name, value]) => [name, value]);
}

/** Whether a question has a whole answer. "Some companies" is one only with a company. */
export function isAnswered(answers: ChoiceAnswers, question: ChoiceQuestion): boolean {
  switch (question) {
    case 'everything':
      return answers.everything !== undefined;
    case 'purposes':
      return answers.purposes !== undefined;
    case 'companies':
      return answers.companies === 'all' || (answers.companies === 'some' && answers.company !== undefined);
    case 'name':
      return answers.withoutName !== undefined;
  }
}

/** The questions that these answers lead to. */
export function questionsAsked(answers: ChoiceAnswers): ChoiceQuestion[] {
  return answers.everything === 'yes' ? ['everything'] : [...choiceQuestions];
}

/** The next question, or null when all that are asked are answered. */
export function firstUnanswered(answers: ChoiceAnswers): ChoiceQuestion | null {
  return questionsAsked(answers).find((question) => !isAnswered(answers, question)) ?? null;
}

/** What the answers come to; null while one is missing. */
export function choiceMade(answers: ChoiceAnswers, register: readonly Company[]): OptOutChoice | null {
  if (firstUnanswered(answers) !== null) return null;
  if (answers.everything === 'yes')
    return { purposes: [...optOutPurposes], vendors: 'all', studies: 'all', coversDeidentified: true };
  const named = register.filter(({ slug }) => answers.company?.includes(slug)).map(({ id }) => id);
  return {
    purposes: answers.purposes ?? [],
    vendors: answers.companies === 'all' ? 'all' : named,
    studies: 'all',
    coversDeidentified: answers.withoutName === 'stop',
  };
}
