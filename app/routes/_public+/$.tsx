import { notFound } from '#app/web/guard.server.ts';

/** Every address that no page has: the same 404 as a stranger's record. */
export function loader() {
  throw notFound();
}

export function action() {
  throw notFound();
}

export default function Nowhere() {
  return null;
}
