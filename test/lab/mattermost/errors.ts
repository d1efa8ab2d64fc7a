/** A refusal, as Mattermost words it. Clients match on `id`; the sentence follows the server's language. */

export type Locale = 'en' | 'fr';
interface Words {
  status: number;
  en: string;
  fr?: string;
}

/** The errors seen in `mattermost-recorded/`, and those that the source names for the same calls. `{}` takes the detail. */
const CATALOGUE = {
  'api.context.session_expired.app_error': {
    status: 401,
    en: 'Invalid or expired session, please login again.',
    fr: 'Session invalide ou expirée, veuillez vous reconnecter.',
  },
  'api.context.permissions.app_error': {
    status: 403,
    en: 'You do not have the appropriate permissions.',
    fr: "Vous n'avez pas les permissions requises",
  },
  'api.context.invalid_body_param.app_error': {
    status: 400,
    en: 'Invalid or missing {} in request body.',
    fr: '{} invalide ou manquant dans le corps de la requête.',
  },
  'api.context.invalid_url_param.app_error': { status: 400, en: 'Invalid or missing {} parameter in request URL.' },
  'api.context.404.app_error': { status: 404, en: 'Sorry, we could not find the page.', fr: 'Désolé, impossible de trouver cette page.' },
  'api.user.login.invalid_credentials_email_username': { status: 401, en: 'Enter a valid email or username and/or password.' },
  'app.user.get_by_username.app_error': {
    status: 404,
    en: 'Unable to find an existing account matching your username for this team.',
  },
  'app.user.missing_account.const': { status: 404, en: 'Unable to find the user.' },
  'app.user.save.username_exists.app_error': { status: 400, en: 'An account with that username already exists.' },
  'app.user.update.lastAdmin.app_error': { status: 400, en: 'Unable to demote the last System Admin.' },
  'api.user.update_user_roles.license.app_error': { status: 400, en: 'Custom roles not supported by current license.' },
  'api.user_access_token.disabled': { status: 501, en: 'Personal access tokens are disabled on this server.' },
  'api.bot.create_disabled': { status: 403, en: 'Bot creation has been disabled.' },
  'store.sql_bot.get.missing.app_error': { status: 404, en: 'Bot does not exist.' },
  'app.role.get.app_error': { status: 404, en: 'Unable to get role.' },
  'app.team.get.find.app_error': { status: 404, en: 'Unable to find the existing team.' },
  'app.team.get_by_name.missing.app_error': { status: 404, en: 'Unable to find the existing team.' },
  'app.team.get_member.missing.app_error': { status: 404, en: 'No team member found for that user ID and team ID.' },
  'app.team.save.existing.app_error': { status: 400, en: 'A team with that name already exists.' },
  'app.channel.get.existing.app_error': { status: 404, en: 'Unable to find the existing channel.' },
  'app.channel.get_by_name.missing.app_error': { status: 404, en: 'Channel does not exist.' },
  'app.channel.get_member.missing.app_error': { status: 404, en: 'No channel member found for that user ID and channel ID.' },
  'store.sql_channel.save_channel.exists.app_error': { status: 400, en: 'A channel with that name already exists on the same team.' },
  'app.post.get.app_error': { status: 404, en: 'Unable to get the post.', fr: 'Impossible de récupérer le message' },
  'api.post.create_post.root_id.app_error': { status: 400, en: 'Invalid RootId parameter.' },
  'api.post.create_post.channel_root_id.app_error': { status: 400, en: 'Invalid ChannelId for RootId parameter.' },
  'api.post.create_post.can_not_post_to_deleted.error': { status: 400, en: 'Can not post to deleted channel.' },
  'api.post.patch_post.can_not_update_post_in_deleted.error': { status: 400, en: 'Can not update a post in a deleted channel.' },
  'api.post.update_post.system_message.app_error': { status: 400, en: 'Unable to update system message.' },
  'api.post.deduplicate_create_post.pending': {
    status: 500,
    en: 'Rejected post since another client is making the same request.',
    fr: 'Le message a été rejeté, car un autre client faisait la même requête.',
  },
  'api.post.deduplicate_create_post.failed_to_get': {
    status: 500,
    en: 'Failed to fetch original post after deduplicating a client repeating the same request.',
  },
  'model.post.is_valid.message_length.app_error': { status: 400, en: 'Post Message property is longer than the maximum permitted length.' },
  'app.post.save.app_error': { status: 500, en: 'Unable to save the Post.' },
  'model.post.is_valid.props.app_error': { status: 400, en: 'Invalid props.' },
  'api.post.do_action.action_id.app_error': { status: 404, en: 'Invalid action id.' },
  'api.post.do_action.action_integration.app_error': {
    status: 400,
    en: 'Action integration error.',
    fr: "Une erreur s'est produite lors de l'action de l'intégration",
  },
  'api.reaction.save_reaction.user_id.app_error': {
    status: 403,
    en: 'You cannot save reaction for the other user.',
    fr: "Vous ne pouvez pas sauvegarder la réaction pour l'autre utilisateur.",
  },
  'app.emoji.get_by_name.no_result': { status: 404, en: 'Unable to find the emoji.', fr: "L'émoticône n'a pas été trouvée." },
  'app.reaction.save.save.too_many_reactions': { status: 400, en: 'Reaction limit has been reached for this post.' },
  'app.file_info.get.app_error': { status: 404, en: 'Unable to get the file info.' },
  'api.file.upload_file.too_large_detailed.app_error': { status: 413, en: 'Unable to upload file {}: larger than the maximum.' },
  'api.command.duplicate_trigger.app_error': {
    status: 400,
    en: 'This trigger word is already in use. Please choose another word.',
    fr: 'Ce mot déclencheur est déjà utilisé. Veuillez choisir un autre mot.',
  },
  'model.command.is_valid.trigger.app_error': { status: 400, en: 'Invalid trigger.' },
  'model.command.is_valid.url.app_error': { status: 400, en: 'Invalid URL.' },
  'store.sql_command.get.missing.app_error': { status: 404, en: 'Command does not exist.' },
  'api.command.execute_command.not_found.app_error': {
    status: 404,
    en: 'Command with a trigger of \'{}\' not found. To send a message beginning with "/", try adding an empty space at the beginning of the message.',
    fr: "Une commande avec le mot-clé déclencheur '{}' n'a pas pu être trouvée. Pour envoyer un message commençant par « / », ajoutez un espace au début du message.",
  },
  'api.command.execute_command.failed.app_error': {
    status: 500,
    en: "Command with a trigger of '{}' failed.",
    fr: "La commande avec le déclencheur '{}' a échoué.",
  },
  'api.command.execute_command.failed_resp.app_error': {
    status: 500,
    en: "Command with a trigger of '{}' returned response {}.",
    fr: "La commande avec le déclencheur '{}' a renvoyé la réponse {}.",
  },
  'api.command.command_post.forbidden.app_error': { status: 403, en: 'Specified user is not a member of specified channel.' },
  'interactive_message.decode_trigger_id.base64_decode_failed': {
    status: 400,
    en: 'Failed to decode base64 for trigger ID for interactive dialog.',
    fr: "Impossible de décoder en base 64 l'identifiant du déclencheur utilisé par la boite de dialogue interactive.",
  },
  'interactive_message.decode_trigger_id.missing_data': { status: 400, en: 'Trigger ID missing required data for interactive dialog.' },
  'interactive_message.decode_trigger_id.expired': {
    status: 400,
    en: 'Trigger ID for interactive dialog is expired. Trigger IDs live for a maximum of <no value> seconds.',
    fr: 'Identifiant du déclencheur de dialogue interactive a expiré. Les identifiants de déclencheur sont valides pour au maximum <no value> secondes.',
  },
  'interactive_message.decode_trigger_id.verify_signature_failed': {
    status: 400,
    en: 'Signature verification failed of trigger ID for interactive dialog.',
  },
  'app.submit_interactive_dialog.json_error': { status: 400, en: 'Encountered an error decoding JSON response from submission.' },
  'app.group.no_rows': { status: 404, en: 'No matching group found.' },
  'api.web_socket_router.bad_action.app_error': { status: 500, en: 'Unknown WebSocket action.', fr: 'Action WebSocket inconnue.' },
  'lab.fault.app_error': { status: 500, en: 'A fault that the test asked for.' },
} satisfies Record<string, Words>;

export type ErrorId = keyof typeof CATALOGUE;

/** Thrown by every handler that refuses; the server writes it as Mattermost does. */
export class AppError extends Error {
  readonly id: ErrorId;
  readonly status: number;
  readonly details: readonly string[];

  /** @param details fill the `{}` of the sentence, in order. */
  constructor(id: ErrorId, ...details: string[]) {
    super(id);
    this.id = id;
    this.status = CATALOGUE[id].status;
    this.details = details;
  }

  /** The sentence in the server's language (English where Mattermost has no translation here). */
  sentence(locale: Locale): string {
    const words: Words = CATALOGUE[this.id];
    const details = [...this.details];
    return ((locale === 'fr' ? words.fr : undefined) ?? words.en).replace(/\{\}/g, () => details.shift() ?? '');
  }
}

/** The commonest refusal. */
export function forbidden(): AppError {
  return new AppError('api.context.permissions.app_error');
}

/** A body or a field of it that can't be used. */
export function badBody(name: string): AppError {
  return new AppError('api.context.invalid_body_param.app_error', name);
}
