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
