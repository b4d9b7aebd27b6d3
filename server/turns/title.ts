/** The title of a session from its first message. Pure. */
import { withoutMentions } from '../../studio/mentions/mentions.ts';

const MAX_LENGTH = 60;
/** Characters of a message that its title is looked for in. */
const MAX_READ = 1_000;
/** Polite beginnings of a message, which a title does not need. */
const POLITE = /^(?:(?:please|can you|could you|now|i want you to|let'?s)\s+)+/i;
const ASKING =
  /^(?:(?:please|can you|could you|i want|i'd like|let'?s)\s+)*(?:(?:draw|make|create|generate|paint|show)(?:\s+(?:me|us))?\s+)?(?:(?:an?|the)\s+(?:picture|image|drawing|photo|painting)\s+of\s+)?/i;
/** What turns one picture into another: a title is what it turns into. */
const CHANGING =
  /^(?:(?:make|turn|change|set)\s+(?:it|this|that|(?:the|this)\s+(?:picture|image|photo|scene))\s+(?:(?:in)?to\s+|look(?:s)?\s+like\s+|be\s+)?)(?:an?\s+|the\s+)?(?=\p{L})/iu;
const CHANGING_CHINESE = /^(?:把|将)?(?:它|背景|图片|画面|这张图)?(?:换成|变成|改成|设为)(?=\p{Script=Han})/u;
const ASKING_CHINESE = /^(?:请|帮我|给我|我想要?)*(?:画|生成|制作|做)?(?=\p{Script=Han})/u;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** The first sentence without the asking around it, at most 60 characters, cut between words; the prompt where little is left. */
export function titleOf(prompt: string, sentPrompt: string): string {
  const [first = ''] = withoutMentions('named', prompt, sentPrompt).trim().split(/\r?\n/, 1);
  const line = first.slice(0, MAX_READ).replaceAll(/\s+/g, ' ');
  const sentence = /^.*?[.!?。！？](?=\s|$|\p{Script=Han})/u.exec(line)?.[0] ?? line;
  const core = sentence
    .replace(POLITE, '')
    .replace(CHANGING, '')
    .replace(ASKING, '')
    .replace(ASKING_CHINESE, '')
    .replace(CHANGING_CHINESE, '')
    .replace(/[\s.,;:!?。，；：！？]+$/u, '');
  const title = core.length >= 3 || /\p{Script=Han}/u.test(core) ? core : line;
  return capitalised(shortened(title));
}

function shortened(title: string): string {
  const characters = [...graphemes.segment(title)].map(({ segment }) => segment);
  if (characters.length <= MAX_LENGTH) return title;
  const cut = characters.slice(0, MAX_LENGTH - 1).join('');
  const atWord = cut.lastIndexOf(' ');
  return `${(atWord > MAX_LENGTH / 2 ? cut.slice(0, atWord) : cut).trimEnd()}…`;
}

function capitalised(title: string): string {
  const [first = '', ...rest] = title;
  return first.toLocaleUpperCase() + rest.join('');
}
