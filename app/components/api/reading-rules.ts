/** The rules by which the page reads a message. They hold our word lists, so they are a file of their own that is loaded when it is needed. */
export { readingNotes, slipsOf } from '../../../studio/reading/notes.ts';
export { wordingOf } from '../../../studio/wording/wording.ts';
