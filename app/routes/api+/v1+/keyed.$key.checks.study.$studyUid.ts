import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { studyCheck } from '#app/web/study-check.server.ts';

// The key stands in the address: for systems that can send no header. It works from the networks alone that it is bound to.
export function loader(args: LoaderFunctionArgs) {
  return studyCheck(args, args.params.studyUid, args.params.key ?? '');
}

export function action(args: ActionFunctionArgs) {
  return studyCheck(args, args.params.studyUid, args.params.key ?? '');
}
