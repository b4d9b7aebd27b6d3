/**
 * Pictures within a terminal, by the three ways that terminals have: kitty's graphics protocol, iTerm2's inline images, and sixel.
 * Knows no server.
 * Source: sw.kovidgoyal.net/kitty/graphics-protocol, iterm2.com/documentation-images.html, VT340 (DEC-EL-00070-05).
 */
import sharp from 'sharp';
import { image2sixel } from 'sixel';

export const WAYS = ['kitty', 'iterm', 'sixel', 'none'] as const;
/** How a terminal shows pictures; `none`: it does not. */
export type Way = (typeof WAYS)[number];

/** Wide enough to be looked at, small enough for any terminal. */
const SHOWN_PX = 480;
/** Most characters of one command of kitty's protocol. */
const KITTY_CHUNK = 4096;
const SIXEL_COLOURS = 256;
const ESCAPE = '\x1b';
const BELL = '\x07';

/** The way of a terminal, by the names that terminals give themselves. */
export function wayOf(env: Readonly<Record<string, string | undefined>>, isTerminal: boolean): Way {
  if (!isTerminal) return 'none';
  const { TERM = '', TERM_PROGRAM = '', LC_TERMINAL = '' } = env;
  // Within a multiplexer the terminal around it does not see what is written.
  if (env.TMUX || env.STY) return 'none';
  if (env.KITTY_WINDOW_ID || /kitty|ghostty/.test(TERM) || TERM_PROGRAM === 'ghostty') return 'kitty';
  if (['iTerm.app', 'WezTerm', 'mintty'].includes(TERM_PROGRAM) || LC_TERMINAL === 'iTerm2') return 'iterm';
  return /sixel|mlterm|foot|yaft/.test(TERM) ? 'sixel' : 'none';
}

/** A picture as the characters that show it, with a line's end; empty for a terminal that shows none. */
export async function shownIn(way: Way, picture: Uint8Array): Promise<string> {
  if (way === 'none') return '';
  const small = sharp(picture).resize(SHOWN_PX, SHOWN_PX, { fit: 'inside', withoutEnlargement: true });
  if (way === 'sixel') {
    const { data, info } = await small.ensureAlpha().raw().toBuffer({ resolveWithObject: true });
    return `${image2sixel(data, info.width, info.height, SIXEL_COLOURS)}\n`;
  }
  const png = await small.png().toBuffer();
  return way === 'kitty' ? kitty(png.toString('base64')) : iterm(png);
}

function kitty(base64: string): string {
  const chunks = base64.match(new RegExp(`.{1,${KITTY_CHUNK}}`, 'g'))!;
  const commands = chunks.map((chunk, index) => {
    const isLast = index === chunks.length - 1;
    const about = index === 0 ? 'a=T,f=100,' : '';
    return `${ESCAPE}_G${about}m=${isLast ? 0 : 1};${chunk}${ESCAPE}\\`;
  });
  return `${commands.join('')}\n`;
}

function iterm(png: Buffer): string {
  return `${ESCAPE}]1337;File=inline=1;size=${png.byteLength};preserveAspectRatio=1:${png.toString('base64')}${BELL}\n`;
}
