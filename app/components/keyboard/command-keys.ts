/** The keys of the commands that have some. Single ones are typed outside of a text box, which Escape leaves. */
export const COMMAND_KEYS = {
  search: 'Mod+K',
  new: 'Mod+Shift+O',
  gallery: 'G',
  write: '/',
  edit: 'E',
  vary: 'V',
  reference: 'R',
  compare: 'C',
  details: 'D',
  undo: 'Mod+Z',
  redo: 'Mod+Shift+Z',
  stop: 'Mod+.',
  settings: 'Mod+,',
  help: '?',
} as const;
