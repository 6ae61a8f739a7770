import { randomUUID } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { totpCode } from '#app/people/totp.ts';
import type { CastMember } from '#prisma/seed/cast.ts';
import { askedKinds, filledForm, wholeLetter } from './asked.ts';
import { pause, type SiteProcess } from './site-process.ts';
import { asForm, cookieOf, type Answer } from './site.ts';
import { castMember } from './world.ts';

/** What a site has said to be done: by the id of the request, or of the form's own key where that names it. */
export type Acknowledged =
  | { did: 'filed'; id: string; key: string; kind: string }
  | { did: 'acknowledged' | 'answered'; id: string }
  | { did: 'written'; id: string; key: string }
  | { did: 'reported'; id: string; study: string };

/** A file of its own, outside of the database, synced to the disk before the next thing is asked. */
export interface Ledger {
  note(one: Acknowledged): Promise<void>;
  read(): Promise<Acknowledged[]>;
  close(): Promise<void>;
}

export async function openLedger(file: string): Promise<Ledger> {
  const opened = await open(file, 'a');
  return {
    note: async (one) => {
      await opened.appendFile(`${JSON.stringify(one)}\n`);
      await opened.sync();
    },
    read: async () =>
      (await readFile(file, 'utf8'))
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Acknowledged),
    close: () => opened.close(),
  };
}

export interface Load {
  /** Keys of every form that was sent, whatever came of it. */
  keys: Set<string>;
  /** Forms that were sent again, because no answer came or though one did. */
  sentAgain: number;
  /** Ends once what is under way is acknowledged, and three requests at least were answered. @throws what a client met that it must not meet */
  stop(): Promise<void>;
}

/** People who file requests, write, and answer, each as fast as the site lets them, over whichever process answers. */
export function startLoad(processes: readonly SiteProcess[], ledger: Ledger, clients = 6): Load {
  const keys = new Set<string>();
  const state = { keys, sentAgain: 0, answered: 0, stopping: false };
  const dana = signedIn(processes, castMember('staff'));
  const patients = ['RB000417', 'RB000902'].map((mrn) => signedIn(processes, castMember({ mrn })));

  /** Sends a form until it is answered. `redone`: an earlier try may have done it already. */
  const send = async (who: SignedInPerson, target: string, fields: Record<string, string>) => {
    for (let tries = 0; ; tries += 1) {
      if (tries > 0) state.sentAgain += 1;
      const cookie = await who.cookie();
      const answer = await anyOf(processes)
        .ask(target, asForm(fields, cookie))
        .catch(() => null);
      if (!answer || answer.status >= 500) {
        await pause(50);
        continue;
      }
      const to = answer.headers.location ?? '';
      if (answer.status === 302 && /^\/(sign-in|confirm)\b/.test(to)) {
        await who.signInAgain(cookie);
        continue;
      }
      return { answer, to, redone: tries > 0 };
    }
  };
  const done = (what: string, { answer, to, redone }: Awaited<ReturnType<typeof send>>, code: string) => {
    // A move that is sent again finds that it was made: its version has gone.
    if (answer.status === 302 && to.endsWith(`?done=${code}`)) return;
    if (redone && answer.status === 409) return;
    throw new Error(`${what}: ${answer.status} ${to} ${answer.text.slice(0, 200)}`);
  };

  const act = async (turn: number) => {
    const patient = patients[turn % patients.length]!;
    const kind = askedKinds[turn % askedKinds.length]!;
    const key = randomUUID();
    keys.add(key);
    const form = { ...filledForm(kind), submissionKey: key };
    const file = async () => {
      const { answer, to } = await send(patient, `/requests/new/${kind}`, form);
      const id = /^\/requests\/([0-9a-f-]{36})\?done=sent$/.exec(to)?.[1];
      if (!id) throw new Error(`a request is not taken: ${answer.status} ${to}`);
      return id;
    };
    const id = await file();
    await ledger.note({ did: 'filed', id, key, kind });
    if (turn % 3 === 0) {
      state.sentAgain += 1;
      if ((await file()) !== id) throw new Error('one form made two requests');
    }
    const page = `/staff/requests/${id}`;
    let version = 1;
    if (turn % 3 !== 1) {
      const sent = await send(dana, page, { intent: 'acknowledge', version: '1' });
      done('acknowledge', sent, 'acknowledge');
      await ledger.note({ did: 'acknowledged', id });
      version += 1;
    }
    if (turn % 2 === 0) {
      const writing = { move: 'message', text: 'One more thing.', submissionKey: randomUUID() };
      done('write', await send(patient, `/requests/${id}`, writing), 'written');
      await ledger.note({ did: 'written', id, key: writing.submissionKey });
    }
    if (kind !== 'question') return;
    const { contains = [], ...written } = wholeLetter('question', 'granted');
    const note = written.note ?? '';
    const letter = { note, outcome: 'granted', contains: contains[0] ?? '' };
    done(
      'draft',
      await send(dana, page, { intent: 'letter', version: String(version), ...letter }),
      'letter',
    );
    const ticks = { reviewed: 'reviewed', elementsLookedFor: 'elementsLookedFor' };
    const sent = await send(dana, page, { intent: 'send', version: String(version + 1), note, ...ticks });
    done('send', sent, 'send');
    await ledger.note({ did: 'answered', id });
    state.answered += 1;
  };

  let turn = 0;
  const running = Promise.all(
    Array.from({ length: clients }, async () => {
      while (!state.stopping) await act(turn++);
    }),
  );
  // Met by `stop`; until then it is nobody's rejection.
  running.catch(() => (state.stopping = true));
  return {
    keys,
    get sentAgain() {
      return state.sentAgain;
    },
    stop: async () => {
      // On a slow machine the kills are over before much was done.
      while (!state.stopping && state.answered < 3) await pause(50);
      state.stopping = true;
      await running;
    },
  };
}

export interface SignedInPerson {
  cookie(): Promise<string>;
  /** @param worn the cookie that was not good any more; whoever comes second takes the one that the first has got */
  signInAgain(worn: string): Promise<void>;
}

export function signedIn(processes: readonly SiteProcess[], member: CastMember): SignedInPerson {
  let held: Promise<string> | null = null;
  const cookie = () => (held ??= signInAnyhow(processes, member));
  return {
    cookie,
    signInAgain: async (worn) => {
      if ((await cookie()) === worn) held = null;
      await cookie();
    },
  };
}

/**
 * Signs in through the pages, again and again: either process may die in between. A code counts once, and one whose answer was lost may have
 * counted: the next is typed, half a minute ahead (RFC 6238 §5.2 has a server take neighbours), or waited for. Ten of the same, a second apart,
 * would shut the door for a quarter of an hour.
 */
async function signInAnyhow(processes: readonly SiteProcess[], member: CastMember): Promise<string> {
  const { email, password, totpSecret } = member;
  const post = (target: string, fields: Record<string, string>, sent?: string): Promise<Answer | null> =>
    anyOf(processes)
      .ask(target, asForm(fields, sent))
      .catch(() => null);
  const step = () => Math.floor(Date.now() / 30_000);
  let typed = 0;
  for (const end = performance.now() + 120_000; performance.now() < end; await pause(1_000)) {
    if (typed > step()) continue;
    const first = await post('/sign-in', { email, password });
    const half = first && cookieOf(first, 'plainview_sign_in');
    if (!half) continue;
    typed = Math.max(typed + 1, step());
    const code = totpCode(totpSecret, new Date(typed * 30_000));
    const second = await post('/sign-in/two-factor', { code }, half);
    const cookie = second && cookieOf(second, 'plainview_session');
    if (cookie) return cookie;
  }
  throw new Error(`${email} cannot sign in`);
}

function anyOf(processes: readonly SiteProcess[]): SiteProcess {
  const one = processes[Math.floor(Math.random() * processes.length)];
  if (!one) throw new Error('there is no process');
  return one;
}
