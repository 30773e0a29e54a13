/** The version of this package; the server's log names it. */
export const version = '0.1.0';
