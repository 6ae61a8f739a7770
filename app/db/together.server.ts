import { isDatabaseUnreachable } from './client.server.ts';

/**
 * Answers questions that come while others are being answered together, in the next turn: nobody waits for a clock, and who asks alone is
 * answered alone. Each gets the answer at its own place. Where a turn fails, each of its questions is asked once more by itself: one that
 * cannot be answered costs no other its answer.
 * @param work answers in the order of the questions @param most questions in one turn
 * @param turns so many at once: while the database works on one, the next is made ready here
 */
export function together<Question, Answer>(
  work: (questions: Question[]) => Promise<Answer[]>,
  most = 64,
  turns = 2,
): (question: Question) => Promise<Answer> {
  interface Waiting {
    question: Question;
    resolve: (answer: Answer) => void;
    reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let working = 0;

  async function turn(taken: Waiting[]): Promise<void> {
    try {
      const answers = await work(taken.map(({ question }) => question));
      if (answers.length !== taken.length) throw new Error('not every question was answered');
      taken.forEach(({ resolve }, place) => resolve(answers[place]!));
    } catch (error) {
      if (taken.length > 1 && !isDatabaseUnreachable(error)) for (const one of taken) await turn([one]);
      else for (const { reject } of taken) reject(error);
    }
  }

  async function goOn(): Promise<void> {
    working++;
    while (waiting.length > 0) await turn(waiting.splice(0, most));
    working--;
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      if (working < turns) void goOn();
    });
}

/** Keeps one of something for each owner, for as long as there is that owner. */
export function oneFor<Owner extends object, One>(make: (owner: Owner) => One): (owner: Owner) => One {
  const made = new WeakMap<Owner, One>();
  return (owner) => {
    const one = made.get(owner) ?? make(owner);
    made.set(owner, one);
    return one;
  };
}
