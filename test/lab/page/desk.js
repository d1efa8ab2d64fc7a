import { Session } from './api.js';

/** What one person sees: their channels, the posts read so far, and what they can do. Calls `onChange` whenever something is to be drawn again. */
export class Desk {
  /** @param {{ id: string, username: string, token: string }} person @param {() => void} onChange */
  constructor(person, onChange) {
    this.person = person;
    this.myId = person.id;
    this.onChange = onChange;
    this.connected = true;
    this.users = new Map();
    this.channels = [];
    this.posts = new Map();
    this.addresses = new Map();
    this.unread = new Map();
    this.commands = [];
    this.channel = null;
    this.threadId = null;
    this.problem = '';
    this.editing = null;
    this.session = new Session(
      person,
      (event) => this.hear(event),
      (connected) => this.reached(connected),
    );
    this.context = { me: person.username, known: (name) => [...this.users.values()].some((user) => user.username === name) };
    this.fileAddress = (id) => this.addressOf(id);
  }

  /** Each file is fetched once. */
  addressOf(id) {
    if (!this.addresses.has(id)) this.addresses.set(id, this.session.fileAddress(id));
    return this.addresses.get(id);
  }

  /** Reads what a client reads at its start, and opens a channel by name, or the first. */
  async open(channelName) {
    const [users, teams] = await Promise.all([this.session.get('/users?per_page=200'), this.session.get('/users/me/teams')]);
    this.users = new Map(users.map((user) => [user.id, user]));
    this.team = teams[0];
    [this.channels, this.commands] = await Promise.all([
      this.session.get(`/users/me/teams/${this.team.id}/channels`),
      this.session.get(`/teams/${this.team.id}/commands/autocomplete`),
    ]);
    const usual = this.channels.filter((channel) => channel.type !== 'D');
    await this.enter(
      this.channels.find((one) => one.name === channelName) ??
        usual.find((one) => one.name !== 'off-topic' && one.name !== 'town-square') ??
        usual[0],
    );
  }

  /** Shows a channel. */
  async enter(channel) {
    if (this.channel?.id !== channel.id) this.closeThread();
    this.channel = channel;
    this.problem = '';
    this.unread.delete(channel.id);
    await this.readChannel(channel);
  }

  async readChannel(channel) {
    const list = await this.session.get(`/channels/${channel.id}/posts?per_page=100`);
    for (const post of Object.values(list.posts)) this.posts.set(post.id, post);
    this.onChange();
  }

  /** The other person of a direct message. */
  partner(channel) {
    const id = channel.name.split('__').find((one) => one !== this.myId) ?? this.myId;
    return this.users.get(id);
  }

  titleOf(channel) {
    return channel.type === 'D' ? (this.partner(channel)?.username ?? channel.name) : channel.display_name;
  }

  /** Bots of the team with whom there is no conversation yet. */
  strangers() {
    const met = new Set(this.channels.filter((channel) => channel.type === 'D').map((channel) => this.partner(channel)?.id));
    return [...this.users.values()].filter((user) => user.is_bot === true && user.delete_at === 0 && !met.has(user.id));
  }

  async talkTo(user) {
    const channel = await this.session.post('/channels/direct', [this.myId, user.id]);
    if (!this.channels.some((one) => one.id === channel.id)) this.channels.push(channel);
    await this.enter(channel);
  }

  /** Roots of the channel shown, and what only this person sees there, oldest first. */
  mainPosts() {
    return this.inTime(
      (post) =>
        post.channel_id === this.channel?.id &&
        (post.root_id === '' || (post.type === 'system_ephemeral' && post.root_id !== this.threadId)),
    );
  }

  threadPosts() {
    return this.inTime((post) => post.id === this.threadId || post.root_id === this.threadId);
  }

  inTime(wanted) {
    return [...this.posts.values()].filter((post) => post.delete_at === 0 && wanted(post)).toSorted((a, b) => a.create_at - b.create_at);
  }

  repliesTo(post) {
    return post.reply_count;
  }

  nameOf(userId) {
    return this.users.get(userId)?.username ?? '…';
  }

  /** Who seems to speak: a command's answer carries the command's name. */
  authorOf(post) {
    const user = this.users.get(post.user_id);
    if (post.props.from_webhook === 'true') return { name: post.props.override_username || this.nameOf(post.user_id), isBot: true };
    return { name: user?.username ?? '…', isBot: user?.is_bot === true };
  }

  async openThread(post) {
    this.threadId = post.root_id === '' ? post.id : post.root_id;
    const list = await this.session.get(`/posts/${this.threadId}/thread`);
    for (const one of Object.values(list.posts)) this.posts.set(one.id, one);
    this.onChange();
  }

  closeThread() {
    this.threadId = null;
    this.onChange();
  }

  /** Sends what was typed: a slash command, or a post. Says whether it went. */
  async say(message, rootId = '') {
    const command = /^\/\S/.test(message);
    const place = { channel_id: this.channel.id, root_id: rootId };
    return this.attempt(() =>
      command
        ? this.session.post('/commands/execute', { ...place, command: message, team_id: this.team.id })
        : this.session.post('/posts', { ...place, message, pending_post_id: `${this.myId}:${Date.now()}` }),
    );
  }

  edit(post) {
    this.editing = post;
    this.onChange();
  }

  async change(post, message) {
    this.editing = null;
    return this.attempt(() => this.session.request('PUT', `/posts/${post.id}/patch`, { message }));
  }

  remove(post) {
    return this.attempt(() => this.session.request('DELETE', `/posts/${post.id}`));
  }

  react(post, name, add) {
    if (add) return this.attempt(() => this.session.post('/reactions', { user_id: this.myId, post_id: post.id, emoji_name: name }));
    return this.attempt(() => this.session.request('DELETE', `/users/${this.myId}/posts/${post.id}/reactions/${encodeURIComponent(name)}`));
  }

  /** Presses a button or chooses in a menu. */
  act(post, action, option = '') {
    return this.attempt(() =>
      this.session.post(`/posts/${post.id}/actions/${action.id}`, { selected_option: option, cookie: action.cookie ?? '' }),
    );
  }

  async attempt(work) {
    try {
      await work();
      this.problem = '';
    } catch (error) {
      this.problem = error.message;
    }
    this.onChange();
    return this.problem === '';
  }

  /** After a cut, what was missed is read again. */
  reached(connected) {
    const back = connected && !this.connected;
    this.connected = connected;
    if (back && this.channel !== null) void this.readChannel(this.channel);
    else this.onChange();
  }

  hear({ event, data, broadcast }) {
    switch (event) {
      case 'posted':
      case 'ephemeral_message':
        this.heardPost(JSON.parse(data.post), data.mentions !== undefined);
        break;
      case 'post_edited':
        this.posts.set(JSON.parse(data.post).id, JSON.parse(data.post));
        break;
      case 'post_deleted':
        this.forget(JSON.parse(data.post));
        break;
      case 'reaction_added':
      case 'reaction_removed':
        this.heardReaction(JSON.parse(data.reaction), event === 'reaction_added');
        break;
      case 'user_added':
      case 'direct_added':
        void this.refreshChannels(broadcast.channel_id);
        return;
      default:
        return;
    }
    this.onChange();
  }

  heardPost(post, mentioned) {
    const root = this.posts.get(post.root_id);
    if (root !== undefined && post.type !== 'system_ephemeral' && !this.posts.has(post.id)) root.reply_count += 1;
    this.posts.set(post.id, post);
    if (!this.users.has(post.user_id))
      void this.session
        .get(`/users/${post.user_id}`)
        .then((user) => this.users.set(user.id, user))
        .then(this.onChange);
    if (post.channel_id === this.channel?.id || post.user_id === this.myId) return;
    const before = this.unread.get(post.channel_id) ?? { mentions: 0 };
    this.unread.set(post.channel_id, { mentions: before.mentions + (mentioned ? 1 : 0) });
  }

  forget(post) {
    this.posts.delete(post.id);
    const root = this.posts.get(post.root_id);
    if (root !== undefined) root.reply_count -= 1;
    if (this.threadId === post.id) this.threadId = null;
  }

  heardReaction(reaction, added) {
    const post = this.posts.get(reaction.post_id);
    if (post === undefined) return;
    const others = (post.metadata.reactions ?? []).filter(
      (one) => one.user_id !== reaction.user_id || one.emoji_name !== reaction.emoji_name,
    );
    post.metadata = { ...post.metadata, reactions: added ? [...others, reaction] : others };
  }

  async refreshChannels(channelId) {
    if (this.channels.some((channel) => channel.id === channelId) || this.team === undefined) return;
    this.channels = await this.session.get(`/users/me/teams/${this.team.id}/channels`);
    this.onChange();
  }

  close() {
    this.session.close();
  }
}
