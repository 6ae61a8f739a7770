import type { ActionFunctionArgs } from '@remix-run/node';
import { problem } from '#app/web/problem.server.ts';
import { tokenDoor } from '#app/web/token-door.server.ts';

export function loader() {
  return problem('not-found', { detail: 'Tokens are asked for by POST.' });
}

export function action(args: ActionFunctionArgs) {
  return tokenDoor(args);
}
