import type { ActionFunctionArgs, LoaderFunctionArgs } from '@remix-run/node';
import { studyCheck } from '#app/web/study-check.server.ts';

export function loader(args: LoaderFunctionArgs) {
  return studyCheck(args, args.params.studyUid);
}

export function action(args: ActionFunctionArgs) {
  return studyCheck(args, args.params.studyUid);
}
