/** Everything that Plainview writes to a patient about. A notice says that there is something to read, never what. */
export const noticeKinds = ['requestReceived', 'answerReady'] as const;
export type NoticeKind = (typeof noticeKinds)[number];

/** @returns whether a stored word is a kind of notice that this version knows */
export function isNoticeKind(value: string): value is NoticeKind {
  return (noticeKinds as readonly string[]).includes(value);
}
