import type { World } from '#app/db/world.ts';

/** What the server gives every loader and action. */
export interface DoorContext {
  world: World;
  /** Of this response's Content-Security-Policy. */
  nonce: string;
  requestId: string;
  /** The browser's network address, as the trusted proxies tell it. */
  address: string;
  /** Does something once the answer was sent, when it took the form: led on to another page than one that asks who it is. */
  whenTaken(work: () => Promise<void>): void;
  /** The connection itself, for what is too long to be held: Remix neither waits for a slow reader nor tells a cut body from a whole one. */
  passage: {
    /** Whether all of the body came that was announced; asked when it has ended. */
    cameWhole(): boolean;
    /** Until more can be sent. @throws when nobody is there any more, or takes nothing for a minute */
    whenDrained(): Promise<void>;
    /** Calls back when the connection is over before the answer is. */
    whenLost(tell: () => void): void;
    /** What is known only at the end of an answer (RFC 9110 §6.5). */
    addTrailers(trailers: Record<string, string>): void;
  };
  /** Notes an error where the operator looks. */
  logError(error: unknown): void;
}

declare module '@remix-run/server-runtime' {
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type -- declaration merging needs an interface
  interface AppLoadContext extends DoorContext {}
}

/** What loaders and actions get. */
export interface DoorArgs {
  request: Request;
  context: DoorContext;
}
