import type { Person, plainview } from '#app/audit/actor.ts';
import type { Asking } from './came.ts';
import type { RequestKind } from './kinds/registry.ts';
import type { MoveName, Outcome, RequestResolution, RequestStatus } from './moves.ts';

/** An answer that is not sent yet. */
export interface AnswerDraft {
  outcome: Outcome | null;
  ground: string | null;
  /** Elements of the kind's answer that are ticked as being in it. */
  contains: readonly string[];
  draftedById: string | null;
  /** Who put a file to it or took one out since. */
  filesById: readonly string[];
  hasText: boolean;
  /** Whether a blank of a template stands in it unfilled. */
  blanksLeft: boolean;
}

/** The request that one is said to be the same as. */
export interface Twin {
  id: string;
  /** Whether it is of the same patient. */
  isTheirs: boolean;
  kind: RequestKind;
  receivedAt: Date;
  /** Null: not answered yet. */
  answeredAt: Date | null;
  /** Withdrawn, or itself the same as another: it is not answered. */
  closed: boolean;
}

/** What the clock says when a move is decided. Facility-local dates. */
export interface ClockFacts {
  today: string;
  /** Last day of the first period. */
  firstDueOn: string;
  /** Last day that an extension can reach; null when the rule has none. */
  longestDueOn: string | null;
  extended: boolean;
  /** Stopped: the first period is not over, whatever the date. */
  paused: boolean;
}

export interface RequestState {
  kind: RequestKind;
  patientId: string;
  status: RequestStatus;
  resolution: RequestResolution | null;
  version: number;
  draft: AnswerDraft | null;
  /** The account that filed it. */
  filedById?: string;
  /** What its form asked, as it is kept. */
  details?: unknown;
  receivedAt?: Date;
  receivedTimeKnown?: boolean;
  /** Whether staff entered it, and its patient's day of birth: when it came can be a mistake of theirs. */
  entered?: { bornOn: string } | null;
  /** What the patient was asked for and has not answered: the status in which it is waited for, and the facility-local day of asking. */
  asking?: { status: Asking['status']; on: string } | null;
  /** Who asked for proof of who it is, last. */
  identityAskedById?: string | null;
  /** Of an appeal: whoever drafted or sent the answer that it is about, or one that came before that. */
  appealedFrom?: readonly string[];
  /** A cost was told, and the patient has not said what they want. */
  feeUnanswered: boolean;
  clock: ClockFacts;
}

export interface Move {
  name: MoveName;
  reason?: string;
  /** Of an extension: the day by which the answer will come. */
  newDueOn?: string;
  /** Of a duplicate: the other request. */
  twin?: Twin;
  /** Of a duplicate that Plainview opens again: what became of the other request. */
  because?: 'otherEnded' | 'otherIsNotTheirs';
  /** Of what staff enter for somebody: how it came, and the facility-local day on which it did. */
  word?: { channel: 'paper' | 'phone' | 'desk'; receivedOn: string };
  /** Of what was waited for: the facility-local day on which it came; absent: now. */
  cameOn?: string;
  /** Of a correction: when it truly came, and the day of that in the request's zone. */
  received?: { at: Date; on: string; timeKnown: boolean };
  /** The version the mover was looking at. */
  expectedVersion: number;
}

/** Who moves a request: a person, or Plainview by itself. */
export type Mover = Person | typeof plainview;
