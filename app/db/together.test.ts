import { describe, expect, it } from 'vitest';
import { together } from './together.server.ts';

/** Questions are numbers, and their answers ten times as much. A turn ends when it is told to. */
function desk(enough: number) {
  const turns: { questions: number[]; end: () => void }[] = [];
  const ask = together<number, number>(
    (questions) =>
      new Promise((resolve) => {
        turns.push({ questions, end: () => resolve(questions.map((one) => one * 10)) });
      }),
    4,
    enough,
  );
  const end = async (place: number) => {
    turns[place]?.end();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { ask, end, asked: () => turns.map(({ questions }) => questions) };
}

describe('questions that come together', () => {
  it('wait for the turn that is under way, and share the next; one that comes alone is answered alone', async () => {
    const { ask, end, asked } = desk(4);
    const first = ask(1);
    expect(asked()).toEqual([[1]]);
    const others = [ask(2), ask(3)];
    expect(asked()).toEqual([[1]]);
    await end(0);
    expect(await first).toBe(10);
    expect(asked()).toEqual([[1], [2, 3]]);
    await end(1);
    expect(await Promise.all(others)).toEqual([20, 30]);
    const last = ask(4);
    await end(2);
    expect(await last).toBe(40);
  });

  it('begin a second turn where enough of them wait, and none is left', async () => {
    const { ask, end, asked } = desk(3);
    const answers = Array.from({ length: 9 }, (_, n) => ask(n));
    expect(asked()).toEqual([[0], [1, 2, 3]]);
    await end(1);
    expect(await answers[3]).toBe(30);
    // Five waited: four go, the last waits for the first turn.
    expect(asked().slice(2)).toEqual([[4, 5, 6, 7]]);
    await end(2);
    expect(await answers[7]).toBe(70);
    expect(asked()).toHaveLength(3);
    await end(0);
    expect(await answers[0]).toBe(0);
    await end(3);
    expect(await answers[8]).toBe(80);
  });
});
