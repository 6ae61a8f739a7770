import { describe, expect, it } from 'vitest';
import { endOf } from '#app/optouts/cohort-rows.ts';
import { ownEnd } from '#app/optouts/counted-asks.server.ts';

const inOneLine = (sql: string) => sql.replace(/\s+/g, ' ').replace(/\( /g, '(').replace(/ \)/g, ')');

describe('when a choice ends', () => {
  it('is the same for lists, which are asked as text, and for what goes through the ORM', () => {
    expect(ownEnd.values).toEqual([]);
    expect(inOneLine(ownEnd.sql)).toBe(inOneLine(endOf('o')));
  });
});
