import { constants, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { readScreen } from '#adapters/rfb/read-screen.ts';
import { answerTo } from '#adapters/rfb/password.ts';
import { number, PASSWORD, playServer, rectangle, update, type PlayedServer } from './play-server.ts';

const RAW = 0;
const ZRLE = 16;
const RESIZED = -223;
const RED = Buffer.of(0, 0, 255, 0);
const GREEN = Buffer.of(0, 255, 0, 0);
const [RED_RGB, GREEN_RGB] = [
  [255, 0, 0],
  [0, 255, 0],
];
const FRAME = update(rectangle([0, 0, 2, 1], RAW, Buffer.concat([RED, GREEN])));

async function look(server: PlayedServer, password = PASSWORD, signal = AbortSignal.timeout(5_000)) {
  const { stream, heard } = playServer(server);
  const screen = await readScreen(stream, password, signal);
  return { ...screen, rgb: [...screen.rgb], heard, closed: stream.destroyed };
}

/** What ZRLE sends, in one go: the tiles' bytes, compressed so that more may follow. */
function zrle(...bytes: readonly number[]): Buffer {
  const packed = deflateSync(Buffer.from(bytes), { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([number(packed.length), packed]);
}

describe('a picture by VNC', () => {
  it.each([['RFB 003.003\n'], ['RFB 003.007\n'], ['RFB 003.008\n'], ['RFB 004.000\n']])(
    'is read of a server that greets %j',
    async (greeting) => {
      expect(await look({ greeting, frames: [FRAME] })).toMatchObject({
        width: 2,
        height: 1,
        rgb: [...RED_RGB, ...GREEN_RGB],
        closed: true,
      });
    },
  );

  it.each([['RFB 003.003\n'], ['RFB 003.008\n']])('needs no password where none is asked for: %j', async (greeting) => {
    expect((await look({ greeting, kinds: [1], frames: [FRAME] })).rgb).toEqual([...RED_RGB, ...GREEN_RGB]);
  });

  it('keeps the server’s own format, and always takes Raw', async () => {
    const { heard } = await look({ frames: [FRAME] });
    const [version, kind, , share, head, codes] = heard;
    expect([version?.toString(), kind?.[0], share?.[0]]).toEqual(['RFB 003.008\n', 2, 1]);
    expect(head?.[0]).toBe(2);
    const count = (codes?.length ?? 0) / 4;
    expect(Array.from({ length: count }, (_, index) => codes?.readInt32BE(index * 4))).toEqual([ZRLE, RAW, RESIZED]);
  });

  it.each([
    ['32', Buffer.of(0, 0, 255, 0), RED_RGB],
    ['32-high', Buffer.of(0, 0, 0, 255), RED_RGB],
    ['32-big', Buffer.of(0, 255, 0, 0), RED_RGB],
    ['16', Buffer.of(0x00, 0xf8), RED_RGB],
    ['16', Buffer.of(0xe0, 0x07), GREEN_RGB],
    ['8', Buffer.of(0x07), RED_RGB],
  ] as const)('is read of %s bits', async (format, pixel, rgb) => {
    const frame = update(rectangle([0, 0, 1, 1], RAW, pixel));
    expect((await look({ format, width: 1, frames: [frame] })).rgb).toEqual(rgb);
  });

  it('is asked for in 16 bits where the server has a palette', async () => {
    const frame = update(rectangle([0, 0, 1, 1], RAW, Buffer.of(0x00, 0xf8)));
    expect((await look({ format: 'palette', width: 1, frames: [frame] })).rgb).toEqual(RED_RGB);
  });

  it('is put together of several parts, with what else the server says between', async () => {
    const bell = Buffer.of(2);
    const clipboard = Buffer.concat([Buffer.of(3, 0, 0, 0), number(2), Buffer.from('hi')]);
    const colours = Buffer.from([1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
    const first = update(rectangle([0, 0, 1, 1], RAW, RED));
    const second = update(rectangle([1, 0, 1, 1], RAW, GREEN));
    expect((await look({ frames: [bell, clipboard, colours, first, second] })).rgb).toEqual([...RED_RGB, ...GREEN_RGB]);
  });

  it('is asked for anew where the screen has another size', async () => {
    const resized = update(rectangle([0, 0, 1, 1], RESIZED, Buffer.alloc(0)));
    const frame = update(rectangle([0, 0, 1, 1], RAW, GREEN));
    const { width, height, rgb } = await look({ frames: [resized, frame] });
    expect([width, height, rgb]).toEqual([1, 1, GREEN_RGB]);
  });

  it.each([
    ['pixel by pixel', [0, 0, 0, 255, 0, 255, 0]],
    ['a palette of two, a bit a pixel', [2, 0, 0, 255, 0, 255, 0, 0b0100_0000]],
    ['a palette of three, two bits a pixel', [3, 0, 0, 255, 0, 255, 0, 9, 9, 9, 0b0001_0000]],
    ['a palette of five, four bits a pixel', [5, 0, 0, 255, 0, 255, 0, 9, 9, 9, 8, 8, 8, 7, 7, 7, 0b0000_0001]],
    ['runs', [128, 0, 0, 255, 0, 0, 255, 0, 0]],
    ['runs of a palette', [130, 0, 0, 255, 0, 255, 0, 0, 129, 0]],
  ])('is read of ZRLE: %s', async (_how, bytes) => {
    const frame = update(rectangle([0, 0, 2, 1], ZRLE, zrle(...bytes)));
    expect((await look({ frames: [frame] })).rgb).toEqual([...RED_RGB, ...GREEN_RGB]);
  });

  it('is read of ZRLE in several tiles of one colour each, of 8 and 16 bits', async () => {
    const tiles = update(rectangle([0, 0, 70, 1], ZRLE, zrle(1, 0x00, 0xf8, 1, 0xe0, 0x07)));
    const { rgb } = await look({ format: '16', width: 70, frames: [tiles] });
    expect([rgb.slice(0, 3), rgb.slice(63 * 3, 64 * 3), rgb.slice(64 * 3, 65 * 3)]).toEqual([RED_RGB, RED_RGB, GREEN_RGB]);
    const small = update(rectangle([0, 0, 1, 1], ZRLE, zrle(1, 0x07)));
    expect((await look({ format: '8', width: 1, frames: [small] })).rgb).toEqual(RED_RGB);
  });

  it('has long runs counted over several bytes', async () => {
    const frame = update(rectangle([0, 0, 60, 10], ZRLE, zrle(128, 0, 255, 0, 255, 255, 89)));
    const { rgb } = await look({ width: 60, height: 10, frames: [frame] });
    expect(rgb.filter((_, index) => index % 3 === 1).every((part) => part === 255)).toBe(true);
  });
});

describe('what is no picture', () => {
  it.each([
    ['another protocol', { greeting: 'SSH-2.0-Open', frames: [] }, 'protocol', 'no greeting of VNC'],
    ['a refusal', { refuses: 'KVM session in use\0', frames: [] }, 'refused', 'KVM session in use'],
    ['a refusal of an old server', { greeting: 'RFB 003.003\n', refuses: 'no', frames: [] }, 'refused', 'no'],
    ['another way to log in', { kinds: [19], frames: [] }, 'protocol', 'asks for authentication of kinds 19'],
    ['a connection that is closed', { frames: [] }, 'closed', 'the connection was closed'],
    ['half a picture', { frames: [update(rectangle([0, 0, 2, 1], RAW, RED))] }, 'closed', 'the connection was closed'],
    ['a message that there is not', { frames: [Buffer.of(9)] }, 'protocol', 'message 9 from the server'],
    [
      'an encoding that nobody asked for',
      { frames: [update(rectangle([0, 0, 2, 1], 7, RED))] },
      'protocol',
      'encoding 7, which nobody asked for',
    ],
    [
      'a part that no screen has',
      { frames: [update(rectangle([0, 0, 65_535, 65_535], RAW, RED))] },
      'protocol',
      'a part of a picture that no screen has',
    ],
    ['a screen of no size', { width: 0, frames: [] }, 'protocol', 'a screen of 0×1'],
    ['a screen that nobody has', { width: 65_535, height: 65_535, frames: [] }, 'protocol', 'a screen of 65535×65535'],
    [
      'endless ZRLE',
      { frames: [update(rectangle([0, 0, 2, 1], ZRLE, number(4_000_000_000)))] },
      'protocol',
      'a part of a picture of endless length',
    ],
    [
      'ZRLE that is cut off',
      { frames: [update(rectangle([0, 0, 2, 1], ZRLE, zrle(0, 0, 0)))] },
      'protocol',
      'a picture that ends too early',
    ],
    [
      'ZRLE that is none',
      { frames: [update(rectangle([0, 0, 2, 1], ZRLE, Buffer.concat([number(4), Buffer.from('none')])))] },
      'protocol',
      'incorrect header check',
    ],
    [
      'ZRLE that swells',
      { frames: [update(rectangle([0, 0, 2, 1], ZRLE, zrle(...Array.from({ length: 100_000 }, () => 0))))] },
      'protocol',
      'more than the picture has',
    ],
  ] as const)('is told from one: %s', async (_what, server, kind, message) => {
    await expect(look(server)).rejects.toMatchObject({ name: 'ScreenError', kind, message });
  });

  it('is told from one: a refused password, in the server’s words', async () => {
    await expect(look({ frames: [] }, 'wrong')).rejects.toMatchObject({ kind: 'password', message: 'Authentication failed' });
    await expect(look({ greeting: 'RFB 003.003\n', frames: [] }, 'wrong')).rejects.toMatchObject({ kind: 'password' });
  });

  it('is given up with the signal’s own reason, and let go of', async () => {
    const { stream } = playServer({ greeting: '', frames: [] });
    const reason = new Error('enough');
    const abort = new AbortController();
    const looking = readScreen(stream, PASSWORD, abort.signal);
    abort.abort(reason);
    await expect(looking).rejects.toBe(reason);
    expect(stream.destroyed).toBe(true);
  });
});

it('answers VNC’s challenge as others do', () => {
  // As `openssl enc -des-ecb` gives it, with each byte of the key mirrored (RFC 6143, 7.2.2).
  expect(answerTo(Buffer.alloc(16), 'password').toString('hex')).toBe('ff97502e9422f089ff97502e9422f089');
});
