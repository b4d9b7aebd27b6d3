/**
 * A request that a rule does not allow: the rule (a code from a closed list), the parameters of its message, the part of the
 * request that it is about, and texts that would be understood instead. Rules throw it without knowing who asks: the edge of the
 * server gives it a status, and its message stands in the catalogue (`messages/*.json`, namespace `refusal`), in the reader's
 * language. Pure.
 */

type None = Record<never, never>;

/** Every note on a turn by {@link NoteKey}, each with the parameters of its message. */
export interface Notes {
  /** `newest` is the newest picture as a mention, or `none`. */
  'unknown_mention.word': { word: string; newest: string };
  'unknown_mention.word_elsewhere': { word: string; mention: string };
  'unknown_mention.version': { version: number | string; newest: string };
  'unknown_mention.version_of_session': { title: string; version: number | string };
  'unknown_mention.session': { word: string };
  /** `names` are the first few, `others` how many more there are. */
  'ambiguous_mention.pictures': { mention: string; names: string; others: number; example: string };
  'ambiguous_mention.sessions': { mention: string; count: number; names: string; others: number };
  'unknown_picture.gone': { pictureId: string };
  unmade_picture: None;
  'nothing_to_edit.turn': None;
  too_many_targets: None;
  target_not_allowed: None;
  style_missing: None;
  'reference_missing.identity': None;
  'reference_missing.combine': None;
  too_many_inputs: { count: number; most: number };
  mask_without_target: None;
  mask_size: Size & { pictureWidthPx: number | string; pictureHeightPx: number | string };
  same_seed: None;
  /** What a message asks for that the checkpoint's list does not have (`reading/`). */
  'not_understood.thing': NotUnderstood;
  'not_understood.look': NotUnderstood;
  'not_understood.words': NotUnderstood;
  'not_understood.count': NotUnderstood;
  'not_understood.alike': NotUnderstood;
  'not_understood.colour': NotUnderstood;
  'not_understood.language': NotUnderstood;
  'not_understood.nothing': NotUnderstood;
  'not_there.removed': { asked: string };
  'not_there.replaced': { asked: string };
  size_changes: Size & { newWidthPx: number | string; newHeightPx: number | string };
}

/** `asked` as it was written; `count` is how many were asked for, `most` how many fit (or letters, of words). */
type NotUnderstood = { asked: string; count: number; most: number };
type Size = { widthPx: number | string; heightPx: number | string };

/** Every refusal by {@link RefusalKey}, each with the parameters of its message. */
export interface Refusals extends Notes {
  // The form of a request.
  cross_site: None;
  settings_closed: None;
  not_signed_in: None;
  no_accounts: None;
  'wrong_password.sign_in': None;
  'wrong_password.before': None;
  bad_link: None;
  not_by_key: None;
  unknown_key: { keyId: string };
  unknown_person: { personId: string };
  email_taken: None;
  last_admin: None;
  // More than a person may take; `retrySeconds` until it is worth asking again.
  too_many_requests: { retrySeconds: number };
  line_full: { most: number; retrySeconds: number };
  budget_spent: { most: number; retrySeconds: number };
  too_costly: { seconds: number; most: number };
  disk_used_up: { usedMegabytes: number; most: number };
  not_allowed: { right: 'read' | 'draw' | 'manage' };
  unknown_address: { path: string };
  /** `allowed` are the methods that the address takes. */
  method_not_allowed: { path: string; method: string; allowed: string };
  bad_address: { path: string };
  bad_json: None;
  /** `content`: `file` for one file, `fields` for fields and files. */
  'bad_form.unreadable': { content: 'file' | 'fields' };
  'bad_form.no_file': None;
  too_large: { limitMegabytes: number };
  'bad_request.form': { path: string; problem: string };
  'bad_request.key_length': { most: number };
  'bad_cursor.page': None;
  'bad_cursor.event': { seq: number };
  bad_message: None;
  too_many_feeds: { most: number };

  // A name of something that is not there.
  'unknown_session.none': { sessionId: string };
  'unknown_session.purged': None;
  deleted_session: None;
  unknown_turn: { turnId: string };
  unknown_message: { messageId: string };
  unknown_job: { jobId: string };
  'unknown_picture.none': { pictureId: string };
  'unknown_picture.elsewhere': None;
  'unknown_picture.no_layout': None;
  model_not_found: { model: string; loaded: string };
  blob_missing: { sha256: string };
  blob_damaged: { sha256: string };

  // A recipe that the model cannot draw.
  'bad_request.empty_prompt': None;
  'bad_request.long_prompt': { sizeBytes: number; limitBytes: number };
  'bad_request.out_of_range': { option: string; value: number; least: number; most: number };
  'bad_request.wording': None;
  'bad_request.no_width': None;
  'bad_request.no_height': None;
  'bad_request.aspect': Size & { maxAspect: number };
  'bad_request.side_multiple': { option: string; sidePx: number; multiplePx: number; nearestPx: number };
  'bad_request.layout_size': Size;
  'bad_request.no_picture': None;
  'bad_request.too_many_pictures': { count: number; most: number };
  'bad_request.mask_by_id': None;
  'bad_request.engine_name_taken': { name: string };
  'bad_request.no_folder': { folder: string };
  'bad_request.key_variable': { variable: string; allowed: string };
  'bad_request.key_not_set': { variable: string };
  'bad_request.key_of_other': { variable: string; engine: string };

  // What the engine cannot do, though others can.
  'unsupported.edits': { model: string };
  'unsupported.masks': { model: string };
  'unsupported.same_layout': { model: string };
  'unsupported.no_tokens': None;
  'unsupported.other_layout': { before: string; after: string };
  'unsupported.seeds': { model: string };
  'unsupported.steps': { model: string };
  'unsupported.guidance': { model: string };

  // Files that cannot be taken in.
  'bad_image.empty': None;
  'bad_image.not_a_picture': None;
  'bad_image.format': { format: string };
  'bad_image.damaged': None;
  'bad_image.animated': { frames: number };
  'bad_image.pages': { pages: number };
  'bad_image.too_large': Size & { maxSidePx: number; maxMegapixels: number };
  'bad_image.too_small': Size & { minSidePx: number };
  'bad_image.too_long': Size & { maxAspect: number };
  bad_mask: None;
  empty_mask: None;
  'bad_bundle.not_a_bundle': None;
  'bad_bundle.cut_short': None;
  'bad_bundle.incomplete': None;
  'bad_bundle.list_too_large': None;
  'bad_bundle.other_version': None;
  'bad_bundle.stray_file': { name: string };
  'bad_bundle.damaged_picture': None;
  'bad_bundle.contradiction': { what: BundleContradiction };

  // Not allowed in the state of a session, a turn or a job.
  nothing_to_undo: None;
  nothing_to_redo: None;
  'nothing_to_edit.session': None;
  'not_on_branch.first': None;
  'not_on_branch.other_branch': None;
  'not_on_branch.after': None;
  'not_on_branch.no_edits': None;
  not_disabled: None;
  not_a_turn: None;
  'idempotency_conflict.turn': None;
  'idempotency_conflict.change': None;
  'not_now.not_ended': None;
  'not_now.stranded': None;
  'not_now.ended': None;
  'not_now.not_paused': None;
  'not_now.not_waiting': None;
  'not_now.builds_on': None;
  'not_now.step_done': { step: number };
  'not_now.engine_in_use': { engine: string; count: number };
  'not_now.default_engine': { engine: string };
  'not_now.language_of_environment': None;
  'not_now.no_language': None;
  other_model: { before: string; after: string };
  cancelled: None;
  client_left: None;

  // Not possible now, for a reason on the server's side.
  'engine_unavailable.loading': None;
  'engine_unavailable.failed': { problem: string };
  disk_full: None;
  read_only: None;
  disk_failing: None;
  database_busy: None;
  database_damaged: None;
  database_lost: None;
  internal: None;
}

/** How the graph of a bundle can contradict itself. */
export type BundleContradiction =
  | 'turns_at_one_place'
  | 'pictures_of_one_index'
  | 'pictures_of_one_version'
  | 'turn_after_last'
  | 'picture_after_last'
  | 'made_from_later'
  | 'recipe_and_kind'
  | 'undone_undone'
  | 'picture_without_file'
  | 'turn_missing'
  | 'active_picture_missing'
  | 'history_picture_missing';

export type NoteKey = keyof Notes;
/** `code` or `code.reason`: several refusals may have one code, which clients branch on; the reason distinguishes them. */
export type RefusalKey = keyof Refusals;
export type RefusalParams = Readonly<Record<string, string | number>>;

type CodeOf<Key extends string> = Key extends `${infer Code}.${string}` ? Code : Key;
export type NoteCode = CodeOf<NoteKey>;
export type RefusalCode = CodeOf<RefusalKey>;

/** The name of a message of a refusal or a note, and the parameters that are filled into it. */
export interface Wording {
  code: string;
  reason?: string | undefined;
  params?: RefusalParams | undefined;
}

/** A problem or a warning about a turn, with what to do instead. */
export interface ContextNote extends Wording {
  code: NoteCode;
  params: RefusalParams;
  /** In the reader's language, in answers of the server. */
  message?: string;
  /** Part of the request that it is about, such as `prompt` or `inputs.1`. */
  field: string;
  /** Characters of the typed prompt that it is about. */
  span: { start: number; end: number } | null;
  /** Texts that would be understood in this place. */
  suggestions: string[];
}

/** Where the message of a wording stands in the namespace `refusal`. */
export function keyOf({ code, reason }: Wording): string {
  return reason === undefined ? code : `${code}.${reason}`;
}

/** The code and the reason of a key. */
export function partsOf<Key extends string>(key: Key): { code: CodeOf<Key>; reason: string | undefined } {
  const [code, reason] = key.split('.');
  return { code: code as CodeOf<Key>, reason };
}

export interface About {
  /** The part of the request that it is about, such as `prompt` or `options.widthPx`. */
  field?: string | undefined;
  /** Texts that would be understood in its place. */
  suggestions?: string[] | undefined;
  cause?: unknown;
}

/** Thrown by a rule. Its own `message` is for logs; a reader gets that of the catalogue. */
export class Refusal<Key extends RefusalKey = RefusalKey> extends Error {
  readonly key: Key;
  readonly code: CodeOf<Key>;
  readonly reason: string | undefined;
  readonly params: Refusals[Key];
  readonly field: string | undefined;
  readonly suggestions: string[] | undefined;

  constructor(key: Key, params: Refusals[Key], { field, suggestions, cause }: About = {}) {
    super(`${key} ${JSON.stringify(params)}`, { cause });
    this.name = 'Refusal';
    const { code, reason } = partsOf(key);
    this.key = key;
    this.code = code;
    this.reason = reason;
    this.params = params;
    this.field = field;
    this.suggestions = suggestions;
  }
}

/** A note as the refusal of the turn that it is about. */
export function refusalOf(note: Wording & { code: NoteCode }, about: About): Refusal {
  return new Refusal(keyOf(note) as NoteKey, (note.params ?? {}) as Notes[NoteKey], about) as Refusal;
}
