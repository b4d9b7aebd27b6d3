/** Versions by what words describe, in either language, and whether all of a text describes something that is there. Pure. */
import { versionsSaid as chineseVersions } from './chinese/references.ts';
import type { Clause } from './clause.ts';
import { versionsSaid as englishVersions } from './english/references.ts';
import { isOnly } from './rules/rule.ts';
import type { Scene } from './scene.ts';

/** The versions that words describe, in either language. */
export function versionsSaid(scene: Scene, clause: Clause, words: string): number[] {
  return clause.language === 'en' ? englishVersions(scene, words) : chineseVersions(scene, words);
}

/** English words beside the name of a version that only say that it is meant. */
export const GO_WORDS =
  /^(?:[a-z]{3,}est|most|looked|liked|loved|winner|wins?|keeper|superior|prettier|favourite|favorite|yes|again|active|return|restore|revert|reset|rewind|rather|please|picture|was|way|decided|decide|one|go|back|there|select|pick|mind|changed|love|more|want|keep|scroll|visit|load|reload|reopen|resume|carry|with|stay|stick|say|current|owl|nicer|cute|cuter|clearly|definitely|winning|choice|vote|goes|believe|onward|wait|hold|activate|proceed|base|moment|day|old|earlier|good|original|beginning|right|looking|my|settle|settled|final|for|version|state|gave|hmm|branch|fork|forked|else|something|different|differently|leave|starting|begin|beginning|base|based|added|adding|made|became|came|got|new|direction|over|just|still|appeared|you|where|see|already|about|thinking|reckon|think|being|other)$/i;
/** The same in Chinese. */
export const GO_WORDS_ZH =
  /返回|切换?|跳|转|恢复|采用|保留|满意|原来|顺眼|开始|分支|为准|基础|决定|接下来|以后|都|设为|设成|当前|什么样|长|瞧|瞅|看着|胜出|最|跟|停在|定|那时候|版|照片|画|海报|时候|回|说|就|比/gu;
/** Whether every word that describes something is said by some message. */
export function isAllSaid(scene: Scene, clause: Clause, words: string): boolean {
  if (clause.language === 'zh') return isOnly(clause, scene.withoutSaid(words), { zh: GO_WORDS_ZH });
  return isOnly(clause, scene.withoutSaid(words), {
    en: new RegExp(`${GO_WORDS.source}|^(?:without|no|both|his|her|getting|gets|turned)$`, 'i'),
  });
}
