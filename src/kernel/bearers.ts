/** Longest credential that is read: what is longer is no header's. */
const LONGEST = 4_096;
const CREDENTIAL = `[A-Za-z0-9+/._~=-]{8,${LONGEST}}`;
const AUTHORIZATION = new RegExp(String.raw`\b(basic|bearer|apikey)( |%20)(${CREDENTIAL})`, 'giu');
/** Proxmox's own scheme. */
const PROXMOX_TOKEN = /PVEAPIToken=[^\s"']{1,512}/gu;
/** Whoever knows such an address may post in Mattermost, without an account. */
const HOOK = /\/hooks\/(commands\/)?[a-z0-9]{26}/gu;
/** As SQL and connection strings write it: vigie's own accounts for a restore have passwords that stand in no configuration. */
const PASSWORD = /\b(password|passwd|pwd|identified by)(\s*=\s*|\s+)('[^'\n]{1,512}'|(?<==\s*)[^\s'"&;,)]{1,512})/giu;
const USER_INFO = /:\/\/[^\s/@:"]{0,256}:[^\s/@"]{1,256}@/gu;

/**
 * Takes out what says itself that it is a secret, though nobody wrote it into the configuration: headers that a server or a library
 * repeats, addresses with a password, the addresses of Mattermost's webhooks.
 */
export function withoutBearers(text: string): string {
  return text
    .replaceAll(AUTHORIZATION, (whole, scheme: string, gap: string, credential: string) =>
      isCredential(scheme, credential) ? `${scheme}${gap}[secret]` : whole,
    )
    .replaceAll(PROXMOX_TOKEN, 'PVEAPIToken=[secret]')
    .replaceAll(PASSWORD, '$1$2[secret]')
    .replaceAll(HOOK, '/hooks/[secret]')
    .replaceAll(USER_INFO, '://[secret]@');
}

/** "Basic authentication" is two words: an account and its password are base64 with a colon inside, a token has digits. */
function isCredential(scheme: string, credential: string): boolean {
  if (scheme.toLowerCase() !== 'basic') return credential.length >= 16 && /\d/u.test(credential);
  return /^[\P{Cc}]*:[\P{Cc}]*$/u.test(Buffer.from(credential, 'base64').toString('latin1'));
}
