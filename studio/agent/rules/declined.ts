/** What no message does: deleting, sending, films, and whatever else is no drawing. Pure. */
import { V } from '../clause.ts';
import { isOfEdits, type Rule, type Said, whole } from './rule.ts';
import { answer } from './talk.ts';

const deletes = ({ clause }: Said) =>
  isOfEdits(clause) ? undefined : answer('declined', { reason: 'deletes' });
const THINGS = `(?:everything|it all|all(?: of (?:it|them|this))?(?: (?:the |my )?(?:pictures|images|versions|sessions|chats))?|(?:this|the|my|that|these|all my|our) (?:whole |entire )?(?:session|chat|conversation|pictures?|images?|history|versions?|project|sessions|chats)|${V}(?:(?:,| and| or|,? &)+ ${V})*|(?:the )?(?:older|other|old) (?:versions|pictures|ones))`;
const PLEASE = '(?:请|帮我|给我|能不能|可以|你能|麻烦你?|你)*';
const THIS = '(?:把)?(?:它|这张?图?片?|图片)?';

export const DECLINED: readonly Rule[] = [
  {
    action: 'answer',
    en: whole(
      `(?!.*\\b(?:edit|step|change)s?\\b)(?:delete|erase|remove|wipe|clear|destroy|trash|purge|discard|throw away|throw out|get rid of|kill|bin) ${THINGS}(?: (?:forever|completely|permanently|please|now|for good|from the (?:session|history)|and everything(?: in it)?|and all .+))?`,
      `(?:throw|trash|put) ${THINGS} (?:away|out|in the (?:bin|trash))`,
    ),
    zh: whole(
      `(?:请|帮我|麻烦|你)*(?:把|将)?(?:删除|删掉|删了|删|清空|清除|销毁|扔掉|丢掉|移除|去掉)(?:掉|了)?(?:所有|全部|这个|整个|这些|我的|当前|这|那|一切|全部的|所有的|旧的?)*(?:东西|会话|图片|图|历史|历史记录|版本|记录|对话|内容|聊天|一切|全部|所有|${V}(?:(?:和|与|跟|、)${V})*(?:的?图片?|版本)?)(?:吧|了|掉)?`,
      `(?:请|帮我|麻烦|你)*(?:把|将)?(?:所有|全部|这个|整个|这些|我的|当前|旧的?)*(?:东西|会话|图片|图|历史|历史记录|版本|记录|对话|内容|聊天|一切|全部|所有的?(?:东西|图片|图)?|它们|${V}(?:(?:和|与|跟|、)${V})*(?:的?图片?|版本)?)(?:都|全都|全部|永久|彻底|给)*(?:删除|删掉|删了|清空|清除|销毁|扔掉|丢掉|扔了|删)(?:掉|了|吧)?`,
      '(?:请|帮我|麻烦)*(?:把|将)(?:它|这张?图?|那张图?)(?:给我|都)?(?:删掉|删除|删了|删)(?:了|吧|掉)?',
      '全(?:部|都)?(?:删|删掉|删除|清空|删了)(?:吧|掉|了)?|清空',
    ),
    read: deletes,
  },
  {
    action: 'answer',
    en: /^(?:please )?(?:delete|erase|wipe|clear|destroy|trash|purge|get rid of|throw (?:away|out)|remove)\b(?!.*\b(?:but|except|from the (?:picture|image|background)|in the (?:picture|background))\b).*\b(?:sessions?|chats?|conversations?|history|versions?|(?:my|all|these|those|old|the other)(?: \w+)? (?:pictures|images)|all pictures|account|gallery|projects?)\b(?!.*\b(?:edit|step)\b).*$/i,
    zh: /^(?=.*(?:删|清空|清除|销毁|扔掉|清理))(?=.*(?:会话|聊天|记录|历史|所有|全部|版本|一切))(?!.*(?:步|编辑|修改|背景|除了)).*$/u,
    read: deletes,
  },
  {
    action: 'answer',
    en: whole(
      String.raw`(?:e-?mail|mail|post|share|publish|tweet|print|text|fax)\b(?! on (?:it|the)).*`,
      String.raw`send\b(?!.*\b(?:file|png|zip|download)\b).*\b(?:to|by|via|as an?|me|him|her|mail|email|message)\b.*`,
      `upload (?:it|this|that|them|the (?:picture|image)) (?:to|on) .*`,
      `(?:tell|sing|play|read|recommend)(?: me| us)? (?:an? |some |the |something |about )?(?:joke|story|stories|song|music|poem|news|game|fact|weather).*`,
      String.raw`tell me (?:a|something)\b.*`,
      String.raw`translate\b.*`,
      `(?:let's |can we |do you want to )?(?:play|start) (?:a game|chess|tic tac toe|hangman|cards|some music|music)\\b.*`,
      `(?:give|find|show|write|get|send)(?: me)? (?:a|the|some|an) (?:\\w+ )?(?:recipe|code|python .*|homework|timer|alarm|directions|weather|news|lyrics|translation|pizza)\\b.*`,
      `(?:recommend|suggest)(?: me)? (?:a|an|some) (?:\\w+ )?(?:movie|film|book|restaurant|song|game|hotel)\\b.*|(?:fix|debug) my \\w+|(?:help me )?(?:do|with) my (?:homework|taxes)\\b.*`,
      String.raw`write(?: me| us)? (?:an? |some |the |my )(?:\w+ )?(?:poem|story|essay|email|letter to|code|program|song|script|haiku|function|article|blog|novel)\b.*`,
      String.raw`(?:make|create|turn|render|convert|animate|export|generate)\b(?: me| it| this| that| them| the \w+| a| an)?(?: \w+)? ?(?:into |to |as )?(?:an? )?(?:video|film|movie|gif|animation|animated gif|3d model|mp4|music|song|website|clip|game)(?: (?:of|from|with|about|out of|i|that|which|where) .*)?`,
      String.raw`animate\b.*`,
      String.raw`(?:what(?:'s| is)|how(?:'s| is)) the (?:weather|time|date|news|capital|meaning|stock|price|temperature|score)\b.*`,
      `what (?:time|day|date|year) is (?:it|today).*|who (?:won|is the|was the|invented|wrote) .*`,
      String.raw`(?:buy|order|book|call (?:me|my|mom|dad|the police|a (?:taxi|cab|doctor|friend))|calculate|solve|google|browse|open (?:a |the )?(?:browser|website|file|app)|install|shut ?down|format|log ?(?:out|in)|sign (?:in|out|up)|set (?:a |an )?(?:alarm|timer|reminder)|schedule|pay)\b.*`,
      `how much (?:does|do|is|will) (?:it|this|that|one|they|you|a picture|i)(?: cost| charge| have to pay)?|(?:do|must) i (?:have|need) to pay(?: for .+)?|what does (?:it|this|that) cost`,
      String.raw`remind me (?:to|at|in|tomorrow)\b.*`,
      String.raw`(?:what(?:'s| is) )?\d+ ?[-+*/x×] ?\d+(?: =)?`,
    ),
    zh: whole(
      `${PLEASE}${THIS}(?:发|发送|寄|分享|转发|发布|上传|传|用邮件发|用微信发)(?:一?封|一?个)?(?:我|给|到|邮件|电子邮件|微信|朋友圈|微博|小红书|抖音|短信).*`,
      `${PLEASE}(?:讲|说|唱|放|播放|念|推荐)(?:一?个|一?首|一?段|点|些)?(?:笑话|故事|歌|音乐|新闻|诗).*`,
      `${PLEASE}写(?:一?个|一?首|一?篇|一?段|一?封|点)?(?:诗|文章|代码|程序|邮件|信|小说|作文|脚本|故事|歌词|论文).*`,
      '(?:今天|明天|现在|外面|这里|北京|上海|后天|周末)*(?:的)?(?:天气|气温|几点|几号|星期几|日期|股价|新闻)(?:怎么样|如何|是?多少|了|怎样|有什么|好吗|好不好|呢)?.{0,4}',
      `${PLEASE}(?:翻译|计算|算一?下|打印|订|买|点外卖|打电话|设(?:个|一个)?闹钟|提醒我|搜索网页|上网|关机|支付).*|${PLEASE}(?:把|将).+翻译(?:成|为|一下).*`,
      `${PLEASE}${THIS}(?:做|变|转|生成|制作|转换|弄|导出)(?:成|一?个|一?段|为|点)*(?:视频|动画|动图|gif|GIF|电影|短片|音乐|歌|网站|3D模型|游戏).{0,6}`,
      '让(?:它|图片|这张?图?)(?:动起来|动)',
      '.{0,8}(?:多少钱|收费|要钱|价格|付费|免费|花钱|要会员).{0,6}',
      '(?:给我|来|推荐|帮我找|写)(?:一?个|一?份|一?道|点|一?部|一?首)?(?:菜谱|代码|作业|电影|餐厅|歌词|游戏).*|.*(?:玩个?游戏|下棋|设个?闹钟|做作业|写作业).*',
      '.*(?:谁赢了|谁发明|首都是|人口是).*',
      String.raw`\d+\s*[-+*/×加减乘除]\s*\d+(?:等于|=)?(?:多少|几|什么|\?)?`,
      `${PLEASE}(?:订|点|买|叫|预订|打开|关掉|播放|查一?下天气|设置闹钟|发邮件|发消息).*(?:外卖|餐|票|酒店|车|网页|网站|灯|音乐|邮件|消息|空调|微信|电话).*`,
    ),
    not: /^(?:print|text|book)\b.*\bon (?:the|a|it|his|her|its)\b|^(?:the )?text [\uE000-\uEFFF]/iu,
    read: () => answer('declined'),
  },
];
