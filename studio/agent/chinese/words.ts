/** Chinese words that mean nothing by themselves: what a command may have beside its own words. Pure. */

/** Words that mean nothing by themselves. */
const GENERIC =
  /请|帮我|帮忙|麻烦|一下子?|一?点儿?|我们?|你们?|您|咱们?|他们?|它们?|这|那|个|张|幅|版本?|次|步骤?|图片?|画面?|照片|的话?|了|吧|呢|啊|呀|哦|嘛|吗|么|就|还是|还|再|又|也|都|才|好|更|比较|最|觉得|感觉|认为|想要?|要|希望|需要|喜欢|用|使用|选择?|选|看看?|看|显示|打开|给|把|将|让|从|到|在|上|下|里面?|中|回去?|回|去|来|继续|那里|这里|现在|刚才|刚刚|先|然后|之后|接着|能不能|可不可以|可以|能|行|不|没|没有|是|有|错|对|嗯|算|样子?|状态|时候|地方|效果|结果|些|很|太|挺|真|非常|漂亮|好看|不错|合适|顺眼|原样|直接|重新|一|起|跟|和|与|为|成|当|当前|作为|改|变|做|弄|搞|换|处|头|前面|后面|吃|谢谢|多谢|啥|[\s，,。.！!？?、~…]/gu;

/** Whether nothing is left of a text beside words that mean nothing, and a pattern. */
export function isOnly(text: string, more?: RegExp): boolean {
  return (more ? text.replace(more, '') : text).replace(GENERIC, '') === '';
}
