/** The least that a bot can do: hears a mention on a websocket, and posts an answer to it, under an id that keeps it from being posted twice. */
const { url, token, channel }: { url: string; token: string; channel: string } = JSON.parse(process.argv[2] ?? '{}');
const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
const socket = new WebSocket(`${url.replace(/^http/u, 'ws')}/api/v4/websocket`, { headers });
socket.addEventListener('message', ({ data }) => {
  const frame: { event?: string; data?: { post?: string } } = JSON.parse(String(data));
  const { message = '' }: { message?: string } = frame.event === 'posted' ? JSON.parse(frame.data?.post ?? '{}') : {};
  const asked = /^@echo (?<who>\S+)/u.exec(message)?.groups?.['who'];
  if (asked === undefined) return;
  const body = JSON.stringify({ channel_id: channel, message: `\`${asked}\``, pending_post_id: `${channel}:${performance.now()}` });
  void fetch(`${url}/api/v4/posts`, { method: 'POST', headers, body }).then((answer) => answer.text());
});
socket.addEventListener('open', () => process.stdout.write('heard\n'));
