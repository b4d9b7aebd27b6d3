/**
 * Errors on their way out of the server: a rule's refusal gets its HTTP status and its words in the reader's language, a fault of
 * the disk likewise, and any other error the answer `internal`, for which the log has the reason.
 */
import { storageFaultOf } from '../../db/folder/storage-fault.ts';
import { LOCALE_COOKIE, type Locale } from '../../studio/locale/locale.ts';
import { pickLocale } from '../../studio/locale/pick-locale.ts';
import type { ErrorBody } from '../../studio/protocol.ts';
import { Refusal, type RefusalKey } from '../../studio/refusal.ts';
import { JobFailed } from '../queue/job-failure.ts';
import { failureText, refusalText } from '../refusal-text.ts';

/** An error as it is answered: {@link ErrorBody} with its status. */
export type ErrorAnswer = ErrorBody['error'] & { status: number };

/** The status of each refusal; notes that refuse nothing have that of a request that cannot be understood. */
export const STATUS: Record<RefusalKey, number> = {
  cross_site: 403,
  settings_closed: 403,
  not_signed_in: 401,
  no_accounts: 404,
  'wrong_password.sign_in': 401,
  'wrong_password.before': 403,
  bad_link: 403,
  not_by_key: 403,
  unknown_key: 404,
  unknown_person: 404,
  email_taken: 409,
  last_admin: 409,
  too_many_requests: 429,
  line_full: 429,
  budget_spent: 429,
  too_costly: 413,
  disk_used_up: 413,
  not_allowed: 403,
  unknown_address: 404,
  method_not_allowed: 405,
  bad_address: 400,
  bad_json: 400,
  'bad_form.unreadable': 400,
  'bad_form.no_file': 400,
  too_large: 413,
  'bad_request.form': 400,
  'bad_request.key_length': 400,
  'bad_cursor.page': 400,
  'bad_cursor.event': 400,
  bad_message: 400,
  too_many_feeds: 400,

  'unknown_session.none': 404,
  'unknown_session.purged': 404,
  deleted_session: 404,
  unknown_turn: 404,
  unknown_message: 404,
  unknown_job: 404,
  'unknown_picture.none': 404,
  'unknown_picture.gone': 400,
  'unknown_picture.elsewhere': 400,
  'unknown_picture.no_layout': 400,
  model_not_found: 404,
  blob_missing: 409,
  // What was there is gone until someone puts it back.
  blob_damaged: 410,

  'bad_request.empty_prompt': 400,
  'bad_request.long_prompt': 400,
  'bad_request.out_of_range': 400,
  'bad_request.wording': 400,
  'bad_request.no_width': 400,
  'bad_request.no_height': 400,
  'bad_request.aspect': 400,
  'bad_request.side_multiple': 400,
  'bad_request.layout_size': 400,
  'bad_request.no_picture': 400,
  'bad_request.too_many_pictures': 400,
  'bad_request.mask_by_id': 400,
  'bad_request.engine_name_taken': 409,
  'bad_request.no_folder': 400,
  'bad_request.key_variable': 400,
  'bad_request.key_not_set': 400,
  'bad_request.key_of_other': 400,

  'unsupported.edits': 400,
  'unsupported.masks': 400,
  'unsupported.same_layout': 400,
  'unsupported.no_tokens': 400,
  'unsupported.other_layout': 400,
  'unsupported.seeds': 400,
  'unsupported.steps': 400,
  'unsupported.guidance': 400,

  'bad_image.empty': 400,
  'bad_image.not_a_picture': 400,
  'bad_image.format': 400,
  'bad_image.damaged': 400,
  'bad_image.animated': 400,
  'bad_image.pages': 400,
  'bad_image.too_large': 400,
  'bad_image.too_small': 400,
  'bad_image.too_long': 400,
  bad_mask: 400,
  empty_mask: 400,
  'bad_bundle.not_a_bundle': 400,
  'bad_bundle.cut_short': 400,
  'bad_bundle.incomplete': 400,
  'bad_bundle.list_too_large': 400,
  'bad_bundle.other_version': 400,
  'bad_bundle.stray_file': 400,
  'bad_bundle.damaged_picture': 400,
  'bad_bundle.contradiction': 400,

  nothing_to_undo: 409,
  nothing_to_redo: 409,
  'nothing_to_edit.session': 400,
  'not_on_branch.first': 400,
  'not_on_branch.other_branch': 400,
  'not_on_branch.after': 400,
  'not_on_branch.no_edits': 400,
  not_disabled: 400,
  not_a_turn: 409,
  'idempotency_conflict.turn': 409,
  'idempotency_conflict.change': 409,
  'not_now.not_ended': 409,
  'not_now.stranded': 409,
  'not_now.ended': 409,
  'not_now.not_paused': 409,
  'not_now.not_waiting': 409,
  'not_now.builds_on': 409,
  'not_now.step_done': 409,
  'not_now.engine_in_use': 409,
  'not_now.default_engine': 409,
  'not_now.language_of_environment': 409,
  'not_now.no_language': 409,
  other_model: 409,
  cancelled: 409,
  // Not of the standard: nginx's "client closed request", for logs and for a client that only half left.
  client_left: 499,

  'engine_unavailable.loading': 503,
  'engine_unavailable.failed': 503,
  disk_full: 507,
  read_only: 503,
  disk_failing: 503,
  database_busy: 503,
  database_damaged: 503,
  database_lost: 503,
  internal: 500,

  'unknown_mention.word': 400,
  'unknown_mention.word_elsewhere': 400,
  'unknown_mention.version': 400,
  'unknown_mention.version_of_session': 400,
  'unknown_mention.session': 400,
  'ambiguous_mention.pictures': 400,
  'ambiguous_mention.sessions': 400,
  unmade_picture: 400,
  'nothing_to_edit.turn': 400,
  too_many_targets: 400,
  target_not_allowed: 400,
  style_missing: 400,
  'reference_missing.identity': 400,
  'reference_missing.combine': 400,
  too_many_inputs: 400,
  mask_without_target: 400,
  mask_size: 400,
  same_seed: 400,
  size_changes: 400,
  'not_understood.thing': 400,
  'not_understood.look': 400,
  'not_understood.words': 400,
  'not_understood.count': 400,
  'not_understood.alike': 400,
  'not_understood.colour': 400,
  'not_understood.language': 400,
  'not_understood.nothing': 400,
  'not_there.removed': 400,
  'not_there.replaced': 400,
};

/** Codes of jobs that failed because of their request. */
const ASKED_WRONGLY = ['bad_request', 'bad_image', 'blob_missing', 'blob_damaged', 'unsupported'];

/** The answer to an error, in the reader's language. */
export function errorAnswer(error: unknown, locale: Locale = 'en'): ErrorAnswer {
  if (error instanceof JobFailed) {
    const { code, attempts } = error;
    const message = failureText(error, attempts, locale);
    return { status: ASKED_WRONGLY.includes(code) ? 400 : 500, code, message };
  }
  const refused = refusalOf(error);
  const { key, code, reason, params, field, suggestions } = refused;
  const message = refusalText(refused, locale);
  return { status: STATUS[key], code, reason, message, field, suggestions, params };
}

/** The refusal that an error is answered as. */
function refusalOf(error: unknown): Refusal {
  if (error instanceof Refusal) return error;
  return new Refusal(storageFaultOf(error) ?? 'internal', {}, { cause: error });
}

/** The language that a request is answered in: that of the page's cookie, else of `Accept-Language`, else English. */
export function localeOf(headers: Headers): Locale {
  const cookie = new RegExp(`(?:^|;\\s*)${LOCALE_COOKIE}=([^;]*)`).exec(headers.get('cookie') ?? '');
  return pickLocale(cookie?.[1], headers.get('accept-language'));
}
