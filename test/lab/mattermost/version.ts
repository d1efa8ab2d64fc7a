/** The server whose behaviour was recorded. */
export const VERSION = '11.6.0';

/** What it sends as `X-Version-Id` and in `hello`. */
export const VERSION_ID = '11.6.0.local.801ea0055ace732258c323cd3fb647848bdadb995f4c5b604dbecf7719664203.false';
