/** English words that mean nothing by themselves: what a command may have beside its own words. Pure. */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** Words that mean nothing by themselves. */
const GENERIC = words(`
i i'd i'll i'm i've id im you u your we we'd we're it it's its that that's this these those they them the a an to of in on at for with from by as into onto
me my mine our us please pls just now then so again back go goes went going gone show showing let's lets let want wanted like liked would could can should shall will
need needs use using used take taking took pick choose chose select see look looks looked looking keep keeping kept do does did done doing get got give have had has
having be is was were are am been being one ones picture pictures image images version versions pic pics photo drawing drawings thing things stuff ok okay no nope yes
yeah yep not don't dont really actually maybe think thought guess much lot lots better best nicer nice good great more most instead rather than but and or if
all over start started try put set bring return returned switch jump open view display continue work working here there where when what which how who why
prefer preferred favourite favorite love loved after before still only also too very quite sure hm hmm well oh ah ugh oops wait sorry hey hi hello once time times
last latest newest first second third fourth fifth previous original current initial number no. v step steps edit edits change changes changed turn turns right way
everything anything something nothing bit little quick quickly fast another other others same similar different kind sort point state stage result results attempt
try tries went that one's it'd said say mean meant ask asked made make making draw drew drawn came come comes until til till up down out off away
ups nah bro dude man buddy mate lol omg argh whoops damn dang crap eh er erm um umm uh yikes gosh honestly basically kinda sorta totally literally somehow sir bot rest again thanks thank can't cant won't we've you've let me move on side by next each their active from`);

const WORD = /[a-z0-9@#'’.-]+/gi;

/** Whether a word, in small letters, means nothing by itself. */
export const isGeneric = (word: string): boolean => GENERIC.has(word);

/** Whether every word of a text means nothing by itself or is one of `more`. */
export function isOnly(text: string, more?: RegExp): boolean {
  return (text.match(WORD) ?? []).every((word) => {
    const plain = word
      .toLowerCase()
      .replace(/’/g, "'")
      .replace(/^[.'-]+|[.'-]+$/g, '');
    return plain === '' || GENERIC.has(plain) || (more?.test(plain) ?? false);
  });
}
