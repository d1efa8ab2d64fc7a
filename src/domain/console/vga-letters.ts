/** What the 256 letters of code page 437 are, in its order. */
const LETTERS =
  ' ☺☻♥♦♣♠•◘○◙♂♀♪♫☼►◄↕‼¶§▬↨↑↓→←∟↔▲▼ !"#$%&\'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~⌂' +
  'ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■ ';

/**
 * A number for the form of each of them in the VGA's own font of 8 by 16 points (VGA-ROM.F16 of Joseph Gil's fntcol16, in the public domain): FNV-1a of the 16 bytes of its lines. No
 * form can be drawn from it; it can only be known again.
 */
const FORMS = `
  69691905 4efa665d 68b9e6e5 99d36435 e92db96b 007b31e8 9df7cf2f 1a61fdfd
  807a070d 26248a95 1c047e15 7ef77805 9f88969b 1baf1aa0 a8afa2ec ccfe3e80
  ee24df8b b500296b d504d93d 11a02763 06c0193f 09d57d49 2f771f05 0eaf8743
  bdd4093f eb06e0f7 eba122cb f7de681b 23fb923b 5bc660a4 ed42ffdd fe5b61ad
  69691905 b94477a9 ba220247 cdf55dd1 6d56c505 e7642e95 dd8cb83d 3e6625d5
  4468d44d ad38c23d a3a30c20 6d55e74b d1722e4d 8dff41fb 815316e5 91441675
  fb0a4973 b39c9773 27279bed d65c8707 ea08eb3d 5e9080a3 426c2125 a959b309
  3e02ee87 ed0da683 578c91f5 ed1815c5 1f3aa935 b74b1c05 9d903433 b4af4a25
  db7398df f64aae2f 7fb0b967 350a1ae5 476d15ed 15cf48e5 73b41447 b93d6d47
  4b6ec9ed 0aa9883d 41518df3 c215e6cd 2f94cf57 3953149f 3b7fc65d 5e9529bd
  9edcad63 5545aeb7 0f75e597 0c20e1d7 e5c66be2 94ef6b27 1b53fbf2 df608399
  f43066f1 50bf01ea f287433c 85a5a2bd 3c02c953 e227085d 34121a17 9e72eab0
  945a604d 7d0f2b17 091ca6a5 6bf3a715 1d4b956f c7a719ab 57a828cd b270b54b
  e4b288e1 25a48e91 de68f147 ccfbcc5b 31f52d59 2eed2929 cb5ab421 660aa973
  05f211c3 f910643d 69bd57e1 79c556f9 d8527bd3 a764e0cb 87a9c2e3 ddf090d1
  7ca464a5 01b4a6f1 0578e2c7 24979edd a85bddcd 44deb8a3 fcb4f3d7 223da199
  e9a4ea63 d37dce57 29a63cd7 b4f0d54b 83866f8b 2e0c89ef 5effcb0b c619c96b
  73a28157 bd16c23d a2cc2ed3 2c422c57 8acdcb03 3770a319 b5cd7f47 04a56ab5
  5f52f419 64d00c82 9d664ff7 6a65516f 1fad1ba5 da2a71cb 735aaf57 b65ff283
  66e8b577 19ca0bf5 0223b597 92124d25 0dfd688f e91ec478 1f1d612b 9b22672e
  b24ec1bf dc9d51ed ede585fb 05564853 56cfc2d3 146b8139 5c80ebe9 7b791f01
  88e2cb91 bbfac17b a8edf35b 10e8747f c4d0cd45 c9d007a1 f737c1cd cc0a9b23
  d39704e5 e9373335 09c38345 4fb9b505 1d324ce5 f02e9a85 52cd3045 a59f1efb
  0f17cefd 22d898d5 5c3c7a05 b033190b 9471cbed 74b314dd 4ff62c85 09f491ad
  c6840060 93fc9840 bea71748 db38e420 6cb68108 a8b17c00 3b8ce98d 8f5cba02
  adb44323 1bd23495 a99c9593 96f85425 cf9a27bb 32bcddbd 1b35c8ab 5feed2b5
  536a53ea 11dce7bd 8df19af8 5cd99daa 874c1f8d f63fb445 9760e4b8 b5eab35a
  37a1558d 7cf9dee5 f12e7f68 360779f5 571d6800 e3427405 c6cfce95 eb15f510
  9597519d d6af6d2f fb11bb2b a096a277 2871ca1d a2eb7ae3 e14b1a27 b704b4e7
  6265c073 b821033b ca5cb8f1 74be9aad ae96aff8 41eba453 a11c4241 f8871b01
  90fb87fb 8d7c25b2 809f95ed 79f98e6b 3f2cc435 fe60b87d a9d56e8b cf26282d
  a1d60d6d 734628d5 2a8a041d 1267a168 96f8f831 bce8694d 9a03caa1 69691905
`;

/** The letter of a form, by its number. Empty forms are blanks, and so is whatever looks like one. */
export const LETTER_OF: ReadonlyMap<number, string> = new Map(
  FORMS.trim()
    .split(/\s+/u)
    .map((form, code): [number, string] => [Number.parseInt(form, 16), [...LETTERS][code] ?? ' '])
    // Of those that look alike the one that people type: read last, it stays.
    .toSorted(([, one], [, other]) => Number(isTyped(one)) - Number(isTyped(other))),
);

function isTyped(letter: string): boolean {
  return letter >= ' ' && letter <= '~';
}

/** The number of a form. @param lines 16 of them, a bit a point, the leftmost the highest of eight */
export function numberOfForm(lines: readonly number[]): number {
  return lines.reduce((hash, line) => Math.imul(hash ^ line, 0x01_00_01_93) >>> 0, 0x81_1c_9d_c5);
}
