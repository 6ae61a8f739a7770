import { isDatabaseUnreachable } from './client.server.ts';

/**
 * Answers questions that come while others are being answered together, in the next turn: nobody waits for a clock, and who asks alone is
 * answered alone. Each gets the answer at its own place. Where a turn fails, each of its questions is asked once more by itself: one that
 * cannot be answered costs no other its answer.
 * @param work answers in the order of the questions @param most questions in one turn
 * @param enough so many waiting begin a second turn beside the first. With two turns always, each holds half as many, and a question costs
 * a tenth more; with one, nothing is made ready here while the database works.
 */
export function together<Question, Answer>(
  work: (questions: Question[]) => Promise<Answer[]>,
  most = 64,
  enough = 12,
): (question: Question) => Promise<Answer> {
  interface Waiting {
    question: Question;
    resolve: (answer: Answer) => void;
    reject: (error: unknown) => void;
  }
  const waiting: Waiting[] = [];
  let working = 0;
  const isTime = () => waiting.length > 0 && (working === 0 || (working === 1 && waiting.length >= enough));

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
    while (isTime()) {
      working++;
      await turn(waiting.splice(0, most));
      working--;
    }
  }

  return (question) =>
    new Promise((resolve, reject) => {
      waiting.push({ question, resolve, reject });
      void goOn();
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
