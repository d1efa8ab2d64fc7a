/** Every word of the page itself, in the language of its address (`?lang=fr`) or else of the browser: French or English. */
const WORDS = {
  en: {
    speaking: 'Speaking as',
    desktop: 'Desktop',
    phone: 'Phone',
    channels: 'Channels',
    direct: 'Direct messages',
    write: 'Write to {}',
    writeThread: 'Reply to this thread…',
    send: 'Send',
    thread: 'Thread',
    close: 'Close',
    menu: 'Channels',
    edited: 'Edited',
    onlyYou: 'Only visible to you',
    replies1: '1 reply',
    replies: '{} replies',
    react: 'Add a reaction',
    reply: 'Reply',
    edit: 'Edit',
    remove: 'Delete',
    more: 'Show more',
    less: 'Show less',
    bot: 'BOT',
    today: 'Today',
    yesterday: 'Yesterday',
    save: 'Save',
    cancel: 'Cancel',
    failed: 'Not sent: {}',
    away: 'The server is away. Trying again…',
    start: 'This is the start of {}.',
    members: '{} members',
    choose: 'Choose…',
    download: 'Download',
    nobody: 'Nobody can speak here yet.',
    hint: 'You are {}. Be Bob at the top, and react with ✅ under the last post.',
    scenes: 'Scenes',
    sceneHint: 'What happens to a house: play it, and watch.',
    busy: 'Another scene is being played, or the story is still told: wait a moment.',
  },
  fr: {
    speaking: 'Parler comme',
    desktop: 'Ordinateur',
    phone: 'Téléphone',
    channels: 'Canaux',
    direct: 'Messages directs',
    write: 'Écrire dans {}',
    writeThread: 'Répondre à ce fil…',
    send: 'Envoyer',
    thread: 'Fil',
    close: 'Fermer',
    menu: 'Canaux',
    edited: 'Modifié',
    onlyYou: 'Visible par toi seulement',
    replies1: '1 réponse',
    replies: '{} réponses',
    react: 'Réagir',
    reply: 'Répondre',
    edit: 'Modifier',
    remove: 'Supprimer',
    more: 'Afficher plus',
    less: 'Afficher moins',
    bot: 'BOT',
    today: 'Aujourd’hui',
    yesterday: 'Hier',
    save: 'Enregistrer',
    cancel: 'Annuler',
    failed: 'Pas envoyé : {}',
    away: 'Le serveur est absent. Nouvel essai…',
    start: 'C’est le début de {}.',
    members: '{} membres',
    choose: 'Choisir…',
    download: 'Télécharger',
    nobody: 'Personne ne peut encore parler ici.',
    hint: 'Tu es {}. Deviens Bob en haut, et réagis par ✅ sous le dernier message.',
    scenes: 'Scènes',
    sceneHint: 'Ce qui arrive à une maison : joue-le, et regarde.',
    busy: 'Une autre scène se joue, ou l’histoire n’est pas finie : attends un instant.',
  },
};

const asked = new URLSearchParams(location.search).get('lang') ?? navigator.language;
export const language = asked.startsWith('fr') ? 'fr' : 'en';

/** @param {string} key @param {unknown} [detail] takes the place of `{}` */
export function t(key, detail = '') {
  return WORDS[language][key].replace('{}', String(detail));
}

const TIME = new Intl.DateTimeFormat(language, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
const DAY = new Intl.DateTimeFormat(language, { weekday: 'long', day: 'numeric', month: 'long' });

export const timeOf = (millis) => TIME.format(millis);

/** Today, yesterday, or the date. */
export function dayOf(millis) {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(millis).setHours(0, 0, 0, 0)) / 86_400_000);
  if (days === 0) return t('today');
  return days === 1 ? t('yesterday') : DAY.format(millis);
}
