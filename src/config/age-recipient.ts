/**
 * Whether a text is an age recipient (`age1…`): its letters carry a checksum, so that a slip is noticed before the first backup is sealed to a key that nobody has.
 * Source: https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki#bech32, without its limit of 90 letters.
 */
export function isAgeRecipient(text: string): boolean {
  const [, prefix = '', data = ''] = /^(age|age1pq|age1tag|age1tagpq)1([a-z0-9]{58,})$/u.exec(text) ?? [];
  const values = [...data].map((letter) => LETTERS.indexOf(letter));
  if (data === '' || values.includes(-1)) return false;
  const codes = [...prefix].map((letter) => letter.charCodeAt(0));
  return checksumOf([...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31), ...values]) === 1;
}

const LETTERS = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l';
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3];

function checksumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => {
    const shifted = ((sum & 0x1ffffff) << 5) ^ value;
    return GENERATOR.reduce((so, generator, bit) => (((sum >> 25) >> bit) & 1 ? so ^ generator : so), shifted);
  }, 1);
}
