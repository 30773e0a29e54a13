/** Why a connection ended: a close code, or what the client found itself. Browsers and React Native may give none. */
export type CloseReason = number | 'dead' | 'broken' | 'token' | undefined;

export type CloseAction = 'back-off' | 'restarting' | 'too-large' | 'our-fault' | 'refused' | 'unsupported';

const actions: Readonly<Record<number, CloseAction>> = {
  1001: 'restarting',
  1009: 'too-large',
  1012: 'restarting',
  4400: 'our-fault',
  4401: 'our-fault',
  4403: 'refused',
  4406: 'unsupported',
  4409: 'our-fault',
  4429: 'our-fault',
};

/** Returns what to do after a connection has ended. Whatever is not known may pass by itself. */
export function actionAfter(reason: CloseReason): CloseAction {
  return (typeof reason === 'number' && actions[reason]) || 'back-off';
}
