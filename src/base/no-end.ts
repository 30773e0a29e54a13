/** The end of a ban or mute without an end. */
export const noEnd = new Date('9999-12-31T23:59:59.999Z');
