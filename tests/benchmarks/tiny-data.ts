/** Folders of benchmark data with a few rows of our own, in the shape in which the real ones are published. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

function folderOf(files: Record<string, string>): string {
  const folder = mkdtempSync(join(tmpdir(), 'palimpsest-bench-data-'));
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

const lines = (...rows: object[]): string => `${rows.map((row) => JSON.stringify(row)).join('\n')}\n`;

export const cvtgData = (): string => {
  const file = (texts: number, half: string) =>
    JSON.stringify({
      data_list: [
        {
          index: 0,
          prompt: `A ${half} shelf with ${Array.from({ length: texts }, (_, at) => `a jar 'W${at}'`).join(', ')}.`,
          carrier_list: [],
          sentence_list: [],
        },
      ],
    });
  const halves = ['CVTG', 'CVTG-Style'];
  const names = halves.flatMap((half) => [2, 3, 4, 5].map((texts) => [half, texts] as const));
  return folderOf(
    Object.fromEntries(names.map(([half, texts]) => [`${half}/${texts}.json`, file(texts, half)])),
  );
};

export const longtextData = (): string => {
  const row = (id: number, prompt: string, text: string[]) => ({
    ...{ prompt_id: id, category: 'sign', length: 'short', prompt, text, text_length: 2 },
  });
  return folderOf({
    'text_prompts.jsonl': lines(
      row(0, 'A shop sign that reads "FRESH BREAD".', ['FRESH BREAD']),
      row(3, 'A door sign that reads "OPEN".', ['OPEN']),
    ),
    'text_prompts_zh.jsonl': lines(row(1, '一块牌子写着“新鲜面包”。', ['新鲜面包'])),
  });
};

export const dpgData = (): string =>
  folderOf({
    'dpg_bench.csv': [
      'item_id,text,keywords,proposition_id,dependency,category_broad,category_detailed,tuple,question_natural_language',
      'fox1,"A red fox, on snow",fox,1,0,entity,whole,entity - whole (fox),Is there a fox?',
      'fox1,"A red fox, on snow",fox,2,1,attribute,color,"attribute - color (fox, red)",Is the fox red?',
      'fox1,"A red fox, on snow",snow,3,0,entity,whole,entity - whole (snow),Is there snow?',
      'fox1,"A red fox, on snow",on,4,"2,3",relation,spatial,"relation - spatial (fox, snow, on)",Is the fox on snow?',
      'boat1,A boat,boat,1,0,entity,whole,entity - whole (boat),Is there a boat?',
      '',
    ].join('\n'),
  });

export const tiifData = (): string => {
  const prompt = (type: string, short: string, long: string) => ({
    ...{ type, short_description: short, long_description: long },
  });
  const asked = (type: string, questions: string[], answers: string[]) => ({
    ...{ type, yn_question_list: questions, yn_answer_list: answers },
  });
  return folderOf({
    'data/testmini_prompts/numeracy_prompts.jsonl': lines(
      prompt('numeracy', 'Two foxes.', 'Two red foxes stand in snow.'),
    ),
    'data/testmini_eval_prompts/numeracy_eval_prompts.jsonl': lines(
      asked('numeracy', ['Are there two foxes?  ', 'Are there three foxes?'], ['yes', 'no']),
    ),
    'data/testmini_prompts/text_prompts.jsonl': lines(
      prompt('text', 'A cup with the text: "tea", "cake".', 'A cup that says "Tea" and "Cake" in gold.'),
    ),
    'data/testmini_eval_prompts/text_eval_prompts.jsonl': lines(asked('text', ['Does it say tea?'], ['yes'])),
  });
};

export const genevalData = (): string =>
  folderOf({
    'evaluation_metadata.jsonl': lines(
      { tag: 'single_object', include: [{ class: 'fox', count: 1 }], prompt: 'a photo of a fox' },
      {
        ...{
          tag: 'counting',
          include: [{ class: 'boat', count: 2 }],
          exclude: [{ class: 'boat', count: 3 }],
        },
        prompt: 'a photo of two boats',
      },
    ),
  });

export const oneigData = (): string =>
  folderOf({
    'OneIG-Bench.json': JSON.stringify([
      {
        category: 'General_Object',
        id: '000',
        prompt_en: 'A red fox.',
        type: 'T',
        prompt_length: 'short',
        class: 'None',
      },
      {
        category: 'Text_Rendering',
        id: '001',
        prompt_en: 'A sign "Open".',
        type: 'T',
        prompt_length: 'short',
        class: 'None',
      },
      {
        category: 'Portrait',
        id: '002',
        prompt_en: 'A king.',
        type: 'T',
        prompt_length: 'short',
        class: 'None',
      },
    ]),
    'scripts/alignment/Q_D/object.json': JSON.stringify({
      '000': {
        question: JSON.stringify({ 1: 'Is there a fox?', 2: 'Is the fox red?' }),
        dependency: JSON.stringify({ 1: [0], 2: [1] }),
      },
    }),
    'scripts/text/text_content.csv': 'id,text_content\n001,"[\'Open\']"\n',
  });
