/** One person's session: REST and websocket, as Mattermost's own web client uses them. */
export class Session {
  /** @param {{ id: string, username: string, token: string }} person @param {(event: object) => void} onEvent @param {(connected: boolean) => void} onState */
  constructor(person, onEvent, onState) {
    this.person = person;
    this.onEvent = onEvent;
    this.onState = onState;
    this.closed = false;
    this.connect();
  }

  /** Refusals are thrown with the server's own sentence. */
  async request(method, path, body) {
    const isForm = body instanceof FormData;
    const response = await fetch(`/api/v4${path}`, {
      method,
      headers: {
        Authorization: `Bearer ${this.person.token}`,
        ...(body !== undefined && !isForm && { 'Content-Type': 'application/json' }),
      },
      body: body === undefined || isForm ? body : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.message);
    return answer;
  }

  get(path) {
    return this.request('GET', path);
  }

  post(path, body) {
    return this.request('POST', path, body);
  }

  /** An address for an image or a download: the file needs the token, which an `<img>` can't send. */
  async fileAddress(id) {
    const response = await fetch(`/api/v4/files/${id}`, { headers: { Authorization: `Bearer ${this.person.token}` } });
    return URL.createObjectURL(await response.blob());
  }

  connect() {
    const socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/api/v4/websocket`);
    this.socket = socket;
    socket.onopen = () => socket.send(JSON.stringify({ seq: 1, action: 'authentication_challenge', data: { token: this.person.token } }));
    socket.onmessage = ({ data }) => this.hear(JSON.parse(data));
    socket.onclose = () => {
      if (this.closed) return;
      this.onState(false);
      setTimeout(() => this.connect(), 1000);
    };
  }

  hear(message) {
    if (message.event === 'hello') this.onState(true);
    if (message.event !== undefined) this.onEvent(message);
  }

  close() {
    this.closed = true;
    this.socket.close();
  }
}
