/** Names of files by which a person finds them again, that every file system takes. Pure. */

/** What some file system does not take, and signs that turn the direction of a text, behind which an ending can be hidden. */
const FORBIDDEN = /[\\/:*?"<>|\p{Cc}\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF]/gu;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A text as a part of a file's name: without what no file system takes, cut between characters. */
export function fileWords(text: string, most: number): string {
  const name = text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(FORBIDDEN, '')
    .replaceAll(/^[ .]+|[ .]+$/g, '');
  let end = 0;
  for (const { index, segment } of graphemes.segment(name))
    if (index + segment.length <= most) end = index + segment.length;
    else break;
  return name.slice(0, end).trimEnd();
}

const TITLE_LENGTH = 60;
const PROMPT_LENGTH = 60;

/** The picture by the title of its session, its version and what was asked: `A castle v3, make it night`. */
export function pictureWords({
  title,
  prompt,
  version,
}: {
  title: string;
  prompt: string;
  version: number;
}): string {
  const session = fileWords(title, TITLE_LENGTH) || 'Picture';
  const asked = fileWords(prompt, PROMPT_LENGTH);
  const isSaid = asked === '' || asked.toLowerCase().includes(session.toLowerCase().replace(/…$/, ''));
  return `${session} v${version}${isSaid ? '' : `, ${asked}`}`;
}
